"""The two halves of a small world: films that last some minutes, and goods with a price, a brand and a stock."""

from films import films

from chat.messages import Intent
from chat.understanding import understanding
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, Field, read_domain
from retrieval.items import Item

MINUTES = {"Alien": 117, "Heat": 170, "Fargo": 98, "Scream": 111, "Titanic": 194, "Toy Story": 81, "Airplane!": 88}
DIRECTORS = {"Alien": "Ridley Scott", "Blade Runner": "Ridley Scott", "Heat": "Michael Mann", "Fargo": "Joel Coen"}
TABLE = """
Rain jacket|Clothing|Acme|Blue|79|0.6|4.5|1|0|2021-03-01|52.52,13.40
Wool jumper|Clothing|Nordlys|Grey|49|0.5|4.8|1|0|2019-10-15|52.52,13.40
Running shoes|Shoes|Acme|Red|95|0.7|4.1|0|0|2022-01-10|48.14,11.58
Walking boots|Shoes|Gap|Brown|120|1.4|4.6|1|0|2018-05-05|48.14,11.58
Garden chair|Furniture,Garden|Lindholm|Green|35|3.2|3.9|1|0|2020-04-01|50.94,6.96
Desk lamp|Home,Office|Lumo|Black|28|1.1|4.0|1|1|2017-09-09|50.94,6.96
Headphones|Audio|Sonarix|Black|150|0.3|4.7|1|0|2023-02-20|52.52,13.40
Old camera|Photo|Sonarix|Black|60|0.9|3.5|1|1|2012-06-30|52.52,13.40
Tea pot|Kitchen|Gap|White|20|0.8|4.2|1|0|2021-11-11|48.14,11.58
Puzzle|Games,Toys|Lumo|Colourful|15|0.4|4.4|0|0|2022-08-01|50.94,6.96
""".strip()


def lasting() -> tuple[Catalogue, Domain]:
    """The films, of which some have a length and a director."""
    domain = read_domain("movies")
    fields = {
        **domain.fields,
        "runtime": Field(type="number", unit="minutes"),
        "director": Field(type="category"),
    }
    unknown = {label: words for label, words in domain.unknown.items() if label == "where to watch"}
    items = []
    for one in films():
        facets = {**one.facets, **({"director": (DIRECTORS[one.title],)} if one.title in DIRECTORS else {})}
        numbers = {"runtime": float(MINUTES[one.title])} if one.title in MINUTES else {}
        items.append(Item(one.id, one.title, one.year, facets, work=one.work, numbers=numbers))
    return Catalogue.of(items), domain.model_copy(update={"fields": fields, "unknown": unknown, "people": ""})


def goods() -> tuple[Catalogue, Domain]:
    """The goods of a shop, whose values the domain's file does not list: brands above all."""
    items = []
    for number, row in enumerate(TABLE.splitlines(), start=1):
        title, kinds, brand, colour, price, weight, rating, stock, used, released, place = row.split("|")
        numbers = {"price": float(price), "weight": float(weight), "rating": float(rating), "stock": float(stock)}
        numbers |= {"used": float(used), "released": float(_days(released))}
        north, east = map(float, place.split(","))
        facets = {"category": tuple(kinds.split(",")), "brand": (brand,), "colour": (colour,)}
        items.append(Item(f"g{number}", title, None, facets, numbers=numbers, places={"store": (north, east)}))
    return Catalogue.of(items), read_domain("shop")


def reader(half):
    """What reads messages about one half: by their text, what held before, and what was shown."""
    catalogue, domain = half()
    understand = understanding(catalogue, domain)

    def read(text: str, before: Intent | None = None, shown: tuple[str, ...] = ()) -> Intent:
        return understand(text, before, shown)

    return read


LIST = ("1", "2", "3")  # ids of what was shown


def of(read, *said, shown=LIST):
    """The intent after these messages, of which all but the first were said of a list."""
    wish = None
    for text in said:
        wish = read(text, wish, shown if wish else ())
    return wish


def told(read, *said):
    """The limits in words after these messages, those that only lean with a `~`, and the words of the wish."""
    wish = of(read, *said)
    return {f"~{one}" if one in wish.soft else one for one in wish.where.words()}, wish.words


def _days(said: str) -> int:
    from datetime import date

    return (date.fromisoformat(said) - date(1970, 1, 1)).days
