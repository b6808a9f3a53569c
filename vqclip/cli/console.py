"""What all commands share: the program, its exit codes and its messages on stderr."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer

from vqclip.cli.outlet import Outlet, outlets
from vqclip.errors import VqclipError, abridged, shown
from vqclip.machine.interrupt import handled
from vqclip.machine.memory import is_out_of_memory, shortage

FAILED, BAD_INPUT = 1, 2

HELP_NAMES = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings=HELP_NAMES,
    help="Pictures from prompts: the latent of a VQGAN optimised under the guidance of CLIP.\n\n"
    'Draw one with: vqclip "a lighthouse at dusk"',
)


@app.callback()
def program(
    show_version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version.")
    ] = False,
) -> None:
    """Take the options of the program; `--version` is answered before."""


CLEAR = "\r\x1b[K"
"""Begins the line of a terminal anew."""
_screen: dict[str, Any] = {"status": False, "sayer": None}


def status(text: str) -> None:
    """Show in a terminal, on a line that the next output replaces, what takes a moment."""
    if sys.stderr is not None and sys.stderr.isatty():
        print(f"{CLEAR}{text}", end="", file=sys.stderr, flush=True)
        _screen["status"] = True


def clear_status() -> None:
    """Remove what `status` shows."""
    if _screen["status"]:
        _screen["status"] = False
        print(CLEAR, end="", file=sys.stderr, flush=True)


def sayer(speak: Callable[[str], None] | None) -> None:
    """Have messages printed by a function, above the bar that it belongs to; None: no longer."""
    _screen["sayer"] = speak


def say(text: str) -> None:
    """Print a message on stderr, above progress bars; results go to stdout."""
    clear_status()
    if _screen["sayer"] is not None:
        _screen["sayer"](text)
        return
    tqdm = sys.modules.get("tqdm")  # without it, there is no bar
    with nullcontext() if tqdm is None else tqdm.tqdm.external_write_mode(file=sys.stderr):
        print(text, file=sys.stderr)


def execute(program: Callable[[], None]) -> NoReturn:
    """Run a program of the command line, and exit with its code.

    Every error a user can cause becomes a sentence. Neither a console that lacks a character nor
    one that is gone stops the work; results that were lost are told by the exit code.
    """
    with outlets() as (out, _):
        code = _code_of(program)
        clear_status()
        out.flush()
        if out.error is not None and not code:
            code = _say_lost(out)
    sys.exit(code)


def _code_of(program: Callable[[], None]) -> int:
    """Run a program and return its exit code."""
    try:
        with handled(_leave):
            program()
    except VqclipError as error:
        for line in str(error).splitlines():
            say(f"vqclip: {abridged(line)}")
        return BAD_INPUT
    except Exception as error:
        if is_out_of_memory(error):
            told = shortage(error)
        elif isinstance(error, (OSError, UnicodeError, RecursionError)):
            told = abridged(_sentence(error))
        else:
            raise
        say(f"vqclip: {told}")
        return BAD_INPUT
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED if end.code else 0
    return 0


def _sentence(error: Exception) -> str:
    """Say what a file, the machine or the user's input did not allow, where no check came first."""
    if isinstance(error, OSError):
        file = "" if error.filename is None else f"{shown(str(error.filename))}: "
        return f"{file}{error.strerror or error}"
    if isinstance(error, RecursionError):
        return "something in the input is nested too deep"
    return f"a text cannot be read or written: {error}"


def _leave(number: int, _: FrameType | None) -> None:
    """End at once, where there is nothing to save."""
    say("interrupted")
    sys.exit(128 + number)


def _say_lost(out: Outlet) -> int:
    """Say why results were lost, unless their reader wanted no more; return the exit code."""
    if not isinstance(out.error, BrokenPipeError):
        reason = out.error.strerror if isinstance(out.error, OSError) else out.error
        say(f"vqclip: the results could not be printed: {reason}")
    return FAILED


@contextmanager
def spoken_warnings() -> Iterator[None]:
    """Show the warnings of a block as notes."""

    def speak(message: Warning | str, *_: Any, **__: Any) -> None:
        say(f"note: {message}")

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = speak
        yield
