"""What all commands share: the program, its exit codes and its messages on stderr."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Pictures from prompts: the latent of a VQGAN optimised under the guidance of CLIP.",
)


def say(text: str) -> None:
    """Print a message on stderr; results go to stdout."""
    print(text, file=sys.stderr)


@contextmanager
def spoken_warnings() -> Iterator[None]:
    """Show the warnings of a block as notes."""

    def speak(message: Warning | str, *_: Any, **__: Any) -> None:
        say(f"note: {message}")

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = speak
        yield
