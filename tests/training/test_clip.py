"""The command that trains a CLIP: it continues to the same bytes, and reports mistakes at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from tests.training.pairs import TINY_CLIP, plain, write_colors
from vqclip.config.option import walk
from vqclip.models.load import load_perceptors
from vqclip.training import clip as training
from vqclip.training.commands import command
from vqclip.training.run import load_checkpoint
from vqclip.training.shards import write_shard

CHANGES = ("batch=4", "steps=2", "save_every=1", "validate_every=2", "warmup=1", "naming=0")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_colors(tmp_path / "data")
    return tmp_path / "data"


def train(data: Path, folder: Path, *words: str) -> bytes:
    """Train with the tiny settings and `words` after them; return the weights."""
    settings = [
        f"{key}={'' if value == '' else json.dumps(value)}"
        for key, value, rules in walk(TINY_CLIP)
        if not rules.is_section and value != rules.default and not isinstance(value, float)
    ]
    done = CliRunner().invoke(
        command(training.main), [str(data), str(folder), *settings, *CHANGES, *words]
    )
    assert done.exit_code == 0, done.output
    return (folder / "clip" / "open_clip_model.safetensors").read_bytes()


def test_a_training_that_was_stopped_ends_with_the_same_bytes(data: Path, tmp_path: Path) -> None:
    whole = train(data, tmp_path / "whole")
    part = train(data, tmp_path / "part", "--until", "1")
    assert part != whole
    assert train(data, tmp_path / "part") == whole
    lines = (tmp_path / "part" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["step"] for line in lines] == [1, 2]
    (perceptor,), _ = load_perceptors([str(tmp_path / "whole" / "clip")])
    assert perceptor.size == 16
    assert perceptor.unknown_words("a picture of purple") == ("purple",)
    assert perceptor.encode_image(torch.rand(2, 3, 16, 16)).shape == (2, 8)


def test_mistakes_are_reported_all_at_once_and_nothing_is_written(
    data: Path, tmp_path: Path
) -> None:
    words = [str(data), str(tmp_path / "run"), "batsch=3", "attack.share=2"]
    done = CliRunner().invoke(command(training.main), words)
    assert done.exit_code == 2
    assert "did you mean 'batch'" in done.output
    assert "attack.share: 2" in done.output
    assert not (tmp_path / "run").exists()


def test_minutes_end_a_training_and_more_of_them_continue_it(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    first = train(data, folder, "steps=1000000", "minutes=0.02")
    write_shard(data / "train", 1, plain("red", "blue"), [("a zebra",), ("blue",)])
    more = load_checkpoint(folder / "checkpoint.pt")["spent"] / 60 + 0.03
    assert train(data, folder, "steps=1000000", f"minutes={more}") != first
    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    before, after = (json.loads(line)["step"] for line in lines)
    assert 0 < before < after < 1000000
    (perceptor,), _ = load_perceptors([str(folder / "clip")])
    assert perceptor.unknown_words("a zebra in purple") == ("in", "purple")
