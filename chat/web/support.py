"""What the support page shows: what a customer did, what they would get now, and why not something else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from rapidfuzz import fuzz, process

from chat.memory import Memory
from chat.messages import Card, Standing
from chat.web.markup import clean, preference, text
from recommender.events import Event
from retrieval.catalogue import Catalogue
from retrieval.domain import plain
from retrieval.errors import UnknownItem
from retrieval.items import Item
from retrieval.words.naming import forms_of

NEAR = 80  # of 100
ROWS = 200  # of a history; who needs more exports it
# told apart by people who see colours differently too (Okabe and Ito, 2008), a little darker
COLOURS = ("#0072b2", "#b85a00", "#00795c", "#a8508a", "#7a6a00", "#3d7ea6", "#5f5f6b")


def item_named(catalogue: Catalogue, typed: str) -> str:
    """The id that was typed or chosen, else that of the title most like it. Raises UnknownItem if none is near."""
    if typed in catalogue:
        return typed
    titles = {
        " ".join(words): ids[0] for ids in catalogue.works.values() for words in forms_of(catalogue[ids[0]].title).full
    }
    near = process.extractOne(plain(typed), list(titles), scorer=fuzz.WRatio, score_cutoff=NEAR)
    if near is None:
        raise UnknownItem(f"no item is called {typed!r}, nor is it the id of one")
    return titles[near[0]]


def message(words: str) -> str:
    return clean(f'<p class="note">{text(words)}</p>')


def top(cards: Sequence[Card]) -> str:
    """The list with each score as a bar of its parts, the same part in the same colour all over the page."""
    if not cards:
        return message("Nothing to recommend: no item passes the filters.")
    colours = _colours([card.parts for card in cards])
    reach = _reach([card.parts for card in cards])
    rows = "".join(
        f'<tr><td class="rank">{rank}</td><th scope="row">{text(card.item.name)}'
        f'<p class="reason">{text(card.reason)}</p></th>'
        f"<td>{_bar(card.parts, colours, reach)}{_figures(card.parts)}</td></tr>"
        for rank, card in enumerate(cards, start=1)
    )
    head = '<tr><th scope="col">Rank</th><th scope="col">Item and reason</th><th scope="col">Score, by part</th></tr>'
    return clean(f'{_legend(colours)}<table class="top"><thead>{head}</thead><tbody>{rows}</tbody></table>')


def past(events: Sequence[tuple[Event, Item]]) -> str:
    """What the customer did, newest first."""
    if not events:
        return message("Nothing is known of what they did: they get what is popular until they do something.")
    newest = list(reversed(events))
    rows = "".join(
        f'<tr><td>{_day(event.time)}</td><th scope="row">{text(item.name)}</th>'
        f"<td>{text(event.action)}</td><td>{'' if event.value is None else f'{event.value:g}'}</td></tr>"
        for event, item in newest[:ROWS]
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Date", "Item", "Action", "Value"))
    more = f", the newest {ROWS} shown" if len(events) > ROWS else ""
    caption = f"{len(events):,} event{'s' if len(events) != 1 else ''}{more}"
    return clean(
        f'<div class="long"><table class="past"><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def shared(memory: Memory, user: str) -> str:
    """What the customer lets support see of what is remembered of them; nothing unless they said so."""
    facts = memory.facts(user) if memory.consent(user).support else ()
    each = "".join(f"<li>{text(preference(one))}, said on {_day(one.at)}</li>" for one in facts)
    return clean(f"<h2>What they let us see of what is remembered</h2><ul>{each}</ul>") if each else ""


def standing(found: Standing) -> str:
    """Where one item stands, or what keeps it out."""
    name = text(found.item.name)
    contrast = "".join(f"<li>{text(line)}</li>" for line in found.contrast)
    otherwise = f'<ul class="contrast" aria-label="What would bring it in">{contrast}</ul>' if contrast else ""
    if found.rank is None:
        return clean(
            f'<div class="standing"><h3>{name}</h3>'
            f"<p>Not on the list: <strong>{text(found.removed or '')}</strong>.</p>"
            f'<p class="reason">{text(found.reason)}</p>{otherwise}</div>'
        )
    colours = _colours([found.parts])
    return clean(
        f'<div class="standing"><h3>{name}</h3><p>Rank <strong>{found.rank:,}</strong> of {found.of:,}.</p>'
        f'<p class="reason">{text(found.reason)}</p>{_legend(colours)}'
        f"{_bar(found.parts, colours, _reach([found.parts]))}{_figures(found.parts)}{otherwise}</div>"
    )


def _colours(parts: Iterable[Mapping[str, float]]) -> dict[str, str]:
    names = dict.fromkeys(name for each in parts for name in each)
    return {name: COLOURS[at % len(COLOURS)] for at, name in enumerate(names)}


def _reach(parts: Iterable[Mapping[str, float]]) -> tuple[float, float]:
    """How far the bars go below and above zero, over all rows: one scale for all."""
    below = above = 0.0
    for each in parts:
        below = max(below, -sum(value for value in each.values() if value < 0))
        above = max(above, sum(value for value in each.values() if value > 0))
    return below, above


def _bar(parts: Mapping[str, float], colours: Mapping[str, str], reach: tuple[float, float]) -> str:
    # what speaks against an item lies left of zero, what speaks for it right
    below, above = reach
    scale = 100 / ((below + above) or 1.0)
    left = right = below * scale
    pieces = []
    for name, value in parts.items():
        width = abs(value) * scale
        if value < 0:
            left -= width
        at = left if value < 0 else right
        right += width if value > 0 else 0
        pieces.append(
            f'<span title="{text(name)}" style="left:{at:.1f}%;width:{width:.1f}%;background:{colours[name]}"></span>'
        )
    zero = f'<span class="zero" style="left:{below * scale:.1f}%"></span>' if below else ""
    return f'<div class="bar" aria-hidden="true">{"".join(pieces)}{zero}</div>'


def _figures(parts: Mapping[str, float]) -> str:
    figures = [f"{text(name)} {value:+.2f}" for name, value in parts.items() if abs(value) >= 0.005]
    total = f"<strong>{sum(parts.values()):.2f}</strong>"
    return f'<p class="figures">{total} = {", ".join(figures)}</p>'


def _legend(colours: Mapping[str, str]) -> str:
    keys = "".join(
        f'<li><span class="key" style="background:{colour}"></span>{text(name)}</li>'
        for name, colour in colours.items()
    )
    return f'<ul class="legend" aria-label="Parts of the score">{keys}</ul>'


def _day(time: float) -> str:
    return datetime.fromtimestamp(time, tz=UTC).date().isoformat()
