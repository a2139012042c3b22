"""The commands of behaviour: `penchant train`, beside those that bring people's history."""

from typing import Annotated

import typer

from recommender.fetching import add as add_fetching


def add(app: typer.Typer) -> None:
    """Bring the commands of this package."""
    add_fetching(app)
    app.command("train")(train)


def train(
    all_events: Annotated[bool, typer.Option("--all", help="learn from everything, for serving")] = False,
    epochs: Annotated[int | None, typer.Option(min=1, max=1000, help="at most so many passes over the events")] = None,
    seed: Annotated[int, typer.Option(min=0, help="of the weights, the order and the dropout")] = 0,
) -> None:
    """Learn what comes next. Holds out each user's last two events, unless --all."""
    from recommender.training import fit_and_save
    from retrieval.settings import read_settings

    fit_and_save(read_settings(), whole=all_events, epochs=epochs, seed=seed)
