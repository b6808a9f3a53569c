"""The intake takes in what exists and what is drawn later, with its words."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from tests.tiny import TinyVQGAN
from tests.training.pairs import TINY_CLIP, plain, write_colors
from vqclip.training.perceptor.clip_settings import DecodedSettings
from vqclip.training.perceptor.intake import Intake
from vqclip.training.shards import Pictures, write_shard

CPU = torch.device("cpu")


def test_shards_that_are_drawn_later_are_taken_in(tmp_path: Path) -> None:
    write_colors(tmp_path)
    with Intake(Pictures(tmp_path / "train"), TINY_CLIP, CPU) as intake:
        intake.fill()
        assert len(intake.stock) == 12
        assert "red" in intake.news()
        intake.follow()
        write_shard(tmp_path / "train", 1, plain("red", "blue"), [("a zebra",), ("blue",)])
        end = time.monotonic() + 20
        while len(intake.stock) < 14 and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.1)
        assert len(intake.stock) == 14
        assert list(intake.news()) == ["zebra"]
        assert intake.words().words["zebra"] == 1


def test_part_of_the_pictures_is_there_as_it_is_decoded(tmp_path: Path) -> None:
    write_colors(tmp_path)
    settings = replace(TINY_CLIP, decoded=DecodedSettings(share=0.25, noise=0))
    vqgan = TinyVQGAN()
    with Intake(Pictures(tmp_path / "train"), settings, CPU, vqgan) as intake:
        intake.fill()
    stock = intake.stock
    assert stock.texts[:15].tolist() == [*range(12), 0, 1, 2]
    images = Pictures(tmp_path / "train").pixels(range(3))
    tensor = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    expected = vqgan.decode(vqgan.quantize(vqgan.encode(tensor))).clamp(0, 1)
    found = stock.images(np.arange(12, 15), torch.zeros(3, dtype=torch.bool))
    torch.testing.assert_close(found, expected, atol=0.003, rtol=0)
