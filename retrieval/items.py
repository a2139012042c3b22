"""What can be recommended."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Item:
    """One entry of the catalogue.

    `facets` are the attributes people filter by, each a tuple of values: `{"genre": ("Comedy", "Drama")}`.
    `work` is the id that stands for all entries of the same thing (a film listed twice); who has seen one has
    seen all of them. Empty means the item stands for itself.
    """

    id: str
    title: str
    year: int | None = None
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    work: str = ""

    @property
    def name(self) -> str:
        """The title with its year: `Alien (1979)`."""
        return f"{self.title} ({self.year})" if self.year else self.title

    def facet(self, name: str) -> tuple[str, ...]:
        return self.facets.get(name, ())


def described(item: Item) -> str:
    """The words an embedder reads: title, year, facets, description."""
    facets = "; ".join(", ".join(values) for values in item.facets.values() if values)
    return ". ".join(part for part in (item.name, facets, item.text) if part)
