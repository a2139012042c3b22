"""The command `penchant`: every package brings its own subcommands."""

import os
import sys
from importlib.metadata import entry_points

import typer

from retrieval.errors import Problem

# a thread that waits must sleep: spinning OpenMP threads slow a busy two-core machine tenfold
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def application() -> typer.Typer:
    """The whole command line, assembled from the entry points `penchant.commands`."""
    app = typer.Typer(
        name="penchant",
        help="Recommendations you can talk to.\n\nA first run: penchant demo does everything once; step by step it is "
        "penchant fetch ml-100k, train, train --all, index, tune, serve.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    order = ["retrieval", "recommender", "chat", "eval"]
    for entry in sorted(entry_points(group="penchant.commands"), key=lambda e: order.index(e.name)):
        entry.load()(app)
    return app


def main() -> None:
    """Run a command; a Problem is one sentence on stderr and exit code 1, Ctrl-C is 130."""
    try:
        application()()
    except Problem as problem:
        sys.stderr.write(f"penchant: {problem}\n")
        sys.exit(1)
    except (KeyboardInterrupt, SystemExit) as end:
        # typer makes 130 of Ctrl-C, without a word
        if isinstance(end, SystemExit) and end.code != 130:
            raise
        sys.stderr.write("\npenchant: stopped\n")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)
