"""What can be recommended."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Item:
    """One entry of the catalogue.

    `facets` are the attributes people filter by, each a tuple of values: `{"genre": ("Comedy", "Drama")}`; `numbers`
    those that can be more or less: a price, minutes, a date as days since 1970, a flag as 0 or 1; `places` are degrees
    north and east; `attributes` whatever else is known, told but not filtered by. `work` is the id that stands for all
    entries of the same thing (a film listed twice); who has seen one has seen all of them. Empty means the item stands
    for itself. What is not `available` is never shown, though people may have it in their history. `image`: a path or
    an address.
    """

    id: str
    title: str
    year: int | None = None
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    work: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    reviews: tuple[str, ...] = ()
    image: str = ""
    available: bool = True

    @property
    def name(self) -> str:
        """The title with its year: `Alien (1979)`."""
        return f"{self.title} ({self.year})" if self.year else self.title

    @property
    def all_numbers(self) -> Mapping[str, float]:
        """The numbers, and the year as one of them."""
        return {**self.numbers, "year": float(self.year)} if self.year is not None else self.numbers

    def facet(self, name: str) -> tuple[str, ...]:
        return self.facets.get(name, ())


def described(item: Item) -> str:
    """The words an embedder reads: title, year, facets, description."""
    facets = "; ".join(", ".join(values) for values in item.facets.values() if values)
    return ". ".join(part for part in (item.name, facets, item.text) if part)
