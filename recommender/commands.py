"""The commands of behaviour: `penchant train`, beside those that bring people's history."""

from pathlib import Path
from typing import Annotated

import typer

from recommender.fetching import add as add_fetching


def add(app: typer.Typer) -> None:
    """Bring the commands of this package."""
    add_fetching(app)
    app.command("train")(train)


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
    epochs: Annotated[int | None, typer.Option(min=1, max=1000, help="at most so many passes over the events")] = None,
    seed: Annotated[int, typer.Option(min=0, help="of the weights, the order and the dropout")] = 0,
) -> None:
    """Learn what comes next. Holds out each user's last two events, unless --all or --update.

    What is cut off, even by kill -9, goes on where it was when the same command is given again. Several processes share
    the work: torchrun --nproc-per-node 2 --no-python penchant train
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
