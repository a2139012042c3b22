"""The commands of the conversation: ask, chat, serve, explain, tune, train-language, train-dialogue, models use."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from retrieval.commands import models


class Learned(StrEnum):
    """What the language model learns: to judge titles, to word reasons, to hear a wish, or one after the other."""

    rerank = "rerank"
    words = "words"
    wish = "wish"
    all = "all"


User = Annotated[
    str | None, typer.Option("--user", "-u", help="Whose history to go by; an unknown id, or none, is a new person.")
]
Gift = Annotated[
    bool,
    typer.Option("--gift", help="For someone else: your history stays out of it, and this stays out of your history."),
]

UNKNOWN = "No user {!r} is known; this is what a new person gets."


def add(app: typer.Typer) -> None:
    """Registers the commands."""
    for command in (ask, chat, serve, explain, tune):
        app.command()(command)
    app.command("train-language")(train_language)
    app.command("train-dialogue")(train_dialogue)
    models(app).command("use")(use_model)


def ask(
    text: Annotated[str, typer.Argument(help="What you are in the mood for.")],
    user: User = None,
    gift: Gift = False,
    surprise: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="From 0, what is closest, to 1, surprise me; words may say so, too."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """One question, one answer: suggestions with reasons.

    Example: penchant ask "something like Alien but funny" --user 42
    """
    from rich.console import Console

    from chat import terminal
    from chat.assembly import assistant
    from chat.messages import Message, newcomer
    from chat.understanding import readable
    from retrieval.settings import read_settings

    readable(text)
    with assistant(read_settings()) as penchant:
        if user is not None and not penchant.knows(user):
            typer.echo(UNKNOWN.format(user), err=True)
        who = user or newcomer()
        message = Message(text, who, penchant.open(who, "gift" if gift else "self"), surprise)
        parts = penchant.reply(message)
        if as_json:
            typer.echo(json.dumps(terminal.as_json(parts), indent=2, ensure_ascii=False))
        else:
            terminal.show(Console(), parts)


def chat(
    user: User = None,
    gift: Gift = False,
    say: Annotated[list[str] | None, typer.Option(help="Say this first; may be given several times.")] = None,
    stay: Annotated[bool, typer.Option(help="Go on listening after --say.")] = True,
) -> None:
    """Talk in the terminal. An empty line or Ctrl-D ends it.

    "like 2", "dislike 2" and "seen 2" are about the second item shown, and count at the next answer. "It is a gift for
    my sister" and "this is for me again" say whom it is for, as --gift does.

    Example: penchant chat --user 42 --say "something like Alien but funny"
    """
    from chat.assembly import assistant
    from chat.messages import newcomer
    from chat.terminal import converse
    from retrieval.settings import read_settings

    with assistant(read_settings()) as penchant, penchant.keeping_up():
        if user is not None and not penchant.knows(user):
            typer.echo(UNKNOWN.format(user), err=True)
        converse(penchant, user or newcomer(), say or [], stay, "gift" if gift else "self")


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on, instead of the setting host.")] = None,
    port: Annotated[int | None, typer.Option(help="Port, instead of the setting port; 0 takes a free one.")] = None,
) -> None:
    """Open the chat page at / and the support page at /console, until Ctrl-C.

    Items and events that are imported meanwhile count within seconds, and what is withdrawn is not shown again. The
    support page stays shut until PENCHANT_CONSOLE_PASSWORD (or console_password) is set.

    Example: penchant serve --port 8000
    """
    from chat.assembly import assistant
    from retrieval.settings import read_settings

    chosen = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = read_settings(**chosen)
    with assistant(settings) as penchant, penchant.keeping_up():
        from chat.web.app import serve as serve_pages

        serve_pages(penchant, settings)


def explain(
    user: Annotated[str, typer.Argument(help="Whose list.")],
    item: Annotated[str, typer.Argument(help="Id of the item.")],
) -> None:
    """Why this item, or why not: its rank and score parts for a user, or the filter that removed it.

    Example: penchant explain 42 9
    """
    from rich.console import Console

    from chat.assembly import assistant
    from chat.terminal import standing
    from retrieval.settings import read_settings

    with assistant(read_settings()) as penchant:
        one = penchant.standing(user, item)
        if not penchant.knows(user):
            typer.echo(UNKNOWN.format(user), err=True)
        Console().print(standing(one))


def tune(
    users: Annotated[int, typer.Option(min=1, help="Lists of each kind, with a wish and without, to learn from.")] = 60,
    seed: Annotated[int, typer.Option(min=0, help="Of the choice of users, and of the intervals.")] = 0,
) -> None:
    """Learn how much the language model may say in the order, on each user's second-last event.

    Without a wish, and where items have texts also with one: a sentence of the item that came next, taken out of its
    text before. A model that does not help says nothing.

    Example: penchant tune --users 20
    """
    from chat.reranking.tuning import tune as learn
    from retrieval.settings import read_settings

    typer.echo(learn(read_settings(), users, seed))


def train_language(
    minutes: Annotated[
        float, typer.Option(min=1, max=1440, help="At most about so long, judging included; it says what fits in.")
    ] = 55.0,
    job: Annotated[
        Learned,
        typer.Option(
            help="rerank: to judge titles; words: to put facts into a sentence; wish: to hear a wish; or all of it."
        ),
    ] = Learned.all,
    seed: Annotated[int, typer.Option(min=0, help="Of the order, of what is drawn, and of the intervals.")] = 0,
) -> None:
    """Teach the language model of this process (local:NAME) your own data, each job by an adapter beside its weights.

    rerank learns from lists: what a person did, perhaps a wish, and of eight titles the one that came next; words from
    facts and sentences that say them; wish from the texts of items alone: a sentence, names masked, and of eight items
    the one that it was taken from. Nobody's last two events are learned from. What is cut off, even by kill -9, goes
    on where it was when the same command is given again. An adapter is kept, and serves from the next start on, only if
    what it gains on people or items held out has a 95 % interval above zero; else it is thrown away. Either way the
    figures are shown.

    Example: penchant train-language --job rerank --minutes 45
    """
    from chat.adaptation import JOBS
    from chat.adaptation.learning import learn
    from retrieval.settings import read_settings

    jobs = JOBS if job is Learned.all else tuple(one for one in JOBS if one == job.value)
    for told in learn(read_settings(), minutes, jobs, seed):
        typer.echo(told)


def train_dialogue(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Dialogues, JSON lines: by what they name (events), as they were written (messages), or turn by turn "
            "(context, mentioned, targets).",
            metavar="FILE...",
            show_default=False,
        ),
    ],
    items: Annotated[
        Path | None,
        typer.Option(
            help="What the dialogues speak of (id, title, year), if their ids are not those of the catalogue: what has "
            "the same title and year is the same."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of what is kept apart, of the start, and of the intervals.")] = 0,
) -> None:
    """Learn from dialogues of people what they suggest after what was said and named.

    From then on the wish in words and the titles named move the list by that, too, as a source of candidates and as
    the part `dialogue` of the score. How much it may say is learned on dialogues kept apart, as part of the one fusion;
    where it does not help for certain, nothing of it is kept. Who is interrupted keeps the model of before. To be given
    again after penchant train.

    Example: penchant train-dialogue talks.jsonl --items films.jsonl
    """
    from chat.dialogue.teaching import teach
    from retrieval.settings import read_settings

    for told in teach(read_settings(), files, items, seed):
        typer.echo(told)


def use_model(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The model, as in the examples.", show_default=False)],
) -> None:
    """Choose the language model: it is opened, measured for a minute, and written to penchant.toml as language.

    In this process:

    - penchant models use smollm2-135m-instruct

    - penchant models use local:HuggingFaceTB/SmolLM2-360M-Instruct (of the Hugging Face hub)

    - penchant models use local:models/some-folder (safetensors and a tokenizer)

    - penchant models use llamacpp:some-model.Q4_K_M.gguf (faster words; pip install 'penchant\\[llamacpp]')

    On any server that speaks as OpenAI's does, with PENCHANT_LANGUAGE_KEY where it wants a key:

    - penchant models use http://127.0.0.1:8000/v1#Qwen/Qwen3-4B (vLLM)

    - penchant models use http://127.0.0.1:8080/v1#some-model (llama.cpp)

    - penchant models use http://127.0.0.1:11434/v1#qwen3:4b (Ollama)

    Without any: penchant models use none:

    What is measured: tokens a second read and written, how often it keeps to a JSON schema, and whether it can weigh
    titles; it stands in models/capabilities.json under home. Another model has no say in the order until
    that is measured, too (penchant tune).
    """
    from chat.llm.choosing import use
    from retrieval.settings import read_settings

    typer.echo(use(name, read_settings(), lambda text: typer.echo(text, err=True)))
