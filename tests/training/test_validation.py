"""Validation measures the averaged weights on the first held-out pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.tiny import TinyPerceptor
from tests.training.pairs import TINY_VQGAN, write_blocks
from vqclip.models.taming import TamingVQGAN
from vqclip.training.commands import read_settings
from vqclip.training.generator.autoencoder import VqganTraining
from vqclip.training.generator.reconstruction import compare
from vqclip.training.generator.validation import Validation
from vqclip.training.generator.vqgan_settings import VqganSettings
from vqclip.training.generator.windows import Windows
from vqclip.training.shards import Pictures


def test_metrics_and_a_sheet_are_of_the_averaged_weights(tmp_path: Path) -> None:
    write_blocks(tmp_path)
    words = ["average=0.9", "losses.perceptual=0", "adversary.weight=0", "validation.pictures=3"]
    settings = read_settings(VqganSettings, None, [*TINY_VQGAN, *words])
    vqgan = TamingVQGAN(settings.architecture.build())
    windows = Windows(Pictures(tmp_path / "train"), batch=2, side=16, seed=0)
    training = VqganTraining(settings, vqgan, windows, perceptor=None, device=torch.device("cpu"))
    training.advance()
    held_out = Pictures(tmp_path / "held-out")
    metrics = Validation(held_out, settings, TinyPerceptor()).measure(training, tmp_path)
    x = torch.from_numpy(held_out.pixels(range(3))).permute(0, 3, 1, 2).float() / 255
    with training.averaged():
        expected = compare([x], training.reconstruct, codes=12, perceptor=TinyPerceptor())
    assert metrics == pytest.approx(expected, rel=1e-4)
    with Image.open(tmp_path / "sheets" / "step-000001.png") as sheet:
        assert sheet.size == (2 * 32, 2 * 32)
