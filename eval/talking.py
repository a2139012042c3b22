"""The commands that judge the conversation: what is understood, suggested and said in it, and how long it takes."""

from pathlib import Path
from typing import Annotated

import typer

from eval.options import Json, Seed


def add(group: typer.Typer) -> None:
    """Bring them into the group `penchant eval`."""
    group.command("explanations")(explanations)
    group.command("linking")(linking)
    group.command("understanding")(understanding)
    group.command("dialogue")(dialogue)
    group.command("latency")(latency)
    group.command("scripts")(scripts)


def explanations(
    users: Annotated[int, typer.Option(min=1, help="people of the log to talk to, drawn by the seed")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="of the people, the messages, the errors and the intervals")] = 0,
    json: Json = None,
) -> None:
    """Are the reasons true, do they hold, and are errors in them caught?

    Talks to the assistant as people of the log do, in conversations that leave nothing behind, and judges every
    sentence that is shown by the database: titles, years, genres, what was watched, liked and asked for. For some of
    the reasons everything is computed again without what they cite: a reason holds if its item then stands lower. Then
    errors are planted into the sentences (a wrong year, another title, an invented actor, a false cause, ...) to see
    what share the assistant's own check catches, and how often it refuses true sentences in other words.

    ungrounded_shown has to be 0. kept, retried and template say whose words the reasons are: the language model's at
    its first try, at its second, or a template's. Two to three seconds a user with the default language model.

    Example: penchant eval explanations --users 200
    """
    from eval.explanations import explanations as judge
    from retrieval.settings import read_settings

    judge(read_settings(), users, json, seed)


def linking(
    items: Annotated[Path, typer.Option(help="the items: JSON lines of id, title, year, and plot", show_default=False)],
    data: Annotated[
        Path,
        typer.Option(help='dialogues: JSON lines of {"messages": [{"text": "I liked @12"}]}, @ and the id of an item'),
    ],
    domain: Annotated[
        str | None, typer.Option(help="whose words are no titles; that of the settings by itself")
    ] = None,
    seed: Seed = 0,
    json: Json = None,
) -> None:
    """Are the titles found that people mean? As they are written, and as people type them.

    Example: penchant eval linking --items films.jsonl --data talks.jsonl
    """
    from eval.linking import linking as judge
    from retrieval.domain import read_domain
    from retrieval.settings import read_settings

    judge(items, data, read_domain(domain or read_settings().domain), json, seed)


def understanding(
    items: Annotated[Path, typer.Option(help="the items: JSON lines of id, title, year, and plot", show_default=False)],
    data: Annotated[
        Path,
        typer.Option(
            help="dialogues: JSON lines of utterances with intents, or of messages with @ and the ids of items and a"
            " seeker_form",
            show_default=False,
        ),
    ],
    train: Annotated[
        list[Path] | None,
        typer.Option(help="dialogues of the same kinds to learn from; those in --data are left out of it"),
    ] = None,
    domain: Annotated[str | None, typer.Option(help="whose words and examples; that of the settings by itself")] = None,
    seed: Seed = 0,
    json: Json = None,
) -> None:
    """Is it understood what a message is for, which titles are meant, and whether they are liked?

    Judges what the dialogues carry: labelled intents, titles as @ and an id, forms with what was liked. With --data
    among the files of --train it learns in cross-validation over dialogues; without --train it learns nothing.

    Example: penchant eval understanding --items films.jsonl --train talks.jsonl --data valid.jsonl
    """
    from eval.understanding import understanding as judge
    from retrieval.settings import read_settings

    judge(read_settings(), items, train or [], data, domain, json, seed)


def dialogue(
    items: Annotated[
        Path,
        typer.Option(
            help="the items: JSON lines of id, title, year, genres, plot, directors, writers, stars", show_default=False
        ),
    ],
    train: Annotated[
        list[Path],
        typer.Option(
            help="dialogues to learn from, any number of files: by what they name (events), as they were written "
            "(messages), or turn by turn (context, mentioned, targets); those in --data are left out",
            show_default=False,
        ),
    ],
    data: Annotated[Path, typer.Option(help="turns to judge: context, mentioned, targets", show_default=False)],
    language: Annotated[
        int, typer.Option(min=0, help="on so many turns, the language model takes part as well; each takes a second")
    ] = 0,
    seed: Seed = 0,
    json: Json = None,
) -> None:
    """Is what people suggested next near the top? Among all items, by what was said and named before.

    Beside popularity, repeating what was named last, counts of what is named together, and likeness of the words to the
    items' texts; `mentions` is ours without the words. `new` leaves out what had been named already.

    Example: penchant eval dialogue --items items.jsonl --train mentions.jsonl --train talks.jsonl --data valid.jsonl
    """
    from eval.dialogue import dialogue as judge
    from retrieval.settings import read_settings

    judge(read_settings(), items, train, data, json, seed, language)


def latency(
    turns: Annotated[int, typer.Option(min=1, help="turns that count, in conversations of four")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="of the users drawn")] = 0,
    json: Json = None,
) -> None:
    """How long does a person wait, and for what? Talks with the assistant that serves, stage by stage.

    Also how quickly the language model reads and writes, beside what this machine's matrix products and memory would
    allow. Nothing that is said is kept. Other work on the machine counts, so look at the median first.

    Example: penchant eval latency --turns 20 --json latency.json
    """
    from eval.judging import written
    from eval.latency import latency as judge
    from eval.latency import show
    from retrieval.settings import read_settings

    report = judge(read_settings(), turns, seed)
    show(report)
    written(report, json)


def scripts(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="TOML files of dialogues: what is said, and what must hold", metavar="FILE...", exists=True
        ),
    ],
    json: Json = None,
) -> None:
    """Does the assistant do what you wrote down that it must do? Plays dialogues and names what went another way.

    A dialogue says turn by turn what a person writes and what must hold of the list and the state afterwards, never of
    the wording. Nothing that is said is kept. Ends with 1 if anything failed, so it can guard a release.

    \b
    \\[\\[dialogue]]
    name = "a comedy, then a shorter one"
    history = ["Alien"]                        # what they watched before
    \\[\\[dialogue.turn]]
    says = "a comedy from the 80s"
    every = { genre = "Comedy", year = { least = 1980, most = 1989 } }
    excludes = ["Alien"]
    \\[\\[dialogue.turn]]
    says = "no romance"
    none = { genre = "Romance" }
    limits = ["Comedy", "no Romance"]

    All keys stand in docs/scripts.md.

    Example: penchant eval scripts dialogues.toml --json passed.json
    """
    from json import dumps

    from rich.console import Console

    from eval.scripted import scripts as judge
    from retrieval.settings import read_settings

    passed = judge(read_settings(), files)
    passed.show(Console())
    if json:
        json.write_text(dumps(passed.as_json(), indent=1, ensure_ascii=False), encoding="utf-8")
    if passed.failures:
        raise typer.Exit(1)
