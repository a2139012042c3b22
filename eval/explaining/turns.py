"""Real turns with real people of the log, in a copy of the database: what was asked, shown and said."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from chat.assistant import Assistant
from chat.messages import Done, Evidence, Intent, Message, Purpose, Said, Shown
from chat.record import intent_of
from eval.explaining.judge import Truth
from recommender.events import history, read_user
from retrieval.items import Item
from retrieval.ranking import Query

NOTHING = ("suggest something", "what do you suggest?", "surprise me")
LIKES = ("something like {}", "I loved {}", "more like {}, please")
WORDS = (
    "something to cheer me up",
    "about friendship and loss",
    "slow and beautiful",
    "something that makes me think",
    "for a rainy afternoon",
)
WHY_EVERY = 4  # turns, of which one is followed by `why this?`


@dataclass(frozen=True)
class Plan:
    """What somebody does in one conversation. `before`: messages of which only the list is waited for; `likes`: ids
    liked by a button before the message that is judged; the rest says what the words mean, as who wrote them knows."""

    kind: str
    text: str
    before: tuple[str, ...] = ()
    likes: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    named: tuple[str, ...] = ()
    years: tuple[int | None, int | None] | None = None
    purpose: Purpose = "self"
    newcomer: bool = False
    why: bool = False


@dataclass(frozen=True)
class Spoken:
    """One sentence that was shown. `place`: of the item in the list, from 0; None for an opening or a notice. `facts`:
    the evidence that it was built from, as far as it can be told. `card`: it stands on a card."""

    text: str
    by: str
    tries: int
    truth: Truth
    facts: tuple[Evidence, ...] = ()
    place: int | None = None
    card: bool = False

    @property
    def standing(self) -> str:
        """The sentence as it would stand by itself: what is on a card has its item before it."""
        item = self.truth.item
        return f"{item.name}: {self.text[0].lower()}{self.text[1:]}" if self.card and item else self.text


@dataclass(frozen=True)
class Told:
    """One conversation's list and all sentences on it, with the question as the pipeline heard it."""

    user: str
    plan: Plan
    query: Query
    shown: tuple[str, ...]
    spoken: tuple[Spoken, ...]
    fallbacks: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def truth_seen(self) -> tuple[str, ...]:
        """Ids of what the person did."""
        return tuple(self.spoken[0].truth.seen) if self.spoken else ()

    @property
    def reasons(self) -> Iterator[Spoken]:
        """The sentences about items that are no cards."""
        return (one for one in self.spoken if one.place is not None and not one.card)


def plans(assistant: Assistant, users: int, seed: int) -> list[tuple[str, Plan]]:
    """Whom to be and what to say: users drawn by the seed, and every kind of message in turn."""
    dice = random.Random(seed)  # noqa: S311
    people = assistant.users()
    dice.shuffle(people)
    makers: list[Callable[[Assistant, random.Random], Plan]] = [
        _nothing,
        _like,
        _facet,
        _decade,
        _words,
        _like_and_facet,
        _newcomer,
        _refusing,
        _nothing,
        _gift,
        _critique,
    ]
    chosen = []
    for at in range(users):
        plan = makers[at % len(makers)](assistant, dice)
        user = f"a newcomer {seed}-{at}" if plan.newcomer else people[at % len(people)]
        chosen.append((user, replace(plan, why=at % WHY_EVERY == WHY_EVERY - 1)))
    return chosen


def told(assistant: Assistant, user: str, plan: Plan) -> Told | None:
    """The turn, with the sentences it consisted of; None where no list came. The assistant's database is written to."""
    conversation = assistant.open(user, plan.purpose)
    for id in plan.likes:
        assistant.feedback(conversation, user, id, "like")
    for text in plan.before:
        earlier = assistant.reply(Message(text, user, conversation))
        for part in earlier:
            if isinstance(part, Shown):
                break
        earlier.close()
    spoken, shown, fallbacks = list[Spoken](), Shown(()), list[str]()
    truth, last = truth_of(assistant, user, plan, conversation), -1
    for part in assistant.reply(Message(plan.text, user, conversation)):
        if isinstance(part, Shown):
            shown = part
            for place, card in enumerate(part.cards):
                here = replace(truth, item=card.item)
                spoken.append(Spoken(card.reason, "template", 1, here, card.evidence, place, card=True))
        elif isinstance(part, Said):
            spoken.append(_said(part, shown, truth, (), last))
            last = last if spoken[-1].place is None else spoken[-1].place
        elif isinstance(part, Done):
            fallbacks += part.fallbacks
    if not shown.cards:
        return None
    query = _query(assistant, user, conversation)
    if plan.why:
        about = shown.cards[min(1, len(shown.cards) - 1)].item
        for part in assistant.reply(
            Message("why the second one?" if len(shown.cards) > 1 else "why this?", user, conversation)
        ):
            if isinstance(part, Said):
                spoken.append(_said(part, shown, truth, (about,)))
            elif isinstance(part, Done):
                fallbacks += part.fallbacks
    return Told(user, plan, query, tuple(card.item.id for card in shown.cards), tuple(spoken), tuple(fallbacks))


def truth_of(assistant: Assistant, user: str, plan: Plan, conversation: str) -> Truth:
    """What is so of the person and of what they said, read from the database before the answer."""
    gift = plan.purpose == "gift"
    said = assistant.store.feedback_in(conversation, "gift") if gift else assistant.store.feedback(user)
    done = () if gift else history(assistant.engine, user)
    person = read_user(assistant.engine, user)
    seen: dict[str, float | None] = {event.item: event.value for event in done if event.item in assistant.catalogue}
    seen |= {one.item: None for one in said if one.kind == "seen" and one.item not in seen}
    return Truth(
        seen=seen,
        liked=frozenset(one.item for one in said if one.kind == "like"),
        turned_down=frozenset(one.item for one in said if one.kind == "dislike"),
        asked=plan.asked,
        refused=plan.refused,
        named=frozenset(plan.named),
        years=plan.years,
        said=(*plan.before, plan.text),
        gift=gift,
        person=person.attributes if person else {},
    )


def _said(part: Said, shown: Shown, truth: Truth, about: Sequence[Item], last: int = -1) -> Spoken:
    """The sentence with its item: the one asked about, or else the card whose evidence it was built from. Of several
    it is the one that it names, and if it names none, the first behind the `last` that was spoken of."""
    tries = int(getattr(part, "tries", 1))
    those = [
        (place, card)
        for place, card in enumerate(shown.cards)
        if part.evidence
        and (card.item in about if about else set(part.evidence) <= {one.text for one in card.evidence})
    ]
    if not those:
        return Spoken(part.text, part.by, tries, truth)
    place, card = min(those, key=lambda one: (-len(one[1].item.title) * names(part.text, one[1].item), one[0] <= last))
    facts = tuple(one for one in card.evidence if one.text in part.evidence)
    return Spoken(part.text, part.by, tries, replace(truth, item=card.item), facts, place)


def names(sentence: str, item: Item) -> bool:
    """Whether the sentence says of which item it speaks."""
    return item.title in sentence


def _query(assistant: Assistant, user: str, conversation: str) -> Query:
    """What was asked in the last turn, as it is kept: the wish and all that came before it."""
    intent = intent_of(assistant.store.newest(conversation)[1].get("intent"))
    return assistant.query(user, intent or Intent(), conversation)


def _nothing(assistant: Assistant, dice: random.Random) -> Plan:
    return Plan("nothing", dice.choice(NOTHING))


def _like(assistant: Assistant, dice: random.Random) -> Plan:
    item = _known(assistant, dice)
    return Plan("like", dice.choice(LIKES).format(item.title), named=_all(assistant, item))


def _like_and_facet(assistant: Assistant, dice: random.Random) -> Plan:
    item, (value, word) = _known(assistant, dice), _facet_word(assistant, dice)
    if not value:
        return _like(assistant, dice)
    return Plan(
        "like+", f"something like {item.title} but {word}", asked=frozenset({value}), named=_all(assistant, item)
    )


def _facet(assistant: Assistant, dice: random.Random) -> Plan:
    value, word = _facet_word(assistant, dice)
    if not value:
        return _nothing(assistant, dice)
    return Plan("facet", f"a {word} {assistant.domain.noun}", asked=frozenset({value}))


def _decade(assistant: Assistant, dice: random.Random) -> Plan:
    value, word = _facet_word(assistant, dice)
    years = sorted(item.year for item in assistant.catalogue.values() if item.year)
    if not value or not years:
        return _facet(assistant, dice)
    low = dice.choice(years) // 10 * 10
    text = f"a {word} {assistant.domain.noun} from the {low}s"
    return Plan("decade", text, asked=frozenset({value}), years=(low, low + 9))


def _refusing(assistant: Assistant, dice: random.Random) -> Plan:
    plan = _facet(assistant, dice)
    value, _ = _facet_word(assistant, dice)
    if not value or value in plan.asked:
        return plan
    return replace(plan, kind="refusing", text=f"{plan.text}, no {value.lower()}", refused=frozenset({value}))


def _words(assistant: Assistant, dice: random.Random) -> Plan:
    return Plan("words", dice.choice(WORDS))


def _newcomer(assistant: Assistant, dice: random.Random) -> Plan:
    likes = tuple(_known(assistant, dice).id for _ in range(2))
    return replace(_nothing(assistant, dice), kind="newcomer", likes=likes, newcomer=True)


def _gift(assistant: Assistant, dice: random.Random) -> Plan:
    plan = dice.choice((_facet, _nothing))(assistant, dice)
    return replace(plan, kind="gift", likes=tuple(_known(assistant, dice).id for _ in range(2)), purpose="gift")


def _critique(assistant: Assistant, dice: random.Random) -> Plan:
    plan = _facet(assistant, dice)
    return replace(plan, kind="critique", before=(plan.text,), text="something else")


def _known(assistant: Assistant, dice: random.Random) -> Item:
    """An item that somebody in the log did something with, with a title that no other has and of more than one word, so
    that it is sure what is meant."""
    titles = [item.title.casefold() for item in assistant.catalogue.values()]
    sure = [item for item in assistant.catalogue.values() if len(item.title.split()) > 1 and item.available]
    alone = [item for item in dice.sample(sure, min(20, len(sure))) if titles.count(item.title.casefold()) == 1]
    return (alone or sure or list(assistant.catalogue.values()))[0]


def _all(assistant: Assistant, item: Item) -> tuple[str, ...]:
    return tuple(sorted(assistant.catalogue.twins([item.id])))


def _facet_word(assistant: Assistant, dice: random.Random) -> tuple[str, str]:
    """A value that many items have and one word for it."""
    having = [value for item in assistant.catalogue.values() for values in item.facets.values() for value in values]
    values = [value for value in sorted(set(having)) if having.count(value) >= max(6, len(assistant.catalogue) // 50)]
    if not values:
        return "", ""
    value = dice.choice(values)
    words = [word for each in assistant.domain.facets.values() for word in each.get(value, ()) if " " not in word]
    return value, dice.choice([value.lower(), *words])
