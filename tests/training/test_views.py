"""Views of pictures: mirrored where captions allow it, changed as far as the settings say."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from vqclip.randomness import stream
from vqclip.training.perceptor.clip_settings import ViewSettings
from vqclip.training.perceptor.views import resized, views

STILL = ViewSettings(smallest=1, largest=1, whole=0, turn=0, blur=0, color=0, noise=0)


def test_a_view_without_any_change_is_the_picture_itself() -> None:
    images = torch.full((2, 3, 32, 32), 0.25)
    images[1, 0] = 0.75
    seen = views(images, 16, STILL, stream(0, "views"))
    torch.testing.assert_close(seen, F.avg_pool2d(images, 2))


@pytest.mark.parametrize("size", [16, 24])
def test_resizing_keeps_means(size: int) -> None:
    images = torch.rand(2, 3, 32, 32, generator=stream(0, "images"))
    small = resized(images, size)
    assert small.shape == (2, 3, size, size)
    torch.testing.assert_close(small.mean(dim=(2, 3)), images.mean(dim=(2, 3)), atol=5e-3, rtol=0)


def test_noise_and_color_change_as_much_as_they_may() -> None:
    images = torch.full((64, 3, 32, 32), 0.5)
    noisy = views(images, 16, replace(STILL, noise=0.4), stream(0, "views")) - 0.5
    deviations = noisy.flatten(1).std(dim=1)
    assert 0.3 < deviations.max() < 0.45
    assert deviations.min() < 0.1
    tinted = views(images, 16, replace(STILL, color=0.2), stream(0, "views"))
    assert (tinted - 0.5).abs().max() <= 0.5 * 0.2 + 0.1
    assert tinted.std(dim=(2, 3)).max() < 1e-5


def test_a_turned_view_is_the_picture_turned_by_at_most_that_angle() -> None:
    ramp = (torch.arange(32.0) / 31).expand(16, 3, 32, 32)
    seen = views(ramp, 16, replace(STILL, turn=0.3), stream(0, "views"))[:, 0, 4:12, 4:12]
    across = seen.diff(dim=2).mean(dim=(1, 2))
    down = seen.diff(dim=1).mean(dim=(1, 2))
    angles = torch.atan2(down, across)
    assert angles.abs().max() <= 0.3 + 0.02
    assert angles.min() < -0.1 < 0.1 < angles.max()


def test_small_crops_see_a_part_magnified() -> None:
    ramp = (torch.arange(32.0) / 31).expand(16, 3, 32, 32)
    half = replace(STILL, smallest=0.5, largest=0.5)
    seen = views(ramp, 16, half, stream(0, "views"))[:, 0]
    spans = seen[:, 8, -1] - seen[:, 8, 0]
    torch.testing.assert_close(spans, torch.full((16,), 0.5 * 15 / 16 * 32 / 31), atol=0.03, rtol=0)
