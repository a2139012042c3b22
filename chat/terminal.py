"""A turn as a terminal shows it, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from chat.assistant import Assistant
from chat.chips import Chip
from chat.messages import KINDS, Asked, Card, Compared, Done, Message, Part, Purpose, Said, Shown, Standing, Understood

COMMANDS = {"/undo": "undo", "/restart": "start over"}  # the words that do the same


def converse(assistant: Assistant, user: str, say: Sequence[str], stay: bool, purpose: Purpose = "self") -> None:
    """Says what it is given, then listens until an empty line, Ctrl-D or Ctrl-C."""
    console = Console()
    conversation = assistant.open(user, purpose)
    console.print(Text(assistant.greeting(user, purpose), style="bold"))
    for text in say:
        console.print(Text(f"\n> {text}", style="cyan"))
        _turn(console, assistant, Message(text, user, conversation))
    while stay:
        try:
            text = console.input("\n[cyan]> [/cyan]").strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if not text:
            return
        _turn(console, assistant, Message(text, user, conversation))


def _turn(console: Console, assistant: Assistant, message: Message) -> None:
    kind, _, place = message.text.casefold().partition(" ")
    if kind in COMMANDS:
        message = replace(message, text=COMMANDS[kind])
    if kind == "/state" or (kind == "/drop" and not place.isdigit()):
        console.print(state(assistant.chips(message.conversation, message.user)))
        return
    if kind == "/drop":
        held = assistant.chips(message.conversation, message.user)
        if not 1 <= int(place) <= len(held):
            console.print(f"  There is no piece {place}.", state(held))
            return
        message = replace(message, drop=held[int(place) - 1].text)
    if kind in KINDS and place.isdigit():
        shown = assistant.shown(message.conversation)
        if not 1 <= int(place) <= len(shown):
            console.print(f"  There is no item {place} in the last list of {len(shown)}.")
            return
        assistant.feedback(message.conversation, message.user, shown[int(place) - 1], kind)
        console.print("  Noted; it counts at your next message.")
        return
    show(console, assistant.reply(message))


def show(console: Console, parts: Iterator[Part]) -> None:
    """Prints each part as it comes."""
    for part in parts:
        if isinstance(part, Understood):
            console.print(Text("  understood: " + " · ".join(part.told), style="dim"))
        elif isinstance(part, Shown):
            for number, card in enumerate(part.cards, start=1):
                console.print(line(number, card))
        elif isinstance(part, Compared):
            console.print(Padding(side_by_side(part), (0, 2)))
        elif isinstance(part, Asked):
            console.print(Padding(Text(part.text, style="bold"), (0, 2)))
        elif isinstance(part, Said):
            console.print(Padding(Text(part.text, style="" if part.by == "template" else "italic"), (0, 2)))
        elif part.fallbacks:
            console.print(Text("  " + "; ".join(part.fallbacks), style="dim"))


def state(held: Sequence[Chip]) -> RenderableType:
    """What holds, each piece with the number by which `/drop` takes it away."""
    if not held:
        return "  Nothing holds yet: tell me what you are in the mood for."
    rows = Table.grid(padding=(0, 1))
    rows.add_column(width=4, justify="right")
    for number, chip in enumerate(held, start=1):
        softly = "" if chip.hard else "ideally "
        words = f"  “{chip.words}”" if chip.words else ""
        rows.add_row(f"{number}.", Text.assemble(f"{softly}{chip.told}", (words, "dim")))
    return rows


def side_by_side(one: Compared) -> Table:
    """Items in columns, what is compared in rows."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("")
    for name in one.names:
        table.add_column(Text(name, style="bold"))
    for label, *cells in one.rows:
        table.add_row(Text(label, style="dim"), *(Text(cell) for cell in cells))
    return table


def line(number: int, card: Card) -> RenderableType:
    """`1. Alien (1979)  Horror, Sci-Fi`, and the reason below."""
    facets = ", ".join(value for values in card.item.facets.values() for value in values)
    row = Table.grid(padding=(0, 1))
    row.add_column(width=4, justify="right")
    row.add_row(f"{number}.", Text.assemble((card.item.name, "bold"), (f"  {facets}\n", "cyan"), card.reason))
    return row


def standing(one: Standing) -> Panel:
    """Where one item stands, with its parts as bars."""
    if one.removed:
        lines = "\n".join([f"not in the list: {one.removed}", *one.contrast])
        return Panel(Text(lines), title=one.item.name, title_align="left")
    parts = Table(box=None, show_header=False)
    longest = max((abs(score) for score in one.parts.values()), default=1) or 1
    for name, score in sorted(one.parts.items(), key=lambda part: -part[1]):
        bar = "█" * max(1, round(24 * abs(score) / longest))
        parts.add_row(name, f"{score:+.2f}", Text(bar, style="green" if score > 0 else "red"))
    head = Text(f"rank {one.rank:,} of {one.of:,}, score {sum(one.parts.values()):+.2f}\n{one.reason}")
    apart = [Text("\n".join(one.contrast))] if one.contrast else []
    return Panel(Group(head, parts, *apart), title=one.item.name, title_align="left")


def as_json(parts: Iterator[Part]) -> dict[str, Any]:
    """One turn in the form that scripts rely on."""
    turn: dict[str, Any] = {"items": [], "sentences": [], "understood": [], "timings": {}, "fallbacks": []}
    for part in parts:
        if isinstance(part, Understood):
            turn["understood"] = list(part.constraints)
        elif isinstance(part, Shown):
            turn["items"] = [_item(card) for card in part.cards]
        elif isinstance(part, Said):
            turn["sentences"].append({"text": part.text, "by": part.by, "evidence": list(part.evidence)})
        elif isinstance(part, Compared):
            turn["compared"] = {"names": list(part.names), "rows": [list(row) for row in part.rows]}
        elif isinstance(part, Asked):
            turn["question"] = {"text": part.text, "answers": list(part.answers)}
        elif isinstance(part, Done):
            turn |= {"timings": dict(part.timings), "fallbacks": list(part.fallbacks)}
    return turn


def _item(card: Card) -> dict[str, Any]:
    item = card.item
    return {
        "id": item.id,
        "title": item.title,
        "year": item.year,
        "genres": list(item.facet("genre")),
        "reason": card.reason,
        "parts": {name: round(score, 4) for name, score in card.parts.items()},
    }
