"""The commands of judgement: `penchant eval next-item` and `penchant eval peers`."""

from pathlib import Path
from typing import Annotated

import typer


def add(app: typer.Typer) -> None:
    """Bring the group `penchant eval`."""
    group = typer.Typer(no_args_is_help=True, help="Judge it: every number with its protocol and an interval.")
    group.command("next-item")(next_item)
    group.command("peers")(peers)
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


def peers(
    data: Annotated[Path, typer.Option(help="the file to fit and judge on: .txt, .inter, .csv or .jsonl")],
    json: Annotated[Path, typer.Option("--json", help="write the figures to this file")],
    items: Annotated[
        Path | None,
        typer.Option(help="the items of --data: JSON lines of id, title, keywords, attributes, genres"),
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="draw accuracy against seconds into this PNG")] = None,
    peers: Annotated[str | None, typer.Option(help="which ones, with commas between; all without it")] = None,
    home: Annotated[Path | None, typer.Option(help="folder of the peers' environments")] = None,
    seconds: Annotated[
        float | None, typer.Option(min=1, help="for each peer to learn in; what Penchant took without it")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="of our fit, of the intervals and of the order of items")] = 0,
) -> None:
    """Beside RecTools, RePlay and implicit: same file, same split, same metric code, and no more time than we take.

    Each gets an environment of its own, made the first time; one that cannot be installed is skipped with a message.
    """
    from rich.console import Console

    from eval.peers.contenders import chosen
    from eval.peers.plot import plot as draw
    from eval.peers.side_by_side import show, side_by_side, writable
    from retrieval.settings import read_settings

    settings = read_settings()
    wanted = chosen(peers)
    writable(json, plot)
    folder = (home or settings.home / "peers").absolute()
    report = side_by_side(data, items, wanted, folder, settings.threads, seconds, seed)
    show(report, Console())
    report.save(json)
    if plot:
        draw(report, plot)


def demo(
    serve: Annotated[bool, typer.Option(help="Open the page at the end.")] = True,
) -> None:
    """Everything once, on MovieLens-100K: fetch, train, index, weigh, evaluate, a conversation, the page."""
    from eval.demo import demo as run
    from retrieval.settings import read_settings

    run(read_settings(), serve)
