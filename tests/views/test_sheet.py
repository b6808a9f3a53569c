"""Sheets of a run: each picture in the cell of its labels."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.views.conftest import COLORS
from vqclip.errors import ConfigError, OutputError
from vqclip.files.images import WHITE
from vqclip.views.sheet import SIDE, make_sheets
from vqclip.views.tiles import EMPTY, MARGIN

AXES = {"subject": ["fox", "hen"], "style": ["none", "oil", "ink"]}


def cells(sheet: Image.Image, columns: int, rows: int) -> list[tuple[int, ...]]:
    """The colors in the middle of the cells, row by row; cells fill a sheet's lower right."""
    step = SIDE + MARGIN
    left, top = sheet.width - columns * step, sheet.height - rows * step
    return [
        sheet.getpixel((left + x * step + SIDE // 2, top + y * step + SIDE // 2))
        for y in range(rows)
        for x in range(columns)
    ]


@pytest.fixture
def pictures(run_picture):
    """Of every subject and style one: foxes red, hens blue, those in ink green."""
    return [
        run_picture(
            f"{subject}-{style}",
            {"subject": subject, "style": style},
            "green" if style == "ink" else {"fox": "red", "hen": "blue"}[subject],
        )
        for subject in AXES["subject"]
        for style in AXES["style"]
    ]


def test_the_first_axis_runs_down_and_the_others_across(pictures) -> None:
    (sheet,) = make_sheets(AXES, pictures[::-1])
    red, green, blue = COLORS.values()
    assert cells(sheet, 3, 2) == [red, red, green, blue, blue, green]


def test_columns_are_chosen(pictures) -> None:
    (sheet,) = make_sheets(AXES, pictures, columns=["subject"])
    red, green, blue = COLORS.values()
    assert cells(sheet, 2, 3) == [red, blue, red, blue, green, green]
    with pytest.raises(ConfigError, match="unknown axis 'subjct'.*did you mean 'subject'"):
        make_sheets(AXES, pictures, columns=["subjct"])


def test_pictures_that_do_not_exist_leave_their_cell_empty(pictures, run_picture) -> None:
    labels = {"subject": "hen", "style": "oil"}
    pictures[4] = run_picture("hen-oil", labels, "blue", state="waiting")
    (sheet,) = make_sheets(AXES, pictures)
    assert cells(sheet, 3, 2)[4] == EMPTY
    (sheet,) = make_sheets(AXES, pictures[:4])
    assert cells(sheet, 3, 2)[4:] == [EMPTY, EMPTY]


def test_rows_and_columns_without_pictures_are_left_out(pictures) -> None:
    (sheet,) = make_sheets(AXES, pictures[:2])
    red = COLORS["red"]
    assert cells(sheet, 2, 1) == [red, red]
    assert sheet.width < 3 * SIDE


def test_several_kept_candidates_have_an_axis_of_their_own(run_picture) -> None:
    ranks = {"red": 2, "blue": 1, "green": 3}
    candidates = [
        run_picture(color, {"subject": "fox"}, color, rank=rank, kept=rank < 3)
        for color, rank in ranks.items()
    ]
    (sheet,) = make_sheets({"subject": ["fox"]}, candidates)
    assert cells(sheet, 2, 1) == [COLORS["blue"], COLORS["red"]]


def test_pictures_outside_the_matrix_have_a_sheet_of_their_own(pictures, run_picture) -> None:
    others = [run_picture("sea", {}, "green"), run_picture("sky", {}, "blue")]
    matrix, rest = make_sheets(AXES, [*pictures, *others])
    assert matrix.size == make_sheets(AXES, pictures)[0].size
    row = [rest.getpixel((MARGIN + k * (SIDE + MARGIN) + 90, 90)) for k in range(2)]
    assert row == [COLORS["green"], COLORS["blue"]]


def test_a_label_that_a_job_alone_has_is_added(pictures, run_picture) -> None:
    pictures.append(run_picture("cow", {"subject": "cow", "style": "none"}, "green"))
    (sheet,) = make_sheets(AXES, pictures)
    assert cells(sheet, 3, 3)[6:] == [COLORS["green"], EMPTY, EMPTY]


def test_labels_of_outer_axes_stand_once(run_picture) -> None:
    axes = {"subject": ["fox", "hen"], "style": ["none", "oil"], "seed": ["1", "2"]}
    pictures = [
        run_picture(f"{name}{style}{seed}", {"subject": name, "style": style, "seed": seed})
        for name in axes["subject"]
        for style in axes["style"]
        for seed in axes["seed"]
    ]
    (sheet,) = make_sheets(axes, pictures)
    left, step = sheet.width - 4 * (SIDE + MARGIN), SIDE + MARGIN
    above = [sheet.crop((left + k * step, 0, left + k * step + 100, 20)) for k in range(4)]
    assert [head.getcolors() != [(100 * 20, WHITE)] for head in above] == [True, False, True, False]


def test_there_must_be_a_picture(run_picture) -> None:
    with pytest.raises(OutputError, match="no finished picture"):
        make_sheets(AXES, [run_picture("fox", {}, state="waiting")])
