"""The command line: its grammar, the progress bar and the exit codes; the only place that prints.

Exit codes: 0 done; 1 some pictures of a series failed, or results could not be printed; 2 bad input
or a run that diverged (its last good picture is kept); 130, 143 or 129 interrupted by Ctrl-C,
SIGTERM or SIGHUP, after saving.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer
    from typer.models import CommandInfo

GROUPS = {
    "Draw": {
        "generate": "generate",
        "replay": "replay",
        "vary": "vary",
        "resume": "resume",
        "upscale": "upscale",
        "series": "series",
        "web": "web",
        "animate": "animate",
    },
    "Look": {
        "show": "show",
        "sheet": "sheets",
        "styles": "shelf",
        "presets": "shelf",
        "config": "configuration",
    },
    "See with CLIP": {
        "search": "search",
        "classify": "classify",
        "score": "score",
        "eval": "eval",
    },
    "Models and machine": {
        "models": "models",
        "doctor": "doctor",
        "bench": "bench",
    },
}
"""The module of each command, in the groups and the order of the help."""
MODULES = {name: module for group in GROUPS.values() for name, module in group.items()}

__all__ = ["MODULES", "app", "main"]


def __getattr__(name: str) -> Any:
    """Return `app`, the program with all its commands, imported when it is first used."""
    if name != "app":
        raise AttributeError(f"module 'vqclip.cli' has no attribute {name!r}")
    return _program(MODULES.values())


def main() -> None:
    """Run the command line; turn every error a user can cause into a sentence and an exit code."""
    from vqclip.cli.console import execute
    from vqclip.cli.typed import check_command, with_command

    def program() -> None:
        words = with_command(sys.argv[1:], MODULES)
        if words[:1] in (["--version"], ["-V"]):
            from importlib.metadata import version

            print(f"vqclip {version('vqclip')}")
            return
        check_command(words, MODULES)
        # One command is read sooner than all.
        module = MODULES.get(words[0]) if words else None
        sys.argv[1:] = words
        _program(MODULES.values() if module is None else [module])()

    execute(program)


def _program(modules: Iterable[str]) -> typer.Typer:
    """Import modules of commands, and return the program with them in the order of the help."""
    from vqclip.cli.console import app

    for module in dict.fromkeys(modules):
        import_module(f"vqclip.cli.{module}")
    panels = {name: panel for panel, group in GROUPS.items() for name in group}
    for command in app.registered_commands:
        command.rich_help_panel = panels[_name(command)]
    for group in app.registered_groups:
        group.rich_help_panel = panels[str(group.name)]
    app.registered_commands.sort(key=lambda command: [*panels].index(_name(command)))
    return app


def _name(command: CommandInfo) -> str:
    """Return the name of a command."""
    function = "" if command.callback is None else command.callback.__name__
    return command.name or function
