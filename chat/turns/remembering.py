"""What is remembered of a person, as they ask for it, agree to it, and take it back in the conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from chat.grammar import listed
from chat.memory import Fact, Memory
from chat.messages import Asked, Intent, Lasting, Message, Said
from chat.ordering import Ordering
from chat.record import intent_of, intent_record
from chat.turns.heard import Heard
from chat.understanding.values.amounts import plainly
from chat.understanding.values.dropping import Dropped, without
from chat.understanding.values.lasting import REMEMBER
from retrieval.domain import Domain, plain
from retrieval.filtering.where import Where

Wanted = Literal["show", "forget", "forget all", "off", "on"]
YES, NO = "Yes, remember", "No, do not"
QUESTION = (
    "Shall I remember this for next time: {}? It would only serve to choose what I suggest to you, and you can read, "
    "change and delete it whenever you like."
)
AGREED = "I will remember: {}. You find it under “What I remember”."
DECLINED = "Then I will not, and I will not ask again. You can turn it on under “What I remember”."
NOTHING = "I remember nothing about you. Say “remember what I like” if you want me to."
NOTHING_YET = (
    "I remember nothing about you yet. I will when you say something that always holds, such as “I never want ...”."
)
FORGOTTEN = "Forgotten: {}."
NOT_KNOWN = "I remember nothing like that about you."
ONLY = "Of what people tell me about themselves I remember only the {} that they like or never want."
NOTHING_HERE = "I remember nothing here of what people tell me about themselves."
NOT_OF_OTHERS = "What you say here is for someone else, so I remember nothing of it."
ALL_GONE = "Everything that I remembered about you is deleted. What was said in a conversation stays with it."
TURNED_OFF = "I no longer remember anything about you: what there was is deleted."
TURNED_ON = (
    "From now on I remember what you say always holds. You find it under “What I remember”, and can delete it there."
)
PATTERNS: tuple[tuple[Wanted, str], ...] = (
    ("show", r"what (?:do|did|have|all do) you (?:\w+ )?(?:remember(?:ed)?|know|stored?|keep|kept|learn(?:t|ed)?)"
             r"(?: \w+){0,2} (?:about|of|on) me|show me what you (?:remember|know)(?: about me)?"),
    ("forget all", r"(?:forget|delete|erase|wipe) (?:everything|all|whatever|anything)(?: \w+){0,4} (?:about|of) me"
                   r"|(?:forget|delete|erase|wipe) (?:all )?my (?:memory|memories|data|profile|facts)|forget me"),
    ("off", r"(?:stop|do not|dont|never|please dont) remember(?:ing)? (?:me|things|what|anything|my|that|this)"
            r"|turn (?:your |the |my )?memory off|turn off (?:your |the |my )?memory"),
    ("forget", r"(?<!dont )(?<!not )forget (?:that|what|how|about me|the fact that) (?:i|im|ive|we)\b"),
    ("on", r"^(?:please |can you |could you |yes )*remember (?:what i|my tastes?|things (?:about|for) me|me\b)"
           r"|start remembering|turn (?:your |the |my )?memory on|turn on (?:your |the |my )?memory"),
)  # fmt: skip
AGREES = re.compile(
    r"(?:yes|yeah|yep|yup|sure|ok|okay|of course|go ahead|please do|do that|do so|remember (?:it|that|this)|why not)"
    r"(?: (?:please|remember|do|that|it|this|thanks|thank you|sure))*"
)
DECLINES = re.compile(
    r"(?:no|nope|nah|never|rather not|id rather not|please dont|do not|dont|not now|better not)"
    r"(?: (?:thanks|thank you|please|do|not|dont|remember|that|it|this|rather))*"
)
# right after something was remembered it is that which is not to be
NOT_THAT = re.compile(r"(?:no |oh |please |actually |wait )*(?:forget|delete) (?:that|it)(?: please)?")


def about_memory(message: Message, ordering: Ordering) -> Sequence[str]:
    """Does what the message asks of the memory and says so in sentences; none if it is about anything else.

    The words of such a message are not kept."""
    store, memory = ordering.store, Memory(ordering.engine)
    number, before = store.newest(message.conversation)
    wanted = wanted_of(message.text)
    if wanted == "forget" and _of_the_wish(message, before, memory, ordering):
        return ()
    learnt = [int(one) for one in before.get("learnt", ())]
    facts = memory.facts(message.user)
    new: list[int] = []
    if wanted:
        told = _done(wanted, message, memory, ordering)
    elif learnt and NOT_THAT.fullmatch(plain(message.text)):
        memory.forget(message.user, learnt)
        told = [FORGOTTEN.format(texts([one for one in facts if one.number in learnt]))]
    elif before.get("consent") and (agreed := agrees(message.text)) is not None:
        told = _answered(agreed, message.user, message.conversation, number, intent_of(before["intent"]), memory)
        new = [one.number for one in memory.facts(message.user) if one not in facts]
    else:
        return ()
    meant = _meant(message.text, ordering) if wanted == "forget" else set()

    def opposite(fact: Fact, wish: Intent) -> bool:  # who asks for horror now and has it forgotten that they hate it
        return (fact.value in wish.where.asked(fact.facet)) != fact.liked

    def following(number: int, before: Mapping[str, Any]) -> Mapping[str, Any]:
        talk: dict[str, Any] = {"move": "answer", "said": [], "question": None, "consent": False, "learnt": new}
        wish = intent_of(before.get("intent"))  # what is forgotten does not hold here any more either
        gone = meant - {(one.facet, one.value) for one in facts if wish and opposite(one, wish)}
        left = {"intent": intent_record(without(wish, Dropped(frozenset(gone))))} if wish and gone else {}
        return {**before, **talk, **left, "stands": before.get("stands", number)}

    store.append(message.conversation, "", following)
    return told


def wanted_of(text: str) -> Wanted | None:
    """What the words ask of the memory."""
    said = plain(text)
    return next((wanted for wanted, pattern in PATTERNS if re.search(pattern, said)), None)


def agrees(text: str) -> bool | None:
    """Whether the words are a yes or a no, None if they are neither."""
    said = plain(text)
    return True if AGREES.fullmatch(said) else False if DECLINES.fullmatch(said) else None


def remembered(heard: Heard, ordering: Ordering) -> Iterator[Said | Asked]:
    """After an answer: what the message says of the taste in general is kept if the person agreed to that. Who never
    said is asked, once, unless another question is open; who talks for someone else is not. Who wants something to be
    remembered hears what that needs, or why it is not."""
    said, user, conversation = heard.intent.lasting, heard.message.user, heard.message.conversation
    told_to = bool(REMEMBER.search(heard.message.text))
    if heard.purpose == "gift" or not said:
        if told_to:
            yield Said(NOT_OF_OTHERS if heard.purpose == "gift" else only(ordering.domain), "template")
        return
    memory, consent = Memory(ordering.engine), Memory(ordering.engine).consent(user)
    if consent.remember:
        facts = memory.learn(user, said, conversation, heard.number)
        ordering.store.amend(conversation, heard.number, {"learnt": [one.number for one in facts]})
        yield Said(AGREED.format(texts(facts)), "template")
    elif told_to or not (consent.asked or ordering.store.record_of(conversation, heard.number).get("question")):
        memory.asked(user)
        ordering.store.amend(conversation, heard.number, {"consent": True, "question": None})
        yield asking(said)


def only(domain: Domain) -> str:
    """What may be remembered here, to somebody who wanted something else remembered."""
    facets = domain.memory.facets
    return ONLY.format(listed([plainly(one) for one in facets])) if facets else NOTHING_HERE


def asking(said: Sequence[Lasting]) -> Asked:
    """The question whether that may be remembered."""
    return Asked(QUESTION.format(listed([one.text for one in said])), (YES, NO))


def _of_the_wish(message: Message, before: Mapping[str, Any], memory: Memory, ordering: Ordering) -> bool:
    """Whether what they want forgotten is part of the wish at hand, and nothing of it is remembered."""
    meant = _meant(message.text, ordering)
    if any((one.facet, one.value) in meant for one in memory.facts(message.user)):
        return False
    wish = intent_of(before.get("intent"))
    return bool(wish and meant & _values(wish.where))


def texts(facts: Sequence[Fact]) -> str:
    return listed([one.text for one in facts])


def _answered(
    agreed: bool, user: str, conversation: str, number: int, intent: Intent | None, memory: Memory
) -> Sequence[str]:
    if not agreed:
        memory.turn_off(user)
        return [DECLINED]
    memory.turn_on(user)
    return [AGREED.format(texts(memory.learn(user, intent.lasting if intent else (), conversation, number)))]


def _done(wanted: Wanted, message: Message, memory: Memory, ordering: Ordering) -> Sequence[str]:
    user = message.user
    facts = memory.facts(user)
    match wanted:
        case "show" if not memory.consent(user).remember:
            return [NOTHING]
        case "show":
            return [told(one) for one in facts] or [NOTHING_YET]
        case "forget all":
            memory.forget_all(user)
            return [ALL_GONE]
        case "off":
            memory.turn_off(user)
            return [TURNED_OFF]
        case "on":
            memory.turn_on(user)
            return [TURNED_ON]
    gone = [one for one in facts if (one.facet, one.value) in _meant(message.text, ordering)]
    memory.forget(user, [one.number for one in gone])
    return [FORGOTTEN.format(texts(gone))] if gone else [NOT_KNOWN, *(told(one) for one in facts)]


def _meant(text: str, ordering: Ordering) -> set[tuple[str, str]]:
    """The values that the words name, wanted or not."""
    said = re.sub(r"\bforget\b", " ", text, flags=re.IGNORECASE)  # which would take back what it names
    return _values(ordering.things.understand(said, None, ()).where)


def _values(where: Where) -> set[tuple[str, str]]:
    sides = (where.wanted, where.unwanted, where.either)
    return {(facet, value) for side in sides for facet, values in side.items() for value in values}


def told(fact: Fact) -> str:
    """A fact with where it comes from."""
    return f"You told me: {fact.text}. You said “{fact.words}” on {day(fact.at)}."


def day(at: float) -> str:
    date = datetime.fromtimestamp(at, tz=UTC)
    return f"{date.day} {date:%B %Y}"
