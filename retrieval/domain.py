"""A domain is a TOML file: the facets of its items and the words people use for them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator
from pydantic import Field as Limit
from pydantic_core import PydanticCustomError

from retrieval.errors import Problem

OF_EVERY_ITEM = (
    "id",
    "title",
    "year",
    "text",
    "work",
    "facets",
    "attributes",
    "reviews",
    "image",
    "available",
    "vector",
)
SHIPPED = Path(__file__).parent / "domains"


class Weights(BaseModel):
    """How much a request counts against behaviour; `_place`: the same by the place in the catalogue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    meaning: float = 0.3
    words: float = 0.3
    meaning_place: float = 1.5
    words_place: float = 3.0
    likeness: float = 1.5
    kind: float = 1.0
    company: float = 1.0
    disliked: float = -0.75
    wished: float = 2.0  # more makes a must of it, and gains nothing for certain (penchant eval leaning)
    remembered: float = 0.25  # chosen by the same


class Inputs(BaseModel):
    """What of an event, of the moment of asking and of a person takes part in learning what comes next.

    `marks`: of each past event; `action` and `value` are its own, `hour` and `weekday` (UTC) come from its time, any
    other is a field of its context. `asking`: of the moment somebody asks, by the same names; `action` there is the
    wanted type of the next event. `wanted`: the action asked for where nobody names another; empty asks for any.
    `person`: attributes of the user. `weights`: how much an event of an action counts as something to be predicted, 1
    unless named. What the data does not vary in is left out by itself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    marks: tuple[str, ...] = ("action", "value")
    asking: tuple[str, ...] = ()
    wanted: str = ""
    person: tuple[str, ...] = ()
    time: bool = True
    weights: Mapping[str, float] = {}

    @model_validator(mode="after")
    def _can_be_asked(self) -> Inputs:
        if self.wanted and "action" not in self.asking:
            raise PydanticCustomError("wanted", 'wanted = "{wanted}" needs "action" in asking', {"wanted": self.wanted})
        return self

    def wanting(self, action: str) -> Inputs:
        """The same, but asked for the next event of this action."""
        asking = tuple(dict.fromkeys((*self.asking, "action")))
        return self.model_copy(update={"wanted": action, "asking": asking})


class Column(BaseModel):
    """One field of an event's context out of a column of a file: its text as it is, or the first of `words` whose
    words occur in it (so that of a long user agent only the kind of device is kept)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    words: Mapping[str, tuple[str, ...]] = {}

    def value(self, text: str) -> str:
        """Empty where the column says nothing of it."""
        if not self.words:
            return text
        return next((value for value, words in self.words.items() if any(word in text for word in words)), "")


class Log(BaseModel):
    """How a file of events is read: the columns of user, item, time and the rest by their names in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: Mapping[str, str] = {}
    context: Mapping[str, Column] = {}

    @property
    def used(self) -> tuple[str, ...]:
        """The columns of the file that are read by this."""
        return (*self.columns.values(), *(one.column for one in self.context.values()))


PINNED = 3  # items at most, so that a list stays its reader's


class Rules(BaseModel):
    """What the business wants of every list; see retrieval/lists/rules.py.

    `pinned`: ids shown first wherever nothing rules them out, three at most; `blocked`: ids never shown; `caps`: by
    facet, how many items of one value a list may hold; `objective`: by number of the items (`margin`, `price`, or
    `freshness`, which is `released` or the year), what the item with the most of it gains, in standard deviations of
    behaviour. Negative weights favour the least; together they may come to 1.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pinned: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    caps: Mapping[str, Annotated[int, Limit(ge=1)]] = {}
    objective: Mapping[str, float] = {}

    @model_validator(mode="after")
    def _bounded(self) -> Rules:
        if len(self.pinned) > PINNED:
            many = {"many": len(self.pinned), "most": PINNED}
            raise PydanticCustomError("pinned", "{many} items are pinned, and at most {most} may be", many)
        if (whole := sum(map(abs, self.objective.values()))) > 1 + 1e-9:
            raise PydanticCustomError("objective", "objective adds up to {whole}, more than 1", {"whole": f"{whole:g}"})
        if both := set(self.pinned) & set(self.blocked):
            raise PydanticCustomError("pinned", "{id} is both pinned and blocked", {"id": repr(min(both))})
        return self


def one_place(phrase: str) -> str:
    """The phrase, which has one place to fill. Raises PydanticCustomError for any other."""
    if phrase and (phrase.count("{}") != 1 or re.search(r"[{}]", phrase.replace("{}", ""))):
        _wrong("{name} has to have one place to fill: a pair of curly brackets with nothing in it", phrase)
    return phrase


class Field(BaseModel):
    """One thing that is known of an item, and what kind of thing it is.

    `category` is one word of several, `categories` any number of them; a `date` counts days since 1970, a `flag` is 0
    or 1, a `place` degrees north and east. `column`: what a file calls it, where that is another name. `unit`: what a
    number counts, as it is told: `EUR`, `cm`. `said` and `has`: how it is put behind the noun and behind the item, with
    {} for the value: `by {}`, `is by {}`; for what is not said, see chat/phrasing.py.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["category", "categories", "number", "date", "flag", "place"]
    column: str = ""
    unit: str = ""
    said: Annotated[str, AfterValidator(one_place)] = ""
    has: Annotated[str, AfterValidator(one_place)] = ""


class Images(BaseModel):
    """What the pictures of items say: `model` sees them (`clip:NAME`, a sentence-transformer for texts and pictures, or
    `hashing:`, a stand-in; empty: nobody looks at them), and they count by `weight` against the words, which have 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = ""
    weight: float = Limit(0.5, gt=0, le=10)


class GivenVectors(BaseModel):
    """How much the vectors that came with the items count against the words, which have 1.

    Best is one for every item or for none: a question in words has none, so it finds the items without one more easily.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    weight: float = Limit(0.5, gt=0, le=10)


class Remit(BaseModel):
    """Something that is not for a recommender to decide: the words that ask for it, what is answered, and who can help
    (`contact`: an address, a page, a telephone number; empty if nobody is known)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: tuple[str, ...]
    answer: str
    contact: str = ""

    @property
    def told(self) -> str:
        """The answer, and whom to turn to."""
        return f"{self.answer} For that, please turn to {self.contact}." if self.contact else self.answer


class Memorable(BaseModel):
    """What of a person's taste may be remembered with their consent: values of these attributes, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    facets: tuple[str, ...] = ()


class Domain(BaseModel):
    """What the items are called, how they are filtered, how the language model hears of them.

    `columns`: what a file of items calls the id, the title and the rest, where that is another name. `fields`: what
    items are filtered by, besides the year, which all may have. `attributes`: columns that are kept and told, and not
    filtered by. `embedded`: how much the title, the text, the reviews, a field or an attribute counts in the vector of
    an item; `all` is everything but the reviews, read as one, and what counts where nothing is said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    name: str
    noun: str
    plural: str
    did: str
    prompt: str
    wish: str
    next: str
    wishes: tuple[str, ...] = ()
    weights: Weights = Weights()
    rules: Rules = Rules()
    inputs: Inputs = Inputs()
    log: Log = Log()
    columns: Mapping[str, str] = {}
    fields: Mapping[str, Field] = {}
    attributes: tuple[str, ...] = ()
    embedded: Mapping[str, Annotated[float, Limit(gt=0, le=100)]] = {}
    images: Images = Images()
    vectors: GivenVectors = GivenVectors()
    facets: Mapping[str, Mapping[str, tuple[str, ...]]] = {}
    flags: Mapping[str, Mapping[Literal["yes", "no"], tuple[str, ...]]] = {}  # the words for a flag and against it
    ages: Mapping[str, Mapping[str, int]] = {}  # by attribute, from which age an item with a value suits
    for_children: tuple[str, ...] = ()  # values that are asked for because of them
    tones: Mapping[str, Mapping[str, tuple[str, ...]]] = {}  # by attribute and value what such items are like as a rule
    unknown: Mapping[str, tuple[str, ...]] = {}
    people: str = ""  # which of the unknown things a name of a person asks for: `with Tom Hanks`
    voice: str = "warm and plain"  # how the language model is told to speak
    memory: Memorable = Memorable()
    remit: Mapping[str, Remit] = {}  # what is beyond it, by name
    helpline: str = (  # where somebody who wants to harm themselves finds people
        "findahelpline.com lists people who listen, free and in many languages. If you are in danger now, call your "
        "local emergency number."
    )
    harmless: tuple[str, ...] = ()  # words of the trade that state nothing by themselves
    phrases: Mapping[str, tuple[str, ...]] = {}  # by kind of evidence, what may be said of an item
    frames: Mapping[str, tuple[str, ...]] = {}  # the same as whole sentences, with the item where {item} stands

    @model_validator(mode="after")
    def _holds_together(self) -> Domain:
        for name in self.fields:
            if name in OF_EVERY_ITEM or name in self.attributes:
                _wrong("a field cannot be called {name}, which every item has or an attribute is called", name)
        for name in self.columns:
            if name not in OF_EVERY_ITEM:
                _wrong("no column of every item is called {name}; what is in [fields] says its column there", name)
        for name in self.facets:
            if name in self.fields and self.fields[name].type not in ("category", "categories"):
                _wrong("{name} has words for its values and so must be a category or categories", name)
        for name in self.tones:
            if name not in self.facets:
                _wrong("{name} says what items of its values are like and so must be among the facets", name)
        for name in self.ages:
            if name in self.fields and self.fields[name].type not in ("category", "categories"):
                _wrong("{name} says from which age its values suit and so must be a category or categories", name)
            if not self.ages[name]:
                _wrong("{name} says from which age its values suit and names none", name)
        for name in self.flags:
            if name not in self.fields or self.fields[name].type != "flag":
                _wrong("{name} has words for yes and no and so must be a flag among the fields", name)
        for name in self.embedded:
            if name not in ("title", "text", "reviews", "facets", *self.fields, *self.facets, *self.attributes):
                _wrong("{name} is embedded and is neither title, text, reviews, facets, a field nor an attribute", name)
            if name in self.fields and self.fields[name].type not in ("category", "categories"):
                _wrong("{name} is embedded and has no words; only a category or categories can be", name)
        for phrase in (phrase for table in (self.phrases, self.frames) for some in table.values() for phrase in some):
            if re.search(r"[\[\]]", re.sub(r"\[[^\[\]]*\]", "", phrase)):
                _wrong("{name} has a bracket without its other, or one in another", phrase)
            try:
                phrase.format("", values="", titles="", item="")
            except (KeyError, IndexError, ValueError):
                _wrong("{name} has a place to fill that is neither empty nor called values, titles or item", phrase)
        return self

    @cached_property
    def words(self) -> dict[str, tuple[str, str]]:
        """Every word or phrase for a facet value, in small letters: `funny` -> (`genre`, `Comedy`)."""
        return {
            plain(word): (facet, value)
            for facet, values in self.facets.items()
            for value, words in values.items()
            for word in (value, *words)
        }


def _wrong(what: str, name: str) -> NoReturn:
    raise PydanticCustomError("domain", what, {"name": repr(name)})


def plain(text: str) -> str:
    """Small letters and digits with single blanks between words; apostrophes vanish."""
    return " ".join(re.findall(r"\w+", text.casefold().replace("'", "").replace("’", "")))


def read_domain(name: str) -> Domain:
    """A shipped domain by name, or one by the path of its file. Raises Problem naming what is wrong in it."""
    path = SHIPPED / f"{name}.toml"
    if not path.exists():
        path = Path(name)
    try:
        return Domain(**tomllib.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, IsADirectoryError):
        known = ", ".join(sorted(file.stem for file in SHIPPED.glob("*.toml")))
        raise Problem(f"no domain {name!r}: neither a shipped one ({known}) nor the path of a TOML file") from None
    except tomllib.TOMLDecodeError as error:
        raise Problem(f"the domain file {path} is not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise Problem(f"the domain file {path}: {'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from error
