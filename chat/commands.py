"""The commands of the conversation: ask, chat, serve, explain, weigh."""

from __future__ import annotations

import json
from typing import Annotated

import typer

User = Annotated[str, typer.Option("--user", "-u", help="Whose history to go by; an unknown id is a new person.")]
NEW = "new visitor"


def add(app: typer.Typer) -> None:
    """Registers the commands."""
    for command in (ask, chat, serve, explain, weigh):
        app.command()(command)


def ask(
    text: Annotated[str, typer.Argument(help="What you are in the mood for.")],
    user: User = NEW,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """One question, one answer: suggestions with reasons.

    Example: penchant ask "something like Alien but funny" --user 42
    """
    from rich.console import Console

    from chat import terminal
    from chat.assembly import assistant
    from chat.messages import Message
    from chat.understanding import readable
    from retrieval.settings import read_settings

    readable(text)
    with assistant(read_settings()) as penchant:
        parts = penchant.reply(Message(text, user, penchant.open(user)))
        if as_json:
            typer.echo(json.dumps(terminal.as_json(parts), indent=2, ensure_ascii=False))
        else:
            terminal.show(Console(), parts)


def chat(
    user: User = NEW,
    say: Annotated[list[str] | None, typer.Option(help="Say this first; may be given several times.")] = None,
    stay: Annotated[bool, typer.Option(help="Go on listening after --say.")] = True,
) -> None:
    """Talk in the terminal. An empty line or Ctrl-D ends it.

    "like 2", "dislike 2" and "seen 2" are about the second item shown, and count at the next answer.
    """
    from chat.assembly import assistant
    from chat.terminal import converse
    from retrieval.settings import read_settings

    with assistant(read_settings()) as penchant:
        converse(penchant, user, say or [], stay)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; setting: host.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one; setting: port.")] = None,
) -> None:
    """Open the chat page at / and the support page at /console, until Ctrl-C.

    The support page stays shut until PENCHANT_CONSOLE_PASSWORD (or console_password) is set.
    """
    from chat.assembly import assistant
    from retrieval.settings import read_settings

    chosen = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = read_settings(**chosen)
    with assistant(settings) as penchant:
        from chat.web.app import serve as serve_pages

        serve_pages(penchant, settings)


def explain(
    user: Annotated[str, typer.Argument(help="Whose list.")],
    item: Annotated[str, typer.Argument(help="Id of the item.")],
) -> None:
    """Why this item, or why not: its rank and score parts for a user, or the filter that removed it."""
    from rich.console import Console

    from chat.assembly import assistant
    from chat.terminal import standing
    from retrieval.settings import read_settings

    with assistant(read_settings()) as penchant:
        one = penchant.standing(user, item)
        if not penchant.knows(user):
            typer.echo(f"No user {user!r} is known; this is what a new person would get.")
        Console().print(standing(one))


def weigh(
    users: Annotated[int, typer.Option(min=1, help="Validation users to pick on.")] = 60,
    seed: Annotated[int, typer.Option(help="Of the choice of users.")] = 0,
) -> None:
    """Pick how much the language model may say in the order: 0, 0.25, 0.5 or 1, on each user's second-last event."""
    from rich.console import Console
    from rich.progress import track

    from chat.assembly import assistant
    from chat.weighing import save, validation_users
    from chat.weighing import weigh as weighing
    from recommender.events import all_events
    from recommender.interactions import Interactions
    from retrieval.settings import read_settings

    settings = read_settings()
    console = Console(stderr=True)
    with assistant(settings, held_out=True) as bench:
        if bench.reranker is None:
            typer.echo("No language model is set, so there is nothing to weigh.")
            return
        interactions = Interactions.of(all_events(bench.engine), bench.behaviour.checkpoint.items)
        chosen = validation_users(interactions, users, seed)
        tallies = weighing(
            interactions, chosen, bench.catalogue, lambda query: bench.rank(query, language=False), bench.reranker
        )
        for tally in track(tallies, "weighing", total=len(chosen), console=console):
            latest = tally
        save(settings.models, settings.language, latest, seed)
    figures = ", ".join(f"{weight:g}: {mean:.4f}" for weight, mean in latest.means().items())
    typer.echo(
        f"Language weight {latest.best():g}, picked by NDCG@10 of the second-last event "
        f"over {len(chosen)} users (seed {seed}): {figures}"
    )
