"""The stock keeps reduced pictures, mirrors them on demand, and grows."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from vqclip.training.perceptor import stock as module
from vqclip.training.perceptor.stock import Stock, reduced
from vqclip.training.perceptor.texts import namings, wordings
from vqclip.world.groups import placed

CPU = torch.device("cpu")
PIXELS = np.random.RandomState(0).randint(0, 255, (10, 8, 8, 3)).astype(np.uint8)
SAID = wordings([(f"a cat {row}",) for row in range(10)], "seed", 8)
NAMED = namings(0, 8)


def test_pictures_are_reduced_by_averages() -> None:
    (images,) = reduced(PIXELS, 4, CPU)
    expected = PIXELS.reshape(10, 4, 2, 4, 2, 3).mean(axis=(2, 4)) / 255
    np.testing.assert_allclose(images.permute(0, 2, 3, 1).numpy(), expected, atol=1e-6)


def test_a_stock_grows_over_several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 7)
    monkeypatch.setattr(module, "CHUNK", 4)
    stock = Stock(8, NAMED, CPU)
    for _ in range(2):
        stock.add(PIXELS, SAID, lambda images: 1 - images, 0.5)
    assert len(stock) == 30
    assert stock.texts[:30].tolist() == [*range(10), *range(5), *range(10, 20), *range(10, 15)]
    rows = np.array([0, 9, 12, 16, 29])
    found = stock.images(rows, torch.zeros(5, dtype=torch.bool))
    sources = torch.from_numpy(PIXELS).permute(0, 3, 1, 2).float() / 255
    expected = torch.stack([sources[0], sources[9], 1 - sources[2], sources[1], 1 - sources[4]])
    torch.testing.assert_close(found, expected)
    assert np.array_equal(stock.pairs[:10], stock.pairs[10:20])


def test_pictures_are_mirrored_where_asked() -> None:
    stock = Stock(8, NAMED, CPU)
    stock.add(PIXELS, SAID, None, 0.5)
    assert len(stock) == 10
    rows = np.array([2, 3])
    plain, turned = (stock.images(rows, torch.tensor([False, coin])) for coin in (False, True))
    assert torch.equal(plain[0], turned[0])
    assert torch.equal(plain[1].flip(-1), turned[1])


@pytest.mark.parametrize("place", ["on the left", "in the top right corner", "at the top"])
def test_captions_of_the_world_say_whether_pictures_may_be_mirrored(place: str) -> None:
    _, caption = placed(32, random.Random(0), place, "star")
    assert wordings([(caption,)], "seed", 16).sided.tolist() == [place != "at the top"]
