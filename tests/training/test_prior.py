"""The training of a prior: it learns, continues where it stopped, and exports what is loaded."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from tests.tiny import write_clip
from vqclip.files.atomic import sha256
from vqclip.models.textprior import read_prior
from vqclip.training.embeddings import Embeddings
from vqclip.training.prior import PriorSettings, PriorTraining, measure, train
from vqclip.training.schedules import Progress
from vqclip.training.shards import write_shard

CPU = torch.device("cpu")
GO = threading.Event()


def shifted(count: int = 64) -> Embeddings:
    """Pictures lie where their texts do, moved by the same vector."""
    generator = torch.Generator().manual_seed(0)
    texts = F.normalize(torch.randn(count, 8, generator=generator), dim=-1)
    pictures = F.normalize(texts + torch.tensor([2.0, 0, 0, 0, 0, 0, 0, 0]), dim=-1)
    rows = torch.arange(count)
    return Embeddings(pictures, texts, rows, rows + 1)


def test_it_learns_where_pictures_lie() -> None:
    settings = PriorSettings(width=48, blocks=1, steps=250, batch=64, warmup=10, average=0.9)
    pairs = shifted()
    training = PriorTraining(settings, pairs, Progress(settings.steps))
    before = measure(training.average, pairs, seed=0)
    for _ in range(settings.steps):
        training.advance()
    after = measure(training.average, pairs, seed=0)
    assert after["text"] < before["middle"] < after["middle"]  # the mean alone is near
    assert after["middle"] > 0.95


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for split, count in (("train", 6), ("held-out", 3)):
        pixels = rng.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
        captions = [(f"picture {k}", "a picture") for k in range(count)]
        write_shard(tmp_path / "data" / split, 0, pixels, captions)
    write_clip(tmp_path / "clip")
    return tmp_path / "data"


def settings_for(data: Path, **changes: object) -> PriorSettings:
    own = PriorSettings(
        perceptor=str(data.parent / "clip"), width=8, blocks=1, steps=6, batch=4, warmup=1
    )
    return replace(own, **changes)  # type: ignore[arg-type]


def test_a_training_that_was_stopped_ends_with_the_same_weights(data: Path, tmp_path) -> None:
    settings = settings_for(data)
    train(settings, data, tmp_path / "whole", CPU, GO)

    class AfterThree(threading.Event):
        looks = 0

        def is_set(self) -> bool:
            self.looks += 1
            return self.looks > 3

    train(settings, data, tmp_path / "parts", CPU, AfterThree())
    train(settings, data, tmp_path / "parts", CPU, GO)
    whole, parts = (
        (tmp_path / name / "prior.safetensors").read_bytes() for name in ("whole", "parts")
    )
    assert whole == parts
    log = (tmp_path / "parts/log.jsonl").read_text().splitlines()
    steps = [json.loads(line)["step"] for line in log]
    assert steps == [3, 6]
    weights = next((data.parent / "clip").glob("*.safetensors"))
    assert read_prior(tmp_path / "whole/prior.safetensors", sha256(weights)).dim == 16


def test_minutes_end_a_training(data: Path, tmp_path) -> None:
    settings = settings_for(data, steps=10**9, minutes=1e-3)
    train(settings, data, tmp_path / "run", CPU, GO)
    assert (tmp_path / "run/prior.safetensors").is_file()


def test_another_perceptor_begins_anew(data: Path, tmp_path, capsys) -> None:
    settings = settings_for(data)
    train(settings, data, tmp_path / "run", CPU, GO)
    file = next((data.parent / "clip").glob("*.safetensors"))
    file.unlink()
    torch.manual_seed(5)
    write_clip(data.parent / "clip")
    train(settings, data, tmp_path / "run", CPU, GO)
    read_prior(tmp_path / "run/prior.safetensors", sha256(file))
