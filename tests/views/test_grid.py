"""Grids near the shape of a screen: long axes are wrapped, their labels go along."""

from __future__ import annotations

from itertools import product

import pytest

from vqclip.views.grid import NARROWEST, WIDEST
from vqclip.views.sheet import make_sheets

SHAPES = [(1, 1), (2, 1), (30, 1), (1, 30), (30, 2), (2, 30), (7, 3), (100, 1), (40, 6)]


@pytest.fixture
def sheet_of(run_picture):
    """Draw the sheet of axes of so many labels, all with the same small picture."""

    def draw(*lengths: int, prompt: str = "a red house"):
        names = ["prompt", "seed", "style"]
        axes = {
            name: [f"{prompt} {number}" if name == "prompt" else str(number) for number in range(n)]
            for name, n in zip(names, lengths, strict=False)
        }
        pictures = [
            run_picture(
                "-".join(map(str, place)),
                dict(
                    zip(axes, (axes[n][i] for n, i in zip(axes, place, strict=True)), strict=True)
                ),
            )
            for place in product(*map(range, lengths))
        ]
        (sheet,) = make_sheets(axes, pictures)
        return sheet

    return draw


@pytest.mark.parametrize("lengths", SHAPES)
def test_no_sheet_is_a_strip(sheet_of, lengths: tuple[int, ...]) -> None:
    sheet = sheet_of(*lengths)
    assert NARROWEST <= sheet.width / sheet.height <= WIDEST


def test_thirty_prompts_fill_a_screen(sheet_of) -> None:
    sheet = sheet_of(30)
    assert 1.2 < sheet.width / sheet.height < 2


def test_every_picture_of_a_wrapped_grid_stands_on_it(run_picture) -> None:
    axes = {"prompt": [str(number) for number in range(30)], "seed": ["0", "1"]}
    pictures = [
        run_picture(f"{prompt}-{seed}", {"prompt": prompt, "seed": seed}, color)
        for prompt in axes["prompt"]
        for seed, color in zip(axes["seed"], ("red", "blue"), strict=True)
    ]
    (sheet,) = make_sheets(axes, pictures)
    counts = {color: count for count, color in sheet.getcolors(10**6)}
    small = 192 * 192  # pictures are scaled to the size of a cell
    assert counts[200, 0, 0] == counts[0, 0, 200] == 30 * small


def test_a_label_that_is_too_long_ends_below_the_next(sheet_of) -> None:
    assert sheet_of(3, 3, prompt="a very long prompt " * 60).height == sheet_of(3, 3).height
