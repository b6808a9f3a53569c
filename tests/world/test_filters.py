"""Building blocks of styles in closed form."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image

from vqclip.world.styles.filters import (
    averaged,
    cells,
    edges,
    grain,
    gray_of,
    image_of,
    noise,
    numbers,
    pixels_of,
)


def halves(side: int = 16) -> Image.Image:
    image = Image.new("RGB", (side, side), (0, 0, 0))
    image.paste((255, 255, 255), (side // 2, 0, side, side))
    return image


def test_pixels_go_to_arrays_and_back_within_their_range() -> None:
    assert image_of(pixels_of(halves())).tobytes() == halves().tobytes()
    assert image_of(np.full((2, 2), 300.0)).getpixel((0, 0)) == (255, 255, 255)
    assert gray_of(Image.new("RGB", (2, 2), (0, 255, 0)))[0, 0] == pytest.approx(150, abs=1)


def test_edges_are_where_neighbors_differ_and_as_wide_as_asked() -> None:
    thin, wide = edges(halves()), edges(halves(), 2)
    assert thin[:, :5].max() == 0
    assert thin[:, 7].min() > 60
    assert (wide > 60).sum() > (thin > 60).sum()


def test_noise_is_centered_and_grain_has_its_deviation() -> None:
    assert abs(noise(random.Random(0), (32, 32), 64).mean()) < 3
    assert grain(random.Random(0), 64, 5).std() == pytest.approx(5, rel=0.05)
    first, again = (numbers(random.Random(3)).rand(4) for _ in range(2))
    assert np.array_equal(first, again)


def test_every_pixel_is_of_the_cell_whose_center_is_nearest() -> None:
    nearest, border = cells(random.Random(0), 40, 4)
    assert set(np.unique(nearest)) == set(range(16))
    assert nearest[2, 2] == 0
    assert nearest[37, 37] == 15
    # Between two cells there is a border.
    changes = nearest[:, 1:] != nearest[:, :-1]
    assert (border[:, 1:] | border[:, :-1])[changes].mean() > 0.9
    assert border.mean() < 0.5


def test_cells_are_filled_with_their_mean() -> None:
    pixels = pixels_of(halves(4))
    nearest = np.zeros((4, 4), dtype=np.intp)
    nearest[2:] = 1
    pixels[2:] = 0
    filled = averaged(pixels, nearest)
    assert (filled[:2] == 127.5).all()
    assert (filled[2:] == 0).all()
