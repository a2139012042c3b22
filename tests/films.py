"""The small world: sixty films, and people who stay with what they like."""

import random
from collections.abc import Sequence

from recommender.events import Event
from retrieval.items import Item

TABLE = """
Alien|1979|Horror,Sci-Fi,Thriller
Aliens|1986|Action,Sci-Fi,Thriller
Blade Runner|1982|Film-Noir,Sci-Fi
The Terminator|1984|Action,Sci-Fi,Thriller
2001: A Space Odyssey|1968|Drama,Mystery,Sci-Fi
Star Wars|1977|Action,Adventure,Sci-Fi
Contact|1997|Drama,Sci-Fi
Gattaca|1997|Drama,Sci-Fi,Thriller
Men in Black|1997|Action,Comedy,Sci-Fi
Mars Attacks!|1996|Action,Comedy,Sci-Fi
Galaxy Quest|1999|Adventure,Comedy,Sci-Fi
Spaceballs|1987|Comedy,Sci-Fi
Sleeper|1973|Comedy,Sci-Fi
Back to the Future|1985|Comedy,Sci-Fi
Ghostbusters|1984|Comedy,Fantasy,Horror
Young Frankenstein|1974|Comedy,Horror
The Princess Bride|1987|Adventure,Comedy,Fantasy
Airplane!|1980|Comedy
Annie Hall|1977|Comedy,Romance
Manhattan|1979|Comedy,Romance
Some Like It Hot|1959|Comedy,Romance
Groundhog Day|1993|Comedy,Romance
When Harry Met Sally|1989|Comedy,Romance
Fargo|1996|Comedy,Crime,Thriller
The Big Lebowski|1998|Comedy,Crime
Raising Arizona|1987|Comedy,Crime
Heat|1995|Action,Crime,Thriller
Casino|1995|Crime,Drama
GoodFellas|1990|Crime,Drama
The Godfather|1972|Crime,Drama
Pulp Fiction|1994|Crime,Drama
Chinatown|1974|Crime,Film-Noir,Mystery
The Maltese Falcon|1941|Film-Noir,Mystery
Vertigo|1958|Mystery,Thriller
Psycho|1960|Horror,Thriller
The Shining|1980|Horror
Halloween|1978|Horror
The Exorcist|1973|Horror
Scream|1996|Horror,Thriller
Jaws|1975|Horror,Thriller
Toy Story|1995|Animation,Children's,Comedy
Babe|1995|Children's,Comedy
The Lion King|1994|Animation,Children's,Musical
Aladdin|1992|Animation,Children's,Musical
Fantasia|1940|Animation,Children's,Musical
Mary Poppins|1964|Children's,Musical
The Wizard of Oz|1939|Adventure,Children's,Musical
E.T.|1982|Children's,Drama,Fantasy
Casablanca|1942|Drama,Romance,War
Titanic|1997|Drama,Romance
The English Patient|1996|Drama,Romance,War
Sense and Sensibility|1995|Drama,Romance
Schindler's List|1993|Drama,War
Das Boot|1981|Action,Drama,War
Apocalypse Now|1979|Drama,War
Platoon|1986|Drama,War
High Noon|1952|Western
Unforgiven|1992|Western
Once Upon a Time in the West|1968|Western
Hoop Dreams|1994|Documentary
""".strip()


def films() -> list[Item]:
    """The catalogue. `Alien` is there twice, as two entries of one work."""
    items = []
    for number, row in enumerate(TABLE.splitlines(), start=1):
        title, year, genres = row.split("|")
        items.append(Item(str(number), title, int(year), {"genre": tuple(genres.split(","))}, work=str(number)))
    return [*items, Item("61", "Alien", 1979, items[0].facets, work="1")]


def viewings(items: Sequence[Item], people: int = 80, seed: int = 0) -> list[Event]:
    """Each person keeps to one genre nine times in ten; times tie now and then, as they do in real logs."""
    random_ = random.Random(seed)
    genres = ["Sci-Fi", "Comedy", "Crime", "Horror", "Romance", "Drama"]
    events = []
    for person in range(1, people + 1):
        taste = genres[person % len(genres)]
        liked = [item for item in items if taste in item.facet("genre") and item.id != "61"]
        others = [item for item in items if item not in liked and item.id != "61"]
        chosen = random_.sample(liked, k=min(len(liked), random_.randint(5, 8)))
        chosen.insert(random_.randrange(len(chosen)), random_.choice(others))
        events += [
            Event(str(person), item.id, 1_000_000.0 + 60 * (step // 2), "rating", float(random_.randint(1, 5)))
            for step, item in enumerate(chosen)
        ]
    return events
