"""The sheet of verdicts: misses in a red frame, pictures of one prompt side by side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.evaluation.painter import COLORS, EXAM, paint
from vqclip.evaluation.examination import JudgedPicture
from vqclip.evaluation.ranks import Verdict
from vqclip.views.verdicts import MISS, draw_verdicts

CELL, MARGIN = 134, 6
"""Pixels from picture to picture, and before the first."""


def judged(folder: Path, color: str, *, rank: int, setting: str = "painter") -> JudgedPicture:
    prompt = f"a {color} ball"
    sample = replace(paint(folder, prompt, color), setting=setting)
    return JudgedPicture(sample, EXAM.question(prompt), Verdict(0.5, rank, "a red ball"))


def test_misses_have_a_red_frame(tmp_path: Path) -> None:
    ranks = {"red": 1, "green": 3, "blue": 2}
    pictures = [judged(tmp_path, color, rank=rank) for color, rank in ranks.items()]
    sheet = draw_verdicts(pictures)
    frames = [sheet.getpixel((MARGIN + CELL * column + 1, MARGIN + 1)) for column in range(3)]
    assert [frame == MISS for frame in frames] == [False, True, True]
    centers = [sheet.getpixel((MARGIN + CELL * column + 64, MARGIN + 64)) for column in range(3)]
    assert centers == list(COLORS.values())


def test_pictures_of_one_prompt_stand_side_by_side(tmp_path: Path) -> None:
    pictures = [
        judged(tmp_path, color, rank=1, setting=setting)
        for setting in ("first", "second")
        for color in COLORS
    ]
    sheet = draw_verdicts(pictures)
    row = [sheet.getpixel((MARGIN + CELL * column + 64, MARGIN + 64)) for column in range(4)]
    assert row == [color for color in list(COLORS.values())[:2] for _ in range(2)]
    assert sheet.width == 4 * CELL + MARGIN
