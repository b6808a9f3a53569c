"""A training run: its settings, its folder, what it writes there, and how it continues.

Whatever decides the weights is in the settings, and every schedule counts steps, never seconds, so
that a run of N steps equals one that was stopped after k and continued, to the byte.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
import typer

from vqclip.config.document import to_yaml
from vqclip.config.layers import assemble, parse_override, read_yaml
from vqclip.config.option import walk
from vqclip.errors import CheckpointError, ConfigError, VqclipError
from vqclip.files import atomic, write
from vqclip.models.weights.pickles import damaged

S = TypeVar("S")

SETTINGS, CHECKPOINT, LOG = "settings.yaml", "checkpoint.pt", "log.jsonl"
BAD_INPUT, INTERRUPTED = 2, 130


def read_settings(schema: type[S], file: Path | None, overrides: Sequence[str] = ()) -> S:
    """Read a YAML file and `key=value` texts into a dataclass whose fields are all `option`s.

    Args:
        schema: the dataclass; its defaults hold where nothing is said.
        file: YAML; none: the defaults.
        overrides: `key=value`, after the file.

    Raises:
        ConfigError: with every mistake: unknown keys, wrong types, values out of range.
    """
    assignments = [] if file is None else read_yaml(file, schema)
    assignments += [parse_override(text) for text in overrides]
    return assemble(schema, assignments)


def save_checkpoint(path: Path, state: Mapping[str, Any]) -> None:
    """Write tensors, numbers, texts, lists and tables at once; equal states give equal bytes.

    Raises:
        OutputError: the file cannot be written.
    """
    with atomic(path) as temporary, temporary.open("wb") as file:
        torch.save(_anew(dict(state)), file)  # to a path, torch would write that into the file


def _anew(state: Any) -> Any:
    """Build tables and lists anew around the same tensors.

    Pickle writes an object that occurs twice once, so that a state just read, where equal texts are
    not the same text, would give other bytes.
    """
    if isinstance(state, Mapping):
        return {_anew(key): _anew(value) for key, value in state.items()}
    if isinstance(state, (list, tuple)):
        return type(state)(_anew(value) for value in state)
    return sys.intern(state) if type(state) is str else state


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read what `save_checkpoint` wrote, tensors on the CPU; code is never run.

    Raises:
        CheckpointError: the file is missing, damaged, or holds anything else.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise CheckpointError(f"there is no checkpoint {path}") from error
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise CheckpointError(damaged(path, error)) from error
    return dict(state)


@dataclass(frozen=True)
class RunFolder(Generic[S]):
    """The folder of one run: settings.yaml, log.jsonl, checkpoint.pt, and what the trainer adds.

    Attributes:
        path: of the folder.
        settings: of the run.
        free: keys that may differ when it is continued, for they do not change its weights.
    """

    path: Path
    settings: S
    free: frozenset[str] = frozenset()

    def open(self) -> dict[str, Any] | None:
        """Make the folder, or find the checkpoint to continue from.

        Raises:
            ConfigError: the folder holds a run of other settings.
            CheckpointError: its checkpoint is damaged.
            OutputError: the folder cannot be written.
        """
        file = self.path / SETTINGS
        if file.exists():
            self._compare(read_settings(type(self.settings), file))
        write(file, to_yaml(self.settings, comments=False).encode())
        if not (self.path / CHECKPOINT).exists():
            (self.path / LOG).unlink(missing_ok=True)
            return None
        state = load_checkpoint(self.path / CHECKPOINT)
        self._forget_after(int(state["step"]))
        return state

    def save(self, state: Mapping[str, Any]) -> None:
        """Write the checkpoint; `state["step"]` counts the steps done.

        Raises:
            OutputError: it cannot be written.
        """
        save_checkpoint(self.path / CHECKPOINT, state)

    def log(self, step: int, figures: Mapping[str, Any]) -> None:
        """Add a line to the log."""
        line = json.dumps({"step": step, **figures}, ensure_ascii=False)
        with (self.path / LOG).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def _compare(self, before: S) -> None:
        now = {key: value for key, value, _ in walk(self.settings)}
        changed = [
            f"{self.path} holds a run with {key}: {value!r}, not {now[key]!r}; "
            "choose another folder, or remove it"
            for key, value, rules in walk(before)
            if value != now[key] and not rules.is_section and key not in self.free
        ]
        if changed:
            raise ConfigError(changed)

    def _forget_after(self, step: int) -> None:
        """Drop the lines of steps that were done after the checkpoint, and will be again."""
        file = self.path / LOG
        if file.exists():
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            whole = [line for line in lines if line.endswith("\n")]
            kept = [line for line in whole if json.loads(line)["step"] <= step]
            write(file, "".join(kept).encode())


@contextmanager
def plainly() -> Iterator[None]:
    """Turn every error a user can cause into a sentence on stderr and exit code 2."""
    try:
        yield
    except VqclipError as error:
        for line in str(error).splitlines():
            typer.echo(f"vqclip: {line}", err=True)
        raise typer.Exit(BAD_INPUT) from error


def command(main: Callable[..., None]) -> typer.Typer:
    """Make the command of a trainer's `main`."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command()(main)
    return app
