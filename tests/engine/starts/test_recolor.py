"""Recoloring: an affine map of colors, fitted to the guidance."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.tiny import tiny_bank, tiny_models
from vqclip.engine.build import build
from vqclip.engine.starts.recolor import recolor

VQGAN: Any = SimpleNamespace(decode=lambda z: z, encode=lambda x: x, quantize=lambda z: z)
"""One whose latents are its pictures."""


class Towards:
    """A guidance towards pictures."""

    def __init__(self, wanted: Tensor) -> None:
        self.wanted = wanted

    def overviews(self, count: int) -> Towards:
        return self

    def gather(self, leaf: Tensor, streams: object, *, progress: float) -> Tensor:
        leaf.grad = leaf.detach() - self.wanted
        return self.far(leaf)[:, None]

    def compare(self, versions: list[Tensor], streams: object, *, progress: float) -> Tensor:
        return torch.stack([self.far(images) for images in versions])

    def far(self, images: Tensor) -> Tensor:
        return (images.detach() - self.wanted).square().sum(dim=(1, 2, 3))


def two_colors(inner: tuple[float, ...], outer: tuple[float, ...]) -> Tensor:
    image = torch.tensor(outer).view(1, 3, 1, 1).repeat(1, 1, 8, 8)
    image[:, :, 2:6, 2:6] = torch.tensor(inner).view(1, 3, 1, 1)
    return image


YELLOW_ON_BLACK = two_colors((0.9, 0.8, 0.1), (0.1, 0.1, 0.1))
YELLOW_ON_BLUE = two_colors((0.9, 0.8, 0.1), (0.1, 0.2, 0.9))
RED_ON_WHITE = two_colors((0.9, 0.1, 0.1), (1, 1, 1))


def fitted(images: Tensor, wanted: Tensor, steps: int) -> Tensor:
    guidance: Any = Towards(wanted)
    nothing: Any = None
    return recolor(VQGAN, guidance, images, nothing, steps=steps)


def test_two_colors_become_two_others() -> None:
    found = fitted(YELLOW_ON_BLACK, YELLOW_ON_BLUE, 30)
    assert (found - YELLOW_ON_BLUE).abs().mean() < 0.1 * (
        (YELLOW_ON_BLACK - YELLOW_ON_BLUE).abs().mean()
    )
    assert found.shape == YELLOW_ON_BLACK.shape
    assert found.min() >= 0
    assert found.max() <= 1


def test_what_no_small_change_brings_nearer_is_found_among_exchanges() -> None:
    wanted = torch.cat([1 - RED_ON_WHITE, RED_ON_WHITE[:, [2, 0, 1]], RED_ON_WHITE])
    found = fitted(RED_ON_WHITE.repeat(3, 1, 1, 1), wanted, 1)
    # One step moves a color by 0.2 at most; the inverse is 0.9 away.
    assert (found - wanted).abs().max() < 0.21


def test_no_step_changes_nothing() -> None:
    assert fitted(YELLOW_ON_BLACK, YELLOW_ON_BLUE, 0) is YELLOW_ON_BLACK


def test_no_picture_depends_on_its_neighbours() -> None:
    images = torch.cat([YELLOW_ON_BLACK, RED_ON_WHITE])
    wanted = torch.cat([YELLOW_ON_BLUE, YELLOW_ON_BLACK])
    both = fitted(images, wanted, 5)
    alone = fitted(images[1:], wanted[1:], 5)
    torch.testing.assert_close(both[1:], alone, atol=1e-6, rtol=0)


def first_loss(make_job: Any, bank: bool, **settings: Any) -> float:
    still = {"augmentations": [], "cutouts__overview": 1.0, "start__noise": 0}
    job = make_job(**still, **settings)
    return build(tiny_models(), [job], bank=tiny_bank() if bank else None).advance().total


@pytest.mark.parametrize("start", ["bank", "fractal"])
def test_a_recolored_start_is_nearer_to_its_prompt(make_job, start) -> None:
    settings = {"bank": start == "bank", "start__kind": "auto" if start == "bank" else start}
    kept = first_loss(make_job, start__recolor=0, **settings)
    fitted_to = first_loss(make_job, start__recolor=20, **settings)
    assert fitted_to < kept
    usual = first_loss(make_job, **settings)
    assert (usual == kept) == (start == "fractal")
