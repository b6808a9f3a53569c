"""Settings, folder, log and checkpoint of a training run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
import typer

from vqclip.config.option import option, section
from vqclip.errors import CheckpointError, ConfigError
from vqclip.training.run import (
    CHECKPOINT,
    LOG,
    RunFolder,
    load_checkpoint,
    plainly,
    read_settings,
    save_checkpoint,
)


@dataclass(frozen=True)
class Part:
    """A section."""

    rate: float = option(0.5, "a number", low=0, high=1)


@dataclass(frozen=True)
class Settings:
    """Of a run."""

    name: str = option("x", "a text")
    widths: list[int] = option([1, 2], "numbers")
    steps: int = option(10, "how many", low=1)
    start: str | None = option(None, "may be none")
    part: Part = section(Part)


def test_settings_come_from_yaml_then_from_overrides(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("name: 007\nwidths: [3, 4]\npart:\n  rate: 0.1\nstart: null\n")
    settings = read_settings(Settings, file, ["part.rate=0.2", "steps=7"])
    assert settings == Settings(name="007", widths=[3, 4], steps=7, part=Part(rate=0.2))
    assert read_settings(Settings, None) == Settings()


def test_all_mistakes_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("nmae: y\npart: {rate: 2}\nwidths: [a]\n")
    with pytest.raises(ConfigError) as caught:
        read_settings(Settings, file, ["rate=0.1"])
    text = "\n".join(caught.value.messages)
    assert "line 1: unknown key 'nmae'; did you mean 'name'?" in text
    assert "line 2: part.rate: 2.0 is out of range" in text
    assert "line 3: widths" in text
    assert "rate=0.1: unknown key 'rate'; did you mean 'part.rate'?" in text
    assert len(caught.value.messages) == 4


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
    run = RunFolder(tmp_path / "run", Settings(), free=frozenset({"steps"}))
    assert run.open() is None
    run.log(1, {"loss": 0.5})
    run.save({"step": 1})
    run.log(2, {"loss": 0.25})
    again = RunFolder(tmp_path / "run", Settings(steps=20), free=frozenset({"steps"}))
    assert again.open() == {"step": 1}
    lines = (tmp_path / "run" / LOG).read_text().splitlines()
    assert [json.loads(line) for line in lines] == [{"step": 1, "loss": 0.5}]
    with pytest.raises(ConfigError, match=r"part\.rate: 0\.5, not 0\.1"):
        RunFolder(tmp_path / "run", Settings(part=Part(rate=0.1))).open()
    (tmp_path / "run" / CHECKPOINT).unlink()
    assert run.open() is None
    assert not (tmp_path / "run" / LOG).exists()


def test_errors_are_a_sentence_and_exit_code_2(capsys) -> None:
    with pytest.raises(typer.Exit) as caught, plainly():
        raise ConfigError("steps: too few")
    assert caught.value.exit_code == 2
    assert capsys.readouterr().err == "vqclip: steps: too few\n"
