"""The commands of behaviour: `penchant train` and `recommend`, beside those that bring people's history."""

from pathlib import Path
from typing import Annotated

import typer

from recommender.fetching import add as add_fetching


def add(app: typer.Typer) -> None:
    """Bring the commands of this package."""
    add_fetching(app)
    app.command("train")(train)
    app.command("recommend")(recommend)


def train(
    all_events: Annotated[bool, typer.Option("--all", help="learn from everything, for serving")] = False,
    update: Annotated[
        bool, typer.Option("--update", help="go on from the model that serves, with what has happened since")
    ] = False,
    origin: Annotated[
        Path | None,
        typer.Option("--from", help="begin with a model of another catalogue: a folder such as ../shop/var/models"),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="draw the learning curve after each epoch into learning.png in home")
    ] = False,
    epochs: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1000,
            help="at most so many passes over the events; by itself 24, or 12 and more where histories are short",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="of the weights, the order and the dropout")] = 0,
) -> None:
    """Learn what comes next. Holds out each user's last two events, unless --all or --update.

    What is cut off, even by kill -9, goes on where it was when the same command is given again. Several processes share
    the work: torchrun --nproc-per-node 2 --no-python penchant train

    Example: penchant train --all
    """
    from recommender.training import fit_and_save
    from retrieval.settings import read_settings

    if update and (origin or all_events):
        raise typer.BadParameter("--update goes on from the model that serves; --all and --from begin otherwise")
    settings = read_settings()
    picture = settings.home / "learning.png" if watch else None
    fit_and_save(settings, all_events, epochs, seed, update, origin, picture)
    if picture:
        typer.echo(f"the learning curve is in {picture}", err=True)


def recommend(
    user: Annotated[str | None, typer.Option("--user", "-u", help="whose list to print")] = None,
    everybody: Annotated[
        Path | None, typer.Option("--all", help="write the lists of all users into this file, one JSON object a line")
    ] = None,
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="items in a list")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="print the list of --user as one JSON object")] = False,
    sequence: Annotated[
        bool, typer.Option("--sequence", help="by the sequence model alone, for catalogues of millions of items")
    ] = False,
) -> None:
    """What somebody may want next, by what they did, with the parts of each score. No index or language model is used.

    What they did before is left out. What they said in the chat counts in the chat.

    Example: penchant recommend --user 42
    """
    if (user is None) == (everybody is None):
        raise typer.BadParameter("name one user with --user, or a file for everybody's lists with --all")
    if everybody and as_json:
        raise typer.BadParameter("--json is for one --user; what --all writes is JSON anyway")

    from recommender.recommending import recommender, show, write
    from retrieval.settings import read_settings

    with recommender(read_settings(), sequence) as penchant:
        if penchant.checkpoint.held_out:
            typer.echo("the model lacks each user's last two events; penchant train --all fits for serving", err=True)
        if everybody:
            typer.echo(f"wrote the lists of {write(penchant, everybody, n):,} users into {everybody}")
        elif user is not None:
            show(penchant, user, n, as_json)
