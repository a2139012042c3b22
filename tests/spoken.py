"""The two catalogues that the written dialogues are about, as an operator would bring them: items, a domain, a log."""

import json
import random
from pathlib import Path

from recommender.events import Event, write_events
from recommender.training import fit_and_save
from retrieval.database import database
from retrieval.domain import SHIPPED, read_domain
from retrieval.files.importing import import_items
from retrieval.index.indexing import index_catalogue
from retrieval.settings import Settings

DIALOGUES = Path(__file__).parent / "dialogues"
FAKES = {"embedder": "hashing:", "language": "none:", "index": "exact:", "threads": 1}
CUSTOMERS = 150
MOST = 75  # of them, that chose the item which most people chose

# what these films have beside a genre
FIELDS = """[fields]
runtime = { type = "number", unit = "minutes" }
director = { type = "category" }
star = { type = "categories", column = "stars" }
certificate = { type = "category" }
"""


def films(home):
    """A workspace of 140 films, with running times, directors, stars and certificates."""
    domain = (SHIPPED / "movies.toml").read_text(encoding="utf-8").replace("[fields]", FIELDS.strip(), 1)
    lines = domain.splitlines()
    known = ('"running times"', '"directors and actors"', "people =")  # no longer unknown
    path = home / "films_domain.toml"
    path.write_text("\n".join(line for line in lines if not line.startswith(known)), encoding="utf-8")
    return _workspace(home, str(path), "films.jsonl", "genres", "rating")


def goods(home):
    """A workspace of the goods of a shop."""
    return _workspace(home, "shop", "goods.jsonl", "categories", "purchase")


def log(file, kinds, action, seed=0):
    """Who chose what: as many as the file says of each item, and of those rather who keeps to such items."""
    dice = random.Random(seed)
    rows = [json.loads(line) for line in (DIALOGUES / file).read_text(encoding="utf-8").splitlines()]
    tastes = sorted({kind for row in rows for kind in row[kinds]})
    taste = {str(number): dice.choice(tastes) for number in range(CUSTOMERS)}
    most = max(row["people"] for row in rows)
    events = []
    for row in rows:
        many = max(1, round(MOST * row["people"] / most))
        eager = sorted(taste, key=lambda one: dice.random() ** (1 if taste[one] in row[kinds] else 4), reverse=True)
        value = 4.0 if action == "rating" else None
        events += [Event(user, row["id"], 1e9 + dice.randrange(10**7), action, value) for user in eager[:many]]
    return events


def _workspace(home, domain, file, kinds, action):
    settings = Settings(home=home, domain=domain, **FAKES)
    with database(settings.database_url) as engine:
        import_items(engine, DIALOGUES / file, read_domain(domain))
        with engine.begin() as connection:
            write_events(connection, log(file, kinds, action))
    fit_and_save(settings, epochs=2)
    fit_and_save(settings, whole=True, epochs=2)
    index_catalogue(settings)
    return settings
