"""The command line: its grammar, the progress bar and the exit codes; the only place that prints.

Exit codes: 0 done; 1 some pictures of a series failed, or results could not be printed; 2 bad input
or a run that diverged (its last good picture is kept); 130, 143 or 129 interrupted by Ctrl-C,
SIGTERM or SIGHUP, after saving.
"""

from __future__ import annotations

from typing import Annotated

import typer

from vqclip.cli.console import app, execute

# isort: off
# The help lists the commands in the order of these imports.
from vqclip.cli import generate, replay, resume, configuration, series, sheets, eval
from vqclip.cli import classify, score, search, models, bench
# isort: on

COMMANDS = (
    *(generate, replay, resume, configuration, series, sheets, eval),
    *(classify, score, search, models, bench),
)

__all__ = ["COMMANDS", "main"]


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Pictures from prompts: the latent of a VQGAN optimised under the guidance of CLIP."""
    if show:
        from importlib.metadata import version as version_of

        print(f"vqclip {version_of('vqclip')}")
        raise typer.Exit


def main() -> None:
    """Run the command line; turn every error a user can cause into a sentence and an exit code."""
    execute(app)
