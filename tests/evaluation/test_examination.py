"""The examination: a wrong picture is a miss, and guides are asked about their own pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.evaluation.painter import COLORS, EXAM, ColorJudge, paint
from vqclip.errors import ImageError
from vqclip.evaluation.examination import JudgedPicture, examine
from vqclip.evaluation.samples import Sample
from vqclip.perception.embedder import Embedder
from vqclip.perception.ranking import Judge

JUDGE = Judge((Embedder(ColorJudge()),))


def judged(*samples: Sample) -> list[JudgedPicture]:
    return examine(EXAM, samples, JUDGE, {})


def test_right_pictures_are_hits(tmp_path: Path) -> None:
    pictures = judged(*(paint(tmp_path, f"a {name} ball", name) for name in COLORS))
    assert [picture.verdict.rank for picture in pictures] == [1, 1, 1]
    assert [picture.verdict.cosine for picture in pictures] == pytest.approx([1, 1, 1], abs=1e-4)
    assert [picture.verdict.kept for picture in pictures] == [(True,)] * 3


def test_a_wrong_picture_is_a_miss(tmp_path: Path) -> None:
    (picture,) = judged(paint(tmp_path, "a blue ball", "green"))
    assert not picture.verdict.hit
    assert picture.verdict.nearest == "a green ball"
    assert picture.verdict.kept == (False,)
    assert picture.guide is None


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    right = paint(tmp_path, "a red ball", "red")
    (tmp_path / "none.png").write_bytes(b"no picture")
    with pytest.raises(ImageError, match=r"none\.png"):
        judged(right, Sample("painter", "a blue ball", tmp_path / "none.png"))


def test_guides_are_asked_about_their_own_pictures(tmp_path: Path) -> None:
    samples = [
        paint(tmp_path, "a red ball", "red"),
        paint(tmp_path, "a blue ball", "green"),
        replace(paint(tmp_path, "a green ball", "green"), setting="nobody"),
    ]
    pictures = examine(EXAM, samples, JUDGE, {"painter": JUDGE, "absent": JUDGE})
    assert [picture.guide and picture.guide.rank for picture in pictures] == [1, 3, None]
    assert all(picture.guide is None or picture.guide.kept == () for picture in pictures)
