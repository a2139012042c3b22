"""The commands about items and models: `penchant import items`, `penchant items`, `penchant models`."""

from pathlib import Path
from typing import Annotated, Any

import typer

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of items.", show_default=False)]
File = Annotated[Path, typer.Argument(help="CSV, JSONL, Parquet or a RecBole atomic file", show_default=False)]


def add(app: typer.Typer) -> None:
    """Bring the commands of this package."""
    imports(app).command("items")(import_items)
    items = typer.Typer(no_args_is_help=True, help="Withdraw items, bring them back, look at one.")
    for command in (withdraw, restore, show):
        items.command()(command)
    app.add_typer(items, name="items")
    app.command("index")(index)
    models(app).callback(invoke_without_command=True)(list_models)


def imports(app: typer.Typer) -> typer.Typer:
    """The group `penchant import`, which every package may extend."""
    return _group(app, "import", no_args_is_help=True, help="Bring your own items, events and users.")


def models(app: typer.Typer) -> typer.Typer:
    """The group `penchant models`, which every package may extend."""
    return _group(app, "models")


def _group(app: typer.Typer, name: str, **more: Any) -> typer.Typer:
    """Made when first asked for."""
    for group in app.registered_groups:
        if group.name == name and group.typer_instance:
            return group.typer_instance
    made = typer.Typer(**more)
    app.add_typer(made, name=name)
    return made


def import_items(file: File) -> None:
    """Bring items: id, title, year, genres, description, and the fields of the domain. All lines or none; an item with
    a known id is replaced.

    Only id and title have to be there; several genres are Comedy|Sci-Fi in CSV, and a list in JSONL. Any file may also
    have the columns reviews, image, available and vector. A running penchant serve shows what is new
    within seconds.

    Example: penchant import items items.csv
    """
    from retrieval.database import database
    from retrieval.domain import read_domain
    from retrieval.files import importing
    from retrieval.settings import read_settings

    settings = read_settings()
    domain = read_domain(settings.domain)
    with database(settings.database_url) as engine:
        typer.echo(importing.import_items(engine, file, domain))


def withdraw(ids: Ids) -> None:
    """Never show these items again, from the next turn on, in a running penchant serve too. They stay in the history
    of those who had them.

    Example: penchant items withdraw 12 13
    """
    typer.echo(_made_available(ids, False))


def restore(ids: Ids) -> None:
    """Show withdrawn items again.

    Example: penchant items restore 12
    """
    typer.echo(_made_available(ids, True))


def _made_available(ids: list[str], available: bool) -> str:
    from retrieval.catalogue import set_available
    from retrieval.database import database
    from retrieval.settings import read_settings

    with database(read_settings().database_url) as engine, engine.begin() as connection:
        set_available(connection, ids, available)
    return (
        f"{len(set(ids)):,} {'item is' if len(set(ids)) == 1 else 'items are'} {'' if available else 'not '}available"
    )


def show(id: Annotated[str, typer.Argument(help="Id of the item.", show_default=False)]) -> None:
    """Everything the catalogue knows of an item.

    Example: penchant items show 12
    """
    from rich.console import Console

    from retrieval.database import database
    from retrieval.domain import read_domain
    from retrieval.settings import read_settings
    from retrieval.showing import card

    settings = read_settings()
    with database(settings.database_url) as engine:
        Console().print(card(engine, id, read_domain(settings.domain)))


def index(
    anew: Annotated[bool, typer.Option("--anew", help="Build it even if nothing has changed.")] = False,
) -> None:
    """Embed the items and build the vector index aside, check it, then switch to it.

    The index says which items are near a wish. PENCHANT_INDEX (or index in penchant.toml) says where it is:

    - chroma: in home/index, for one process at a time.

    - chroma+http://HOST:PORT on a server, started there with chroma run. It asks nobody for a password: private
      networks only.

    - exact: in memory, made anew at every start.

    A build that fails or is interrupted leaves the old index serving. The commands that talk check it when
    they start, and build it anew by themselves where it is missing, damaged, or made from other items.

    The build measures how many of the nearest 100 Chroma finds (its recall); below 99 % the exact index answers.

    Example: penchant index --anew
    """
    from retrieval.index.indexing import index_catalogue
    from retrieval.settings import read_settings

    typer.echo(index_catalogue(read_settings(), anew))


def list_models(context: typer.Context) -> None:
    """List the models Penchant knows, with size, licence and source, and whether they are here; or choose one.

    Example: penchant models
    """
    if context.invoked_subcommand:
        return
    from retrieval.settings import read_settings
    from retrieval.weights import show

    show(read_settings())
