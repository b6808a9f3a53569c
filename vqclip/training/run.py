"""A training run: its folder, its checkpoint and its log, and how it is continued.

The settings hold all that decides the weights, and every schedule counts steps, never seconds. So a
run of N steps equals, to the byte, one that was stopped after k steps and continued.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch

from vqclip.config.document import to_yaml
from vqclip.config.option import walk
from vqclip.errors import CheckpointError, ConfigError
from vqclip.files.atomic import atomic, write
from vqclip.models.weights.pickles import damaged
from vqclip.training.commands import read_settings

S = TypeVar("S")

SETTINGS, CHECKPOINT, LOG = "settings.yaml", "checkpoint.pt", "log.jsonl"


def save_checkpoint(path: Path, state: Mapping[str, Any]) -> None:
    """Write tensors, numbers, texts, lists and tables atomically; equal states give equal bytes.

    Raises:
        OutputError: the file cannot be written.
    """
    with atomic(path) as temporary, temporary.open("wb") as file:
        torch.save(_rebuilt(dict(state)), file)  # given a path, torch would store its name


def _rebuilt(state: Any) -> Any:
    """Rebuild tables and lists around the same tensors, with one object for equal texts.

    Pickle writes an object that occurs twice only once. In a state just read, equal texts are
    different objects, so that it would give other bytes.
    """
    if isinstance(state, Mapping):
        return {_rebuilt(key): _rebuilt(value) for key, value in state.items()}
    if isinstance(state, (list, tuple)):
        return type(state)(_rebuilt(value) for value in state)
    return sys.intern(state) if type(state) is str else state


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read what `save_checkpoint` wrote, with tensors on the CPU; code is never run.

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
class TrainingFolder(Generic[S]):
    """The folder of a run: settings.yaml, log.jsonl, checkpoint.pt, and what the trainer adds.

    Attributes:
        path: of the folder.
        settings: of the run.
        free: keys that may change when the run is continued, because they do not affect weights.
    """

    path: Path
    settings: S
    free: frozenset[str] = frozenset()

    def open(self) -> dict[str, Any] | None:
        """Create the folder, or return the checkpoint from which the run continues.

        Raises:
            ConfigError: the folder holds a run with other settings.
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
        self._truncate_log(int(state["step"]))
        return state

    def save(self, state: Mapping[str, Any]) -> None:
        """Write the checkpoint; `state["step"]` is the number of finished steps.

        Raises:
            OutputError: it cannot be written.
        """
        save_checkpoint(self.path / CHECKPOINT, state)

    def log(self, step: int, entry: Mapping[str, Any]) -> None:
        """Append a line to the log."""
        line = json.dumps({"step": step, **entry}, ensure_ascii=False)
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

    def _truncate_log(self, step: int) -> None:
        """Drop the lines of steps after the checkpoint: they will be done again."""
        file = self.path / LOG
        if file.exists():
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            whole = [line for line in lines if line.endswith("\n")]
            kept = [line for line in whole if json.loads(line)["step"] <= step]
            write(file, "".join(kept).encode())
