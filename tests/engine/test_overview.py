"""Overviews: whole pictures in a square, and what is equal to them."""

from __future__ import annotations

import pytest
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.values import Schedule
from vqclip.engine.cutouts import Cutouts, PowerLaw, Window
from vqclip.engine.overview import central_box, overview, overview_box, views_of_prompt
from vqclip.files.images import to_pil, to_tensor
from vqclip.randomness import Streams, stream


def noise(width: int, height: int) -> Image.Image:
    generator = torch.Generator().manual_seed(width)
    return to_pil(torch.rand(3, height, width, generator=generator))


def by_hand(image: Tensor, size: int) -> Tensor:
    """The overview of an image (3, H, W), one pixel after another: (3, size, size)."""
    height, width = image.shape[-2:]
    side = max(height, width)
    left, top = (width - side) / 2, (height - side) / 2
    step = side / size
    support = max(step, 1.0)

    def weights(start: float, at: int) -> dict[int, float]:
        """The triangle under a pixel of the result, by position on the endless axis."""
        center = start + step * (at + 0.5)
        span = range(int(center - support) - 2, int(center + support) + 3)
        triangle = {pixel: max(0.0, 1 - abs(pixel + 0.5 - center) / support) for pixel in span}
        return {pixel: weight / sum(triangle.values()) for pixel, weight in triangle.items()}

    result = torch.zeros(3, size, size)
    for y in range(size):
        for x in range(size):
            for row, down in weights(top, y).items():
                for column, across in weights(left, x).items():
                    inside = min(max(row, 0), height - 1), min(max(column, 0), width - 1)
                    result[:, y, x] += down * across * image[:, inside[0], inside[1]]
    return result


@pytest.mark.parametrize(("width", "height", "size"), [(9, 5, 4), (3, 7, 5), (4, 2, 7)])
def test_an_overview_equals_brute_force(width, height, size) -> None:
    picture = noise(width, height)
    expected = by_hand(to_tensor(picture)[0], size)
    torch.testing.assert_close(overview(picture, size=size)[0], expected)


def test_the_overview_of_a_square_picture_is_its_resize() -> None:
    picture = noise(24, 24)
    image = to_tensor(picture)
    torch.testing.assert_close(overview(picture, size=24), image)
    resized = F.interpolate(image, (8, 8), mode="bilinear", antialias=True, align_corners=False)
    # At the border torch leaves out what lies outside, where the overview repeats the edge.
    inner = (..., slice(1, -1), slice(1, -1))
    torch.testing.assert_close(overview(picture, size=8)[inner], resized[inner])


def test_an_overview_is_whole_and_never_squashed() -> None:
    picture = Image.new("RGB", (64, 16), (255, 0, 0))
    picture.paste((0, 0, 255), (0, 8, 64, 16))
    image = overview(picture, size=32)[0]  # (3, 32, 32)
    assert torch.all(image[0, :15] > 0.99)
    assert torch.all(image[2, 17:] > 0.99)


def test_a_huge_picture_is_averaged_first_to_the_same_overview() -> None:
    generator = torch.Generator().manual_seed(1)
    field = F.interpolate(
        torch.rand(1, 3, 6, 9, generator=generator), size=(400, 600), mode="bilinear"
    )
    picture = to_pil(field[0])
    large = picture.resize((2400, 1600), Image.Resampling.NEAREST)
    assert (overview(large, size=32) - overview(picture, size=32)).abs().max() < 0.01


def test_the_overview_cutouts_of_the_guidance_are_overviews() -> None:
    picture = noise(40, 24)
    window, law = Window(24, 40, border=0.0, padding="edge"), PowerLaw(0.4, 1.0)
    whole = Schedule.constant(1)
    cutouts = Cutouts(window, law, count=2, overview=whole, augmentations=())
    plan = cutouts.plan(Streams([stream(0, "cutouts")]), progress=0.0)
    made = cutouts.make(to_tensor(picture), plan, size=12, part=slice(None))[0]
    torch.testing.assert_close(made, overview(picture, size=12).expand(2, -1, -1, -1))


def test_boxes() -> None:
    assert overview_box(40, 24) == [0, -8, 40, 32]
    assert central_box(40, 24, 20) == [10, 2, 30, 22]


def test_an_image_prompt_is_seen_whole_and_from_its_middle() -> None:
    rows = torch.arange(8.0)[:, None].expand(1, 3, 8, 4) / 8
    views = views_of_prompt(rows, (1.0, 0.5), size=8)
    assert views.shape == (3, 3, 8, 8)
    torch.testing.assert_close(views[0], rows[0, :, :, :1].expand(3, 8, 8))
    # A row is worth its number in eighths, at its middle.
    for view, side in zip(views[1:], (4, 2), strict=True):
        centers = 4 - side / 2 + (torch.arange(8) + 0.5) * side / 8
        torch.testing.assert_close(view[0, :, 0], (centers - 0.5) / 8)
