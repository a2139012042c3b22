"""MovieLens-100K, from GroupLens or out of the example data of a package; both give the same rows."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from recommender.datasets.dataset import Dataset, Origin, Rows
from recommender.datasets.titles import spoken
from recommender.events import Event, User
from recommender.importing import age_band
from retrieval.downloads import download, wheel
from retrieval.files.reading import BadLines, records
from retrieval.items import Item

# rows known to be wrong in the set itself: id -> title and year as they should be
MENDED: Mapping[str, tuple[str, int | None]] = {
    "267": ("Unknown film", None),
    "1412": ("Land Before Time III: The Time of the Great Giving", 1995),
}
TITLE = re.compile(r"(?P<title>.*?)\s*\((?P<year>\d{4})\)\s*(\(V\))?\s*")  # (V): made for video
INSIDE = "recbole/dataset_example/ml-100k/"


def from_atomic(archive: Path) -> Rows:
    """The rows out of the atomic files in a RecBole wheel; only these three files are read."""
    with TemporaryDirectory() as temporary, zipfile.ZipFile(archive) as file:
        for kind in ("item", "user", "inter"):
            target = Path(temporary) / f"ml-100k.{kind}"
            target.write_bytes(file.read(f"{INSIDE}{target.name}"))
        items = (
            _item(row["item_id"], row["movie_title"], _year(row["release_year"]), row["class"])
            for row in _records(Path(temporary) / "ml-100k.item")
        )
        users = (
            _user(row["user_id"], row["age"], row["gender"], row["occupation"])
            for row in _records(Path(temporary) / "ml-100k.user")
        )
        events = (
            _event(row["user_id"], row["item_id"], row["rating"], row["timestamp"])
            for row in _records(Path(temporary) / "ml-100k.inter")
        )
        return Rows(_with_works(items), tuple(users), tuple(events))


def from_grouplens(archive: Path) -> Rows:
    """The rows out of the archive as GroupLens publishes it."""
    with zipfile.ZipFile(archive) as file:

        def fields(name: str, separator: str = "|") -> Iterator[list[str]]:
            for line in file.read(f"ml-100k/{name}").decode("latin-1").splitlines():
                if line:
                    yield line.split(separator)

        genres = {int(number): name for name, number in fields("u.genre")}
        items = (
            _item(id, *_title_and_year(title), [genres[at] for at, flag in enumerate(flags) if flag == "1"])
            for id, title, _released, _video, _link, *flags in fields("u.item")
        )
        users = (_user(id, age, gender, work) for id, age, gender, work, _zip in fields("u.user"))
        events = (_event(*row) for row in fields("u.data", "\t"))
        return Rows(_with_works(items), tuple(users), tuple(events))


ML_100K = Dataset(
    name="MovieLens-100K",
    licence="Its licence: for research, not to be redistributed, no commercial use without permission of GroupLens; "
    "cite Harper and Konstan, https://doi.org/10.1145/2827872.",
    origins=(
        Origin(
            "GroupLens",
            "ml-100k.zip",
            "md5:0e33842e24a9c977be4e0107933c0723",
            partial(download, "https://files.grouplens.org/datasets/movielens/ml-100k.zip"),
            from_grouplens,
        ),
        Origin(
            "the example data of recbole 1.2.1 in the package index",
            "recbole-1.2.1-py3-none-any.whl",
            "sha256:9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407",
            partial(wheel, "recbole==1.2.1"),
            from_atomic,
        ),
    ),
)


def _item(id: str, title: str, year: int | None, genres: Iterable[str]) -> Item:
    title, year = MENDED.get(id, (title, year))
    named = tuple(sorted(genre for genre in genres if genre and genre != "unknown"))
    return Item(id, spoken(title), year, {"genre": named} if named else {})


def _with_works(items: Iterable[Item]) -> tuple[Item, ...]:
    # a film listed twice has one title and one year; the lower id stands for both
    found = list(items)
    works: dict[str, str] = {}
    for item in sorted(found, key=lambda item: int(item.id)):
        works.setdefault(item.name, item.id)
    return tuple(Item(i.id, i.title, i.year, i.facets, i.text, works[i.name]) for i in found)


def _title_and_year(text: str) -> tuple[str, int | None]:
    found = TITLE.fullmatch(text)
    return (found["title"], int(found["year"])) if found else (text, None)


def _year(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _user(id: str, age: str, gender: str, occupation: str) -> User:
    # the zip code stays behind: nothing here needs to know where somebody lives
    return User(id, {"age": age_band(int(age)), "gender": gender, "occupation": occupation})


def _event(user: str, item: str, stars: str, time: str) -> Event:
    return Event(user, item, float(time), "rating", float(stars))


def _records(path: Path) -> Iterator[dict[str, str]]:
    bad = BadLines(path)
    for _, row in records(path, bad):
        yield row
    bad.check()
