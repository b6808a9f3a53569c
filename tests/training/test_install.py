"""Weights of a run are put into the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqclip.errors import ConfigError
from vqclip.models.shipped import MINI_FOLDER, MINI_PRIOR, SHIPPED
from vqclip.training.install import files_of, install


def test_every_part_has_its_place(tmp_path: Path) -> None:
    parts = ["sketch/sketch.safetensors", "prior/prior.safetensors", "vqgan/vqgan.safetensors"]
    parts += ["guide/clip/merges.txt.gz", "judge/clip/words.txt", "guide/checkpoint.pt"]
    for part in parts:
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / part).touch()
    assert files_of(tmp_path) == {
        tmp_path / "sketch/sketch.safetensors": MINI_FOLDER / "sketch.safetensors",
        tmp_path / "prior/prior.safetensors": MINI_PRIOR,
        tmp_path / "vqgan/vqgan.safetensors": MINI_FOLDER / "vqgan.safetensors",
        tmp_path / "guide/clip/merges.txt.gz": SHIPPED["mini"] / "merges.txt.gz",
        tmp_path / "judge/clip/words.txt": SHIPPED["mini-judge"] / "words.txt",
    }


def test_a_run_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has no weights"):
        install(tmp_path)
