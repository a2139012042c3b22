"""The commands of judgement: `penchant eval next-item`."""

from pathlib import Path
from typing import Annotated

import typer


def add(app: typer.Typer) -> None:
    """Bring the group `penchant eval`."""
    group = typer.Typer(no_args_is_help=True, help="Judge it: every number with its protocol and an interval.")
    group.callback()(lambda: None)  # keeps a group of one command a group
    group.command("next-item")(next_item)
    app.add_typer(group, name="eval")
    app.command("demo")(demo)


def next_item(
    json: Annotated[Path | None, typer.Option("--json", help="write the figures to this file")] = None,
    language: Annotated[
        int, typer.Option(min=0, help="ask so many users with the language model too, about a second each")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="of the intervals and of the users chosen")] = 0,
    saved: Annotated[bool, typer.Option("--saved", help="show the last evaluation if it still holds")] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="fit and judge on this file: a user and their items a line (.txt), or .inter, .csv, .jsonl"),
    ] = None,
    items: Annotated[
        Path | None,
        typer.Option(help="the items of --data: JSON lines of id, title, keywords, attributes, genres"),
    ] = None,
) -> None:
    """Where does each user's last event stand in the list? Behaviour part by part, and the whole pipeline.

    Judges the checkpoint of penchant train, or with --data fits one to a file and leaves the workspace alone.
    """
    from eval.judging import next_item as judge
    from eval.judging import next_item_of
    from retrieval.settings import read_settings

    if items and not data:
        raise typer.BadParameter("--items says what is in --data, which is missing")
    if data:
        next_item_of(data, items, read_settings().threads, json, seed)
    else:
        judge(read_settings(), json, language or None, seed, saved)


def demo(
    serve: Annotated[bool, typer.Option(help="Open the page at the end.")] = True,
) -> None:
    """Everything once, on MovieLens-100K: fetch, train, index, weigh, evaluate, a conversation, the page."""
    from eval.demo import demo as run
    from retrieval.settings import read_settings

    run(read_settings(), serve)
