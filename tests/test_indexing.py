"""`penchant index` from the settings and the domain: what it reads, what it tells, what it need not do again."""

from dataclasses import replace

import numpy as np
import pytest
from films import films
from PIL import Image

from retrieval.catalogue import Catalogue, write_items
from retrieval.database import database
from retrieval.domain import SHIPPED, Domain, read_domain
from retrieval.errors import Problem, Stale
from retrieval.index.indexing import index_catalogue
from retrieval.index.opening import open_index
from retrieval.settings import Settings
from retrieval.space.given_vectors import write_vectors
from retrieval.space.item_vectors import made_by, open_space
from retrieval.space.vector_cache import VectorCache

MOVIES = read_domain("movies").model_dump(exclude={"embedded", "images", "vectors"})


def domain(tmp_path, more):
    """The shipped domain of films, and more: keys, then tables."""
    keys, table, rest = more.partition("[")
    file = tmp_path / "domain.toml"
    shipped = (SHIPPED / "movies.toml").read_text(encoding="utf-8")
    file.write_text(f"{keys}{shipped}\n{table}{rest}", encoding="utf-8")
    return str(file)


def test_a_picture_model_named_in_the_domain_sees_the_items_and_tells_what_it_could_not_see(tmp_path):
    (tmp_path / "pictures").mkdir()
    Image.new("RGB", (8, 8), "red").save(tmp_path / "pictures" / "1.png")
    named = domain(tmp_path, '[images]\nmodel = "hashing:"\nweight = 0.7\n')
    settings = Settings(home=tmp_path / "var", embedder="hashing:", domain=named, pictures=tmp_path / "pictures")
    space = open_space(settings)
    assert space.picture_weight == 0.7
    assert space.pictures is not None
    assert space.items(films()[:1]).shape == space.queries(["red"]).shape
    with database(settings.database_url) as engine, engine.begin() as connection:
        write_items(connection, [replace(film, image=f"{film.id}.png") for film in films()])
    said = index_catalogue(settings)
    assert "60 images could not be used" in said
    assert f"the one of item 2 is no file in {tmp_path / 'pictures'}" in said


def test_the_index_is_opened_by_the_space_it_was_made_in_and_answers_in_it(tmp_path):
    named = domain(tmp_path, 'embedded = { title = 1.0 }\n[images]\nmodel = "hashing:"\n')
    settings = Settings(home=tmp_path / "var", embedder="hashing:", domain=named)
    given = {"1": np.array([1, 2, 3], dtype=np.float32)}
    with database(settings.database_url) as engine, engine.begin() as connection:
        write_items(connection, films())
        write_vectors(connection, given)
    index_catalogue(settings)
    space, catalogue = open_space(settings, given), Catalogue.of(films())
    index = open_index(catalogue, space, settings)
    assert set(index.nearest(space.queries(["alien"])[0], 2)) == {"1", "61"}
    index.close()
    with pytest.raises(Stale, match=r"made of other fields, images or vectors of the items .*; run penchant index"):
        open_index(catalogue, open_space(settings), settings)


def test_anew_reads_everything_again(tmp_path):
    settings = Settings(home=tmp_path / "var", embedder="hashing:")
    with database(settings.database_url) as engine, engine.begin() as connection:
        write_items(connection, films())
    cache = VectorCache.of(settings)
    cache.keep("model", {b"key": np.ones(3, dtype=np.float32)})
    index_catalogue(settings)
    assert cache.known("model", [b"key"])
    index_catalogue(settings, anew=True)
    assert not cache.known("model", [b"key"])


def test_an_index_is_made_anew_when_what_is_embedded_changes_and_only_then(tmp_path):
    settings = Settings(home=tmp_path / "var", embedder="hashing:")
    with database(settings.database_url) as engine, engine.begin() as connection:
        write_items(connection, films())
    assert index_catalogue(settings).startswith("Indexed 61 items")
    assert index_catalogue(settings) == "The index of 61 items is up to date."
    by_title = settings.model_copy(update={"domain": domain(tmp_path, "embedded = { title = 2.0, genre = 1.0 }\n")})
    assert index_catalogue(by_title).startswith("Indexed 61 items")
    assert index_catalogue(by_title) == "The index of 61 items is up to date."
    assert index_catalogue(settings).startswith("Indexed 61 items")
    with database(settings.database_url) as engine, engine.begin() as connection:
        write_vectors(connection, {"1": np.array([1, 2, 3], dtype=np.float32)})
    assert index_catalogue(settings).startswith("Indexed 61 items")
    assert index_catalogue(settings) == "The index of 61 items is up to date."


def test_a_field_that_no_item_can_have_is_named(tmp_path):
    settings = Settings(home=tmp_path, embedder="hashing:", domain=domain(tmp_path, "embedded = { plot = 1.0 }\n"))
    with database(settings.database_url) as engine, engine.begin() as connection:
        write_items(connection, films())
    with pytest.raises(Problem, match="'plot' is embedded and is neither title, text, reviews, facets, a field"):
        index_catalogue(settings)


def test_what_made_an_index_is_told_apart_by_all_that_changes_a_vector():
    settings = Settings(embedder="hashing:")
    a, b = (np.array(each, dtype=np.float32) for each in ([1, 2], [1, 3]))
    made = [
        made_by(settings, Domain(**MOVIES)),
        made_by(settings, Domain(**MOVIES, embedded={"title": 1})),
        made_by(settings, Domain(**MOVIES, embedded={"title": 2})),
        made_by(settings, Domain(**MOVIES, images={"model": "clip:x"})),
        made_by(settings, Domain(**MOVIES, images={"model": "clip:x", "weight": 1})),
        made_by(settings, Domain(**MOVIES), {"1": a}),
        made_by(settings, Domain(**MOVIES), {"1": b}),
        made_by(settings, Domain(**MOVIES), {"2": a}),
        made_by(settings, Domain(**MOVIES, vectors={"weight": 2}), {"1": a}),
    ]
    assert len(set(made)) == len(made)
    assert made[0] == "hashing:"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("embedded = { title = 0 }\n", "embedded.title: input should be greater than 0"),
        ("embedded = { title = 'much' }\n", "embedded.title: input should be a valid number"),
        ("[images]\nweight = -1\n", "images.weight: input should be greater than 0"),
        ("[images]\nname = 'x'\n", "images.name: extra inputs"),
        ("[vectors]\nweight = 1000\n", "vectors.weight: input should be less than or equal to 10"),
    ],
)
def test_a_domain_that_weighs_wrongly_is_named(tmp_path, wrong, said):
    with pytest.raises(Problem, match=said):
        read_domain(domain(tmp_path, wrong))
