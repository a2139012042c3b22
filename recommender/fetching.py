"""The commands that bring people's history: `penchant fetch`, `penchant import events`, `penchant import users`."""

from typing import Annotated

import typer

from retrieval.commands import File, imports


def add(app: typer.Typer) -> None:
    """Bring the commands that fill the database with what people did."""
    app.command("fetch")(fetch)
    imports(app).command("events")(import_events)
    imports(app).command("users")(import_users)


def fetch(name: Annotated[str, typer.Argument(help="ml-100k", show_default=False)]) -> None:
    """Bring a public data set: its items, users and events. What is up to date stays as it is.

    Example: penchant fetch ml-100k
    """
    from recommender.datasets.dataset import bring
    from recommender.datasets.ml_100k import ML_100K
    from retrieval.database import database
    from retrieval.errors import Problem
    from retrieval.settings import read_settings

    if name != "ml-100k":
        raise Problem(f"no data set {name!r}; there is: ml-100k")
    settings = read_settings()
    with database(settings.database_url) as engine:
        typer.echo(bring(ML_100K, engine, settings.cache))


def import_events(file: File) -> None:
    """Bring events: user, item, time, action, value. All lines or none; those already there are left alone.

    The time is in seconds since 1970 (UTC) or an ISO date, the value a number such as a rating; only user, item and
    time have to be there. The items come first: penchant import items.

    Example: penchant import events events.csv
    """
    from recommender import importing
    from retrieval.database import database
    from retrieval.domain import read_domain
    from retrieval.settings import read_settings

    settings = read_settings()
    with database(settings.database_url) as engine:
        typer.echo(importing.import_events(engine, file, read_domain(settings.domain).log))


def import_users(file: File) -> None:
    """Bring users: id, age, gender, occupation. All lines or none; a user with a known id is replaced.

    Only the id has to be there. An age in years is kept as a band of ages; names and addresses are not read.

    Example: penchant import users users.csv
    """
    from recommender import importing
    from retrieval.database import database
    from retrieval.settings import read_settings

    with database(read_settings().database_url) as engine:
        typer.echo(importing.import_users(engine, file))
