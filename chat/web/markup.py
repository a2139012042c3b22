"""What the chat page shows, as HTML that nobody's text can break out of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from zlib import crc32

import nh3

from chat.chips import Chip
from chat.memory import Consent, Fact
from chat.messages import Asked, Card, Compared, Kind, Purpose, Said
from chat.policy.languages import RIGHT_TO_LEFT, language_of
from chat.turns.remembering import day
from retrieval.items import Item

# deep enough that white text on each has a contrast of at least 5.5 : 1
COVERS = (
    "#7a2e3a",
    "#84450f",
    "#5c5410",
    "#1f5f45",
    "#145a70",
    "#274c94",
    "#553896",
    "#80296a",
    "#434d58",
    "#694231",
)
BUTTONS: dict[Purpose, dict[Kind, str]] = {
    "self": {"like": "Like", "dislike": "Not for me", "seen": "Seen it"},
    "gift": {"like": "Like", "dislike": "Not for them", "seen": "Seen it"},
}
NOTED: dict[Purpose, dict[Kind, str]] = {
    "self": {"like": "you like it", "dislike": "it is not for you", "seen": "you have seen it"},
    "gift": {"like": "you like it for them", "dislike": "it is not for them", "seen": "seen already"},
}
COUNTS: dict[Purpose, str] = {
    "self": "It counts from your next message.",
    "gift": "It counts from your next message, in this conversation only.",
}
DROP = "✕ "  # begins a message that takes back a piece of what was understood
TAGS = {"article", "bdi", "button", "dd", "details", "div", "dl", "dt", "em", "h2", "h3", "li", "p", "span", "strong"}
TAGS |= {"caption", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"}
EVERYWHERE = {"aria-hidden", "aria-label", "aria-labelledby", "aria-pressed", "class", "data-item", "data-kind"}
EVERYWHERE |= {"data-does", "data-fact", "data-noted", "dir", "lang", "open"}
EVERYWHERE |= {"data-letter", "id", "role", "scope", "style", "title", "type"}
RUNS = re.compile(
    r"([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc](?:[\W\d\u0590-\u08ff]*[\u0590-\u08ff])?)"
)  # right to left
STYLES = {"background", "left", "width"}


def text(words: str) -> str:
    """The words with everything that HTML would read as its own made harmless."""
    return nh3.clean_text(words)


def clean(html: str) -> str:
    """A second lock behind `text`: only the tags and attributes this page uses, no links, no pictures, no scripts."""
    return nh3.clean(
        html, tags=TAGS, attributes={"*": EVERYWHERE}, filter_style_properties=STYLES, url_schemes=set(), link_rel=None
    )


def asked(words: str) -> str:
    """What the person wrote."""
    # a message of blanks or nothing still gets its bubble, so that the answer has something to stand under
    shown = text(words.strip()) or "<em>(nothing)</em>"
    language = language_of(words)
    return clean(f'<p class="asked"><span class="by">You: </span>{in_its_language(shown, language)}</p>')


def looking() -> str:
    return clean('<p class="looking" role="status">Looking…</p>')


def writing() -> str:
    return clean('<p class="writing">Putting it into words…</p>')


def sentence(words: str) -> str:
    """One line of ours outside an answer: the greeting, an apology."""
    return clean(f'<p class="said">{text(words)}</p>')


def understood(constraints: Iterable[str]) -> str:
    """What was taken from the words, a chip each."""
    chips = "".join(f"<li>{mixed(words)}</li>" for words in constraints)
    return clean(f'<ul class="chips" aria-label="Understood">{chips}</ul>') if chips else ""


def held(chips: Sequence[Chip], settled: bool = True) -> str:
    """What an answer goes by, a chip each, with a button to take it away as soon as all of it is known."""
    if not chips:
        return ""
    pieces = "".join(
        f'<li class="{"hard" if chip.hard else "soft"}"{_whence(chip)}>'
        f"{'' if chip.hard else '<em>ideally</em> '}<span>{mixed(chip.told)}</span>"
        f"{_drop(chip) if settled else ''}</li>"
        for chip in chips
    )
    return clean(f'<h2 id="held">I go by</h2><ul class="chips" aria-labelledby="held">{pieces}</ul>')


def _whence(chip: Chip) -> str:
    if not chip.words:
        return ""
    place = f", in your message {chip.turn}" if chip.turn else ""
    return f' title="You said “{text(chip.words)}”{place}"'


def _drop(chip: Chip) -> str:
    label = f"Remove: {text(chip.told)}"
    return f'<button type="button" class="drop" data-item="{text(chip.text)}" aria-label="{label}">✕</button>'


def past(turns: Iterable[tuple[str, Sequence[Said]]]) -> str:
    """Turns of before, oldest first."""
    return clean("".join(f'<div class="turn">{exchange(words, answer)}</div>' for words, answer in turns))


def exchange(words: str, answer: Sequence[Said]) -> str:
    """What was asked, if it was in words, and what was said to it."""
    return (asked(words) if words.strip() else "") + said(answer)


def memory(consent: Consent, facts: Sequence[Fact], opened: bool = False) -> str:
    """What is remembered of the person, theirs to read, correct and delete."""
    body = _facts(consent, facts) if consent.remember else f"<p>{OFF}</p>{_does('on', 'Remember for me')}"
    opening = ' open="open"' if opened else ""
    return clean(f'<details{opening}><summary>What I remember</summary><div class="memory">{body}</div></details>')


OFF = (
    "Nothing about you, beyond this conversation. If you switch it on, I keep what you say always holds, such as "
    "“I never want horror”. It serves only to choose what I suggest to you, and never when you look for someone else."
)
NONE = "Nothing yet. Tell me what always holds, such as “I never want horror”."


def _facts(consent: Consent, facts: Sequence[Fact]) -> str:
    each = "".join(f"<li>{_fact(one)}</li>" for one in facts)
    listed = f'<ul class="facts">{each}</ul>' if facts else f"<p>{NONE}</p>"
    seen = "Support may see this." if consent.support else "Support cannot see this."
    see = _does("support", "No longer let support see it" if consent.support else "Let support see it")
    everything = _does("forget all", "Forget all of it") if facts else ""
    return f"{listed}<p>{seen}</p>{see}{everything}{_does('off', 'Switch off and forget')}"


def _fact(one: Fact) -> str:
    about = text(preference(one))
    other = text(preference(replace(one, liked=not one.liked)))
    return (
        f"<strong>{about}</strong><p>You said “{text(one.words)}” on {day(one.at)}.</p>"
        f"{_does('correct', f'Change to: {other}', one.number)}"
        f"{_does('forget', 'Forget', one.number, f'Forget: {about}')}"
    )


def preference(one: Fact) -> str:
    """A fact as something that a person is or is not for."""
    return f"you like {one.value}" if one.liked else f"no {one.value}"


def _does(what: str, words: str, fact: int = 0, label: str = "") -> str:
    named = f' aria-label="{label}"' if label else ""
    return f'<button type="button" data-does="{what}" data-fact="{fact}"{named}>{words}</button>'


def titles(items: Sequence[Item]) -> str:
    """What was shown, for the part of the conversation that has scrolled away."""
    return clean(f'<p class="titles">{text("; ".join(item.name for item in items))}</p>') if items else ""


def said(sentences: Iterable[Said]) -> str:
    """The words of an answer so far, each in the language that it is in."""
    return clean("".join(f'<p class="said">{_said(one)}</p>' for one in sentences))


def _said(one: Said) -> str:
    if one.language == "en":
        return mixed(one.text)
    english = one.english if one.english and one.text.startswith(one.english) else ""
    own = in_its_language(text(one.text.removeprefix(english).strip()), one.language)
    return f"{text(english)} {own}".strip()


def mixed(words: str) -> str:
    """Our words, with those of another direction set apart, so that the marks around them stay where they are."""
    pieces = RUNS.split(words)
    return "".join(f"<bdi>{text(piece)}</bdi>" if at % 2 else text(piece) for at, piece in enumerate(pieces))


def in_its_language(html: str, language: str) -> str:
    """The words marked with their language, so that they are read out and set as it wants; English is that of the
    page."""
    if language == "en" or not html:
        return html
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    return f'<span lang="{text(language)}" dir="{direction}">{html}</span>'


def table(one: Compared) -> str:
    """Items side by side, with the names above."""
    heads = "".join(f'<th scope="col">{text(name)}</th>' for name in one.names)
    rows = "".join(
        f'<tr><th scope="row">{text(label)}</th>{"".join(f"<td>{text(cell)}</td>" for cell in cells)}</tr>'
        for label, *cells in one.rows
    )
    return clean(f'<table class="compared"><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>')


def question(one: Asked) -> str:
    """A question back, with its likeliest answers to press."""
    answers = "".join(f'<button type="button" class="reply">{text(each)}</button>' for each in one.answers)
    asks, mark, more = one.text.partition("? ")  # what is asked stands out, and what is to be known of it does not
    words = f"<strong>{text(asks + mark)}</strong>{text(more)}"
    return clean(f'<p class="said asks">{words}</p><div class="replies">{answers}</div>')


def shelf(cards: Sequence[Card], purpose: Purpose = "self", received: Mapping[str, Kind] | None = None) -> str:
    """The list as cards, in its order, with buttons that say for whom and show what was pressed before."""
    if not cards:
        nothing = '<p class="nothing">Nothing in the catalogue fits that. Try asking for a little less.</p>'
        return clean(f'<div class="cards">{nothing}</div>')  # as what a list is in, so that the page is set alike
    each = "".join(_card(card, purpose, (received or {}).get(card.item.id)) for card in cards)
    return clean(f'<div class="cards">{each}</div>')


def noted(item: Item, kind: Kind, purpose: Purpose = "self") -> str:
    """That a button was heard; the page marks the card that `data-item` names."""
    return clean(
        f'<p data-item="{text(item.id)}" data-kind="{kind}">Noted: <strong>{text(item.title)}</strong>, '
        f"{NOTED[purpose][kind]}. {COUNTS[purpose]}</p>"
    )


def told(words: str) -> str:
    """A line that shows for a moment."""
    return clean(f"<p>{text(words)}</p>")


def apology(words: str) -> str:
    return clean(f'<p class="sorry" role="alert">{text(words)}</p>')


def cover(item: Item) -> str:
    """From the colour of its first facet value to that of its last: alike looks alike."""
    values = [value for values in item.facets.values() for value in values] or [item.title]
    first, last = (COVERS[crc32(value.encode()) % len(COVERS)] for value in (values[0], values[-1]))
    return f"linear-gradient(135deg, {first}, {last})"


def _card(card: Card, purpose: Purpose, pressed: Kind | None = None) -> str:
    item = card.item
    id = text(item.id)
    facets = " · ".join(text(value) for values in item.facets.values() for value in values)
    noted = f' data-noted="{pressed}"' if pressed else ""
    letter = next((sign for sign in item.title if sign.isalnum()), "·").upper()
    buttons = "".join(
        f'<button type="button" data-item="{id}" data-kind="{kind}" '
        f'aria-pressed="{"true" if kind == pressed else "false"}" '
        f'aria-label="{name}: {text(item.title)}">{name}</button>'
        for kind, name in BUTTONS[purpose].items()
    )
    return (
        f'<article class="card" data-item="{id}"{noted} aria-labelledby="title-{id}">'
        f'<div class="cover" style="background:{cover(item)}" data-letter="{text(letter)}">'
        f'<h3 id="title-{id}">{text(item.title)}</h3>'
        f'<p class="year">{item.year or ""}</p></div>'
        f'<p class="facets">{facets}</p><p class="reason">{text(card.reason)}</p>{_why(card)}'
        f'<div class="buttons">{buttons}</div></article>'
    )


def _why(card: Card) -> str:
    if not card.evidence:
        return ""
    facts = "".join(f"<li>{text(each.text)}</li>" for each in card.evidence if each.tellable)
    return f"<details><summary>What this rests on</summary><ul>{facts}</ul></details>"
