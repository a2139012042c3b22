"""The options that every command of judgement has."""

from pathlib import Path
from typing import Annotated

import typer

Seed = Annotated[int, typer.Option(min=0, help="of what is drawn, and of the intervals")]
Json = Annotated[Path | None, typer.Option("--json", help="write the figures to this file")]
