"""The folder, log and checkpoint of a training run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from vqclip.config.option import option, section
from vqclip.errors import CheckpointError, ConfigError
from vqclip.training.run import (
    CHECKPOINT,
    LOG,
    TrainingFolder,
    load_checkpoint,
    save_checkpoint,
)


@dataclass(frozen=True)
class Part:
    """A section."""

    rate: float = option(0.5, "a number", low=0, high=1)


@dataclass(frozen=True)
class Settings:
    """Settings of a run."""

    steps: int = option(10, "how many", low=1)
    part: Part = section(Part)


def test_equal_states_give_equal_bytes_and_come_back(tmp_path: Path) -> None:
    state = {"step": 3, "model": {"w": torch.arange(3.0)}, "random": (1, (2, 3), None)}
    first, second = tmp_path / "a.pt", tmp_path / "sub" / "b.pt"
    save_checkpoint(first, state)
    save_checkpoint(second, state)
    assert first.read_bytes() == second.read_bytes()
    loaded = load_checkpoint(first)
    assert loaded["random"] == (1, (2, 3), None)
    assert torch.equal(loaded["model"]["w"], state["model"]["w"])


def test_checkpoints_that_are_missing_damaged_or_hold_code_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    with pytest.raises(CheckpointError, match="there is no checkpoint"):
        load_checkpoint(path)
    path.write_bytes(b"none")
    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(path)
    torch.save({"step": 1, "code": Settings()}, path)
    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(path)


def test_a_folder_continues_its_own_run_alone(tmp_path: Path) -> None:
    run = TrainingFolder(tmp_path / "run", Settings(), free=frozenset({"steps"}))
    assert run.open() is None
    run.log(1, {"loss": 0.5})
    run.save({"step": 1})
    run.log(2, {"loss": 0.25})
    again = TrainingFolder(tmp_path / "run", Settings(steps=20), free=frozenset({"steps"}))
    assert again.open() == {"step": 1}
    lines = (tmp_path / "run" / LOG).read_text().splitlines()
    assert [json.loads(line) for line in lines] == [{"step": 1, "loss": 0.5}]
    with pytest.raises(ConfigError, match=r"part\.rate: 0\.5, not 0\.1"):
        TrainingFolder(tmp_path / "run", Settings(part=Part(rate=0.1))).open()
    (tmp_path / "run" / CHECKPOINT).unlink()
    assert run.open() is None
    assert not (tmp_path / "run" / LOG).exists()


def test_a_state_that_was_read_gives_the_same_bytes_again(tmp_path: Path) -> None:
    first, second = tmp_path / "a.pt", tmp_path / "b.pt"
    save_checkpoint(first, {"step": 1, "names": ["weight", "weight"], "weight": torch.ones(2)})
    save_checkpoint(second, load_checkpoint(first))
    assert first.read_bytes() == second.read_bytes()
