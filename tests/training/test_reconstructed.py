"""Pictures as the VQGAN decodes them, under the captions that they had."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from tests.tiny import TinyVQGAN
from vqclip.randomness import stream
from vqclip.training import reconstructed as training
from vqclip.training.commands import command
from vqclip.training.reconstructed import reconstruct
from vqclip.training.shards import Pictures, write_shard

PIXELS = np.random.RandomState(0).randint(0, 255, (3, 32, 32, 3)).astype(np.uint8)
IMAGES = torch.from_numpy(PIXELS[:2]).permute(0, 3, 1, 2).float() / 255


def quantised(vqgan: TinyVQGAN) -> torch.Tensor:
    return vqgan.decode(vqgan.quantize(vqgan.encode(IMAGES))).clamp(0, 1)


def test_pictures_are_reconstructed_under_their_captions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "load_vqgan", lambda *_, **__: (TinyVQGAN(), ""))
    write_shard(tmp_path / "train", 0, PIXELS, [("a",), ("b",), ("c",)])
    words = [str(tmp_path), "--count", "2", "--noise", "0"]
    done = CliRunner().invoke(command(training.main), words)
    assert done.exit_code == 0, done.output
    pictures = Pictures(tmp_path / "reconstructed")
    assert pictures.captions == [("a",), ("b",)]
    expected = (quantised(TinyVQGAN()) * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    assert np.array_equal(pictures.pixels([0, 1]), expected)


def test_noise_changes_codes_more_the_more_there_is() -> None:
    vqgan = TinyVQGAN()
    weak, strong = (
        (reconstruct(vqgan, IMAGES, noise=noise, generator=stream(0, "x")) - quantised(vqgan)).abs()
        for noise in (0.1, 2.0)
    )
    assert 0 < weak.mean() < strong.mean()
