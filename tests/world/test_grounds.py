"""Grounds lie below the horizon, backdrops above it; each has its color."""

from __future__ import annotations

import random

import pytest
import torch

from tests.world.seeing import pixels
from vqclip.world.pen import Pen
from vqclip.world.scenery.grounds import BACKS, CROWNS, DETAILS, GROUNDS, backdrop, ground

MAGENTA = (255, 0, 255)


@pytest.mark.parametrize("name", GROUNDS)
def test_a_ground_covers_all_below_the_horizon_with_its_color(name: str) -> None:
    pen = Pen.blank(48, MAGENTA)
    ground(pen, name, 0.25, random.Random(0))
    seen = pixels(pen.finish())
    assert not ((seen - torch.tensor(MAGENTA)).abs().sum(dim=-1) < 20)[31:].any()
    own = (seen - torch.tensor(GROUNDS[name])).abs().amax(dim=-1) < 16
    assert own[31:].float().mean() > 0.15
    if name != "city" and name not in CROWNS:
        assert torch.equal(seen[:29], torch.tensor(MAGENTA).expand(29, 48, 3).float())


@pytest.mark.parametrize("name", BACKS)
def test_a_backdrop_rises_above_the_horizon_and_is_not_all_of_the_sky(name: str) -> None:
    pen = Pen.blank(48, MAGENTA)
    backdrop(pen, name, 0.25, random.Random(0))
    sky = (pixels(pen.finish()) - torch.tensor(MAGENTA)).abs().sum(dim=-1) < 20
    assert 0.02 < (~sky[:30]).float().mean() < 0.8


def test_windows_of_a_city_shine_at_night() -> None:
    pen = Pen.blank(96, (0, 0, 0)).lit((0.2, 0.2, 0.3))
    ground(pen, "city", 0.3, random.Random(0))
    assert pixels(pen.finish())[:62].amax() > 200


def test_details_are_of_grounds() -> None:
    assert {*DETAILS, *CROWNS} < set(GROUNDS)
    assert not set(DETAILS) & set(CROWNS)
