"""The commands of judgement: the group `penchant eval`, and the demo."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from eval.options import Json, Seed
from eval.talking import add as add_talking

Data = Annotated[
    Path,
    typer.Option(help="a user and their items a line (.txt), or .inter, .csv, .csv.gz, .jsonl", show_default=False),
]
Items = Annotated[Path | None, typer.Option(help="the items: JSON lines of id, title, keywords, attributes, genres")]
Users = Annotated[Path | None, typer.Option(help="the people: id, age, gender, occupation")]
DomainName = Annotated[str | None, typer.Option("--domain", help="the domain that names the columns of --data")]


class Split(StrEnum):
    """How --data is cut: leave-one-out, or at a point in time."""

    loo = "loo"
    temporal = "temporal"


def add(app: typer.Typer) -> None:
    """Bring the group `penchant eval`."""
    group = typer.Typer(no_args_is_help=True, help="Judge it: every number with its protocol and an interval.")
    group.command("next-item")(next_item)
    group.command("cold")(cold)
    group.command("context")(context)
    group.command("transfer")(transfer)
    group.command("retrieval")(retrieval)
    group.command("rerank")(rerank)
    group.command("peers")(peers)
    group.command("diversity")(diversity)
    group.command("leaning")(leaning)
    add_talking(group)
    app.add_typer(group, name="eval")
    app.command("demo")(demo)


def next_item(
    json: Json = None,
    language: Annotated[
        int, typer.Option(min=0, help="ask so many users with the language model too, about a second each")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="of the intervals and of the users chosen")] = 0,
    saved: Annotated[bool, typer.Option("--saved", help="show the last evaluation if it still holds")] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="fit and judge on this file: a user and their items a line (.txt), or .inter, .csv, .jsonl"),
    ] = None,
    items: Items = None,
    users: Users = None,
    domain: DomainName = None,
    split: Annotated[Split, typer.Option(help="last events held out, or everything after a day")] = Split.loo,
    wanted: Annotated[
        str, typer.Option(help="ask --data only for events of this action, with and without telling the model")
    ] = "",
    seeds: Annotated[int, typer.Option(min=1, help="fit with so many seeds and average, from --seed on")] = 1,
) -> None:
    """Where does each user's last event stand in the list? Behaviour part by part, and the whole pipeline.

    Judges the checkpoint of penchant train, or with --data fits one to a file and leaves the workspace alone.

    Example: penchant eval next-item --data sequences.txt --items items.jsonl --seeds 2
    """
    from eval.judging import Files, next_item_of
    from eval.judging import next_item as judge
    from retrieval.domain import read_domain
    from retrieval.settings import read_settings

    for name, given in (("--items", items), ("--users", users), ("--domain", domain)):
        if given and not data:
            raise typer.BadParameter(f"{name} says what is in --data, which is missing")
    if not data and (split != Split.loo or seeds > 1 or wanted):
        raise typer.BadParameter("--split, --seeds and --wanted fit models of their own, so they need --data")
    settings = read_settings()
    if data:
        files = Files(data, items, users, read_domain(domain) if domain else None, wanted)
        next_item_of(files, split.value, seeds, settings.threads, json, seed)
    else:
        judge(settings, json, language or None, seed, saved)


def cold(
    data: Data,
    items: Items = None,
    users: Users = None,
    domain: DomainName = None,
    share: Annotated[float, typer.Option(min=0.001, max=0.4, help="of the items, held out entirely")] = 0.1,
    seed: Seed = 0,
    json: Json = None,
) -> None:
    """How are items served that nobody has touched, and people of whom little is known?

    Holds out a share of the items and asks for them; where events have times, also asks people who come after all that
    was learned for their first events, with and without what is known of them.

    Example: penchant eval cold --data events.csv --items items.jsonl --share 0.2
    """
    from eval.cold import cold as judge
    from eval.judging import Files
    from retrieval.domain import read_domain
    from retrieval.settings import read_settings

    files = Files(data, items, users, read_domain(domain) if domain else None)
    judge(files, share, read_settings().threads, json, seed)


def context(
    data: Data,
    domain: DomainName = "articles",
    items: Items = None,
    seed: Seed = 0,
    json: Json = None,
) -> None:
    """What does each kind of context add: time, the action, the device, the place, whatever the domain names?

    Fits the sequence model with items alone, with each kind, with all, and with all but each, under a split by time.

    Example: penchant eval context --data events.csv --domain movies
    """
    from eval.context import context as judge
    from eval.judging import Files
    from retrieval.domain import read_domain
    from retrieval.settings import read_settings

    judge(Files(data, items, None, read_domain(domain) if domain else None), read_settings().threads, json, seed)


def transfer(
    from_data: Annotated[Path, typer.Option(help="what the first model is fitted on, of the kinds of --data")],
    data: Data,
    from_items: Annotated[Path | None, typer.Option(help="the items of --from-data, as --items")] = None,
    items: Items = None,
    share: Annotated[float, typer.Option(help="of the events of --data that are learned from, above 0 up to 1")] = 0.1,
    seeds: Annotated[int, typer.Option(min=1, help="draw and fit so many times and average, from --seed on")] = 1,
    seed: Seed = 0,
    json: Json = None,
) -> None:
    """Does a model begun with another catalogue beat a fresh one, where little is known?

    Fits a model on --from-data, then two on a share of --data: one afresh, one begun with the first.

    Example: penchant eval transfer --from-data sequences.txt --data events.csv --share 0.5
    """
    from eval.judging import Files
    from eval.transfer import transfer as judge
    from retrieval.settings import read_settings

    if not 0 < share <= 1:
        raise typer.BadParameter(f"--share is a share of the events, above 0 and up to 1, not {share:g}")
    judge(Files(from_data, from_items), Files(data, items), share, seeds, read_settings().threads, json, seed)


def diversity(
    data: Data,
    items: Items = None,
    people: Annotated[int, typer.Option(min=1, help="users asked, drawn by the seed")] = 2000,
    plot: Annotated[Path | None, typer.Option(help="draw the curve into this PNG")] = None,
    seed: Seed = 0,
    json: Json = None,
) -> None:
    """What does it cost to show other things? The dial from 0, closest, to 1, surprise me, beside MMR and DPP.

    Fits behaviour on --data as next-item does; the text vectors are those of the embedder of the settings.

    Example: penchant eval diversity --data sequences.txt --items items.jsonl --people 40
    """
    from eval.diversity import diversity as judge
    from eval.judging import Files
    from retrieval.settings import read_settings

    judge(Files(data, items), read_settings(), people, json, plot, seed)


def leaning(
    people: Annotated[int, typer.Option(min=0, help="ask so many users, drawn by the seed; 0 asks all")] = 0,
    seed: Seed = 0,
    json: Json = None,
) -> None:
    """How much may weigh what had better hold, and what is remembered of somebody's taste?

    Each weight on the last event of each user of the workspace, beside the one that does best on the second-last ones.

    Example: penchant eval leaning --people 40
    """
    from eval.leaning import leaning as judge
    from retrieval.settings import read_settings

    judge(read_settings(), people or None, json, seed)


def retrieval(
    data: Annotated[
        Path | None,
        typer.Option(
            help="fit and ask what people did next: a user and their items a line (.txt), or .inter, .csv, .jsonl"
        ),
    ] = None,
    items: Annotated[
        Path | None,
        typer.Option(help="the items: JSON lines of id, title, keywords, genres, and abstract or plot to wish from"),
    ] = None,
    people: Annotated[int, typer.Option(min=0, help="ask for so many users, drawn by the seed; 0 for all")] = 3000,
    wishes: Annotated[int, typer.Option(min=0, help="ask for so many items by their words; 0 for all")] = 0,
    sizes: Annotated[
        str, typer.Option(help="also measure synthetic catalogues of so many items, as 10000,100000,1000000")
    ] = "",
    seed: Seed = 0,
    json: Json = None,
) -> None:
    """Do the right few hundred items come out of the catalogue, and how quickly?

    With --data: is the next item of each user among the 50, 100, 200 of every source, and of all together? With
    --items: is an item found by a sentence about it that names nobody, by meaning, by words, by both? Does Chroma find
    what is nearest? With --sizes: milliseconds and memory, filters, and the candidates of a turn, each in a process of
    its own; a million items take 4 GB.

    Example: penchant eval retrieval --data sequences.txt --items items.jsonl --people 40
    """
    from eval.retrieval import Extent
    from eval.retrieval import retrieval as judge
    from retrieval.settings import read_settings

    if not data and not items:
        raise typer.BadParameter("there is nothing to judge without --data or --items")
    if not all(size.strip().isdigit() and int(size) for size in sizes.split(",") if sizes):
        raise typer.BadParameter(f"--sizes are numbers of items with commas between, not {sizes!r}")
    extent = Extent(people or None, wishes or None, tuple(int(size) for size in sizes.split(",") if sizes))
    judge(read_settings(), data, items, extent, json, seed)


def rerank(
    data: Annotated[
        Path | None, typer.Option(help="fit and judge on this file: .txt, .inter, .csv or .jsonl; or the workspace")
    ] = None,
    items: Annotated[
        Path | None,
        typer.Option(
            help="the items of --data; without it, whose texts the workspace's of the same title and year get"
        ),
    ] = None,
    users: Annotated[int, typer.Option(min=0, help="ask so many users, drawn by the seed; 0 asks all")] = 0,
    seed: Seed = 0,
    json: Json = None,
) -> None:
    """Does the language model order the 30 best candidates better, without a wish and with one?

    Of each user with three events or more the last one, by weights learned on the second-last ones. What the model said
    is kept in the cache, so that a run that was cut off goes on.

    Example: penchant eval rerank --items items.jsonl --users 100
    """
    from eval.rerank import rerank as judge
    from retrieval.settings import read_settings

    judge(read_settings(), data, items, users or None, json, seed)


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

    Example: penchant eval peers --data sequences.txt --json peers.json --plot peers.png
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
    """Everything once, on MovieLens-100K: fetch, train, index, tune, evaluate, a conversation, the page.

    Example: penchant demo --no-serve
    """
    from eval.demo import demo as run
    from retrieval.settings import read_settings

    run(read_settings(), serve)
