from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from tests.tiny import taming_tensors, write_vqgan
from vqclip.models.sketches.sketchfile import codebook_hash, read_sketch
from vqclip.training.commands import command
from vqclip.training.shards import write_shard
from vqclip.training.sketch import main

SMALL = [
    *("batch=8", "size=16", "encode=5", "steps=6", "validate_every=3", "validated=4"),
    *("architecture.width=16", "architecture.layers=1", "architecture.heads=2"),
    *("architecture.text=8", "architecture.words=12", "warmup=1"),
]


def pictures(folder: Path, index: int, seed: int) -> None:
    """Write six pictures of one color each."""
    rng = random.Random(seed)
    names = {"red": (200, 0, 0), "green": (0, 200, 0), "blue": (0, 0, 200)}
    chosen = [rng.choice(list(names)) for _ in range(6)]
    pixels = np.stack([np.full((32, 32, 3), names[name], np.uint8) for name in chosen])
    write_shard(folder, index, pixels, [(f"all {name}", f"{name} things") for name in chosen])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    pictures(tmp_path / "data" / "train", 0, 0)
    pictures(tmp_path / "data" / "held-out", 0, 1)
    write_vqgan(tmp_path)
    return tmp_path / "data"


def run(data: Path, output: Path, *more: str) -> str:
    prompts = data.parent / "prompts.txt"
    prompts.write_text("# two\nall red\n\nblue things\n")
    arguments = [str(data), str(output), f"vqgan={data.parent / 'tiny.safetensors'}", *SMALL, *more]
    done = CliRunner().invoke(command(main), [*arguments, "--prompts", str(prompts)])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_stopped_training_continues_to_the_same_bytes(data: Path, tmp_path: Path) -> None:
    output = run(data, tmp_path / "whole")
    run(data, tmp_path / "parts", "--until", "2")
    run(data, tmp_path / "parts")
    whole, parts = ((tmp_path / name / "sketch.safetensors") for name in ("whole", "parts"))
    assert whole.read_bytes() == parts.read_bytes()
    assert (tmp_path / "whole" / "sketches.png").is_file()
    lines = (tmp_path / "whole" / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines if "held_out" in line] == [3, 6]
    assert "step 6: loss" in output


@pytest.mark.slow
def test_sigterm_saves_what_was_learned(data: Path, tmp_path: Path) -> None:
    output = tmp_path / "run"
    words = [str(data), str(output), f"vqgan={tmp_path / 'tiny.safetensors'}", *SMALL]
    module = [sys.executable, "-m", "vqclip.training.sketch"]
    process = subprocess.Popen([*module, *words, "steps=1000000"])
    try:
        while not (output / "log.jsonl").exists():
            assert process.poll() is None
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait() == 143
    assert torch.load(output / "checkpoint.pt", weights_only=True)["step"] >= 3


def test_the_export_names_its_codebook_and_knows_its_words(data: Path, tmp_path: Path) -> None:
    run(data, tmp_path / "run")
    model = read_sketch(tmp_path / "run" / "sketch.safetensors")
    assert model.codebook == codebook_hash(taming_tensors()["quantize.embedding.weight"])
    assert model.vocabulary.read(["all red", "blue things"], 2).min() > 2  # no word is unknown
    assert model.transformer.shape.cells == 8 * 8


def test_minutes_end_a_training_in_time(data: Path, tmp_path: Path) -> None:
    output = run(data, tmp_path / "run", "minutes=0.02", "steps=100000", "save_seconds=0.2")
    state = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert 0 < state["step"] < 100_000
    assert state["spent"] >= 1.2
    assert f"step {state['step']}: held_out" in output
