"""One item as it may be written in a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    create_model,
    model_validator,
)

from retrieval.domain import Domain
from retrieval.domain import Field as Kind
from retrieval.files.records import EmptyIsNone, Id, Name, Phrase, Prose, Text, Texts, Title, Words
from retrieval.files.values import Day, Flag, Number, Place, Vector
from retrieval.items import Item

LONGEST = 100_000  # characters of a text that are kept: about as many as a short book has on fifty pages


def _single(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(values) > 1:
        raise ValueError("should be one value, for this field is a category and not categories")
    return values


def _as_one(value: object) -> object:
    return [value] if isinstance(value, str) and value.strip() else value  # `|` may be part of it


TYPES: Mapping[str, Any] = {
    "category": Annotated[Words, BeforeValidator(_as_one), AfterValidator(_single)],
    "categories": Words,
    "number": Number,
    "date": Day,
    "flag": Flag,
    "place": Place,
}
WORDS = ("category", "categories")


class ItemRecord(BaseModel):
    """An item of any domain; what else a domain knows of its own is in the record of `item_record`.

    `facets`, `attributes` and numbers that are no text come from JSONL and Parquet only; words are separated by | in
    CSV, and so are reviews. Where nothing is said of `available` or the vector, they stay what they were.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        coerce_numbers_to_str=True, allow_inf_nan=False, frozen=True, arbitrary_types_allowed=True
    )
    kinds: ClassVar[Mapping[str, tuple[str, Kind]]] = {}  # of each field of the domain, and where it is here
    told: ClassVar[Mapping[str, str]] = {}  # where each attribute of the domain is here

    id: Id = Field(validation_alias=AliasChoices("id", "item_id"))
    title: Title = Field(validation_alias=AliasChoices("title", "movie_title", "name"))
    year: Annotated[int | None, EmptyIsNone] = Field(
        None, ge=-9999, le=9999, validation_alias=AliasChoices("year", "release_year")
    )
    genre: Words = Field((), validation_alias=AliasChoices("genres", "genre", "class"))
    category: Words = Field((), validation_alias=AliasChoices("category", "categories"))
    facets: dict[Name, Words] = Field(default_factory=dict)
    text: Prose = Field("", validation_alias=AliasChoices("text", "description", "abstract"))
    work: Text = ""
    attributes: dict[Name, Phrase] = Field(default_factory=dict)
    reviews: Texts = ()
    image: Annotated[Text, Field(max_length=2000)] = ""
    available: Flag = None
    vector: Vector = None

    @model_validator(mode="after")
    def _facets_are_words(self) -> Self:
        for name, values in self.facets.items():
            _, kind = self.kinds.get(name, ("", None))
            if kind and kind.type not in WORDS:
                raise ValueError(f"facets hold {name!r}, which is a {kind.type} here and wants a column of its own")
            if kind and kind.type == "category" and len(values) > 1:
                raise ValueError(f"facets hold {len(values)} values of {name!r}, which is a category and has one")
        return self

    def item(self) -> Item:
        """A text longer than LONGEST is cut."""
        said = {name: (getattr(self, at), kind.type) for name, (at, kind) in self.kinds.items()}
        words = {name: value for name, (value, type) in said.items() if type in WORDS}
        facets = {"genre": self.genre, "category": self.category, **self.facets} | {n: w for n, w in words.items() if w}
        attributes = {name: getattr(self, at) for name, at in self.told.items()}
        return Item(
            id=self.id,
            title=self.title,
            year=self.year,
            facets={name: tuple(dict.fromkeys(values)) for name, values in facets.items() if values},
            text=self.text[:LONGEST],
            work=self.work,
            numbers={
                name: float(value)
                for name, (value, type) in said.items()
                if type in ("number", "date", "flag") and value is not None
            },
            places={name: value for name, (value, type) in said.items() if type == "place" and value is not None},
            attributes={name: value for name, value in {**self.attributes, **attributes}.items() if value},
            reviews=tuple(review[:LONGEST] for review in self.reviews if review),
            image=self.image,
            available=self.available is not False,
        )

    @property
    def cut(self) -> bool:
        """Whether the item has less text than the record."""
        return any(len(text) > LONGEST for text in (self.text, *self.reviews))


def item_record(domain: Domain) -> type[ItemRecord]:
    """The record of an item of this domain, with a column for each of its fields and attributes."""
    kinds = {name: (f"field_{at}", kind) for at, (name, kind) in enumerate(domain.fields.items())}
    told = {name: f"attribute_{at}" for at, name in enumerate(domain.attributes)}
    columns: dict[str, Any] = {
        at: (TYPES[kind.type], Field(() if kind.type in WORDS else None, validation_alias=_names(n, kind)))
        for n, (at, kind) in kinds.items()
    }
    columns |= {at: (Prose, Field("", validation_alias=AliasChoices(name))) for name, at in told.items()}
    made = create_model("DomainRecord", __base__=ItemRecord, **columns)
    made.kinds, made.told = kinds, told
    return made


def _names(name: str, kind: Kind) -> AliasChoices:
    return AliasChoices(*dict.fromkeys((kind.column or name, name)))
