"""What the commands of training share: settings from a file and `key=value`, and exit codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import typer

from vqclip.cli.console import BAD_INPUT, execute, say
from vqclip.config.layers import Assignment, assemble, parse_override, read_yaml
from vqclip.errors import Mistakes, VqclipError

S = TypeVar("S")


def read_settings(schema: type[S], file: Path | None, overrides: Sequence[str] = ()) -> S:
    """Read a YAML file and `key=value` texts into a dataclass of options and sections.

    Args:
        schema: the dataclass; its defaults hold for all that is not given.
        file: a YAML file; none: the defaults.
        overrides: `key=value`, applied after the file.

    Raises:
        ConfigError: with every mistake: unknown keys, wrong types, values out of range.
    """
    mistakes = Mistakes()
    assignments: list[Assignment] = []
    with mistakes.noted():
        assignments += [] if file is None else read_yaml(file, schema)
    for text in overrides:
        with mistakes.noted():
            assignments.append(parse_override(text))
    settings = mistakes.read(lambda: assemble(schema, assignments), schema())
    mistakes.check()
    return settings


@contextmanager
def reported_errors() -> Iterator[None]:
    """Report every error a user can cause on stderr, and exit with code 2."""
    try:
        yield
    except VqclipError as error:
        for line in str(error).splitlines():
            say(f"vqclip: {line}")
        raise typer.Exit(BAD_INPUT) from error


def command(main: Callable[..., None]) -> typer.Typer:
    """Return the command line of a function."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command()(main)
    return app


def start(main: Callable[..., None]) -> NoReturn:
    """Run the command line of a function, and exit with its code."""
    execute(command(main))
