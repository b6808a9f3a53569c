"""The gallery: one page with the pictures and recipes of a run."""

from __future__ import annotations

import base64
import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.views.conftest import COLORS
from vqclip.runs.record import RunRecord
from vqclip.views import gallery
from vqclip.views.gallery import SIDE, make_gallery

AXES = {"subject": ["fox", "hen"]}
RECORD = RunRecord("animals </script>", AXES, candidates=1, keep=1, judge=None, jobs=[])


def content_of(page: str) -> dict[str, Any]:
    """The data in the page's script."""
    (line,) = re.findall(r"^const data = (.*);$", page, flags=re.MULTILINE)
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.fixture
def pictures(run_picture):
    return [
        run_picture("fox", {"subject": "fox"}, score=0.5, losses={"prompt 1": 0.8}, seconds=1.5),
        run_picture("hen", {"subject": "hen"}, "blue", score=0.25, rank=2, kept=False),
        run_picture("cow", {"subject": "cow"}, state="failed", error="out of memory"),
        run_picture("cat", {"subject": "cat"}, state="waiting"),
    ]


def test_a_page_holds_all_there_is_to_know(pictures, tmp_path: Path) -> None:
    page = make_gallery(RECORD, pictures, folder=tmp_path)
    assert page.count("</script>") == 1
    content = content_of(page)
    assert (content["name"], content["axes"], content["planned"]) == (RECORD.name, ["subject"], 4)
    assert content["failed"] == [{"name": "cow", "error": "out of memory"}]
    fox, hen = content["pictures"]
    assert (fox["file"], fox["prompts"], fox["seed"]) == ("fox.png", "a red star", 7)
    assert (fox["score"], fox["losses"], fox["seconds"]) == (0.5, {"prompt 1": 0.8}, 1.5)
    assert fox["recipe"]["prompts"] == [{"text": "a red star", "weight": 1}]
    assert (hen["rank"], hen["kept"]) == (2, False)


def test_small_pictures_are_embedded_as_they_are(pictures, tmp_path: Path) -> None:
    entry = content_of(make_gallery(RECORD, pictures, folder=tmp_path))["pictures"][1]
    kind, _, data = entry["image"].partition(",")
    assert kind == "data:image/webp;base64"
    with Image.open(BytesIO(base64.b64decode(data))) as image:
        assert image.size == (entry["width"], entry["height"]) == (8, 8)
        near = zip(image.convert("RGB").getpixel((4, 4)), COLORS["blue"], strict=True)
        assert max(abs(found - wanted) for found, wanted in near) < 12


def test_large_pictures_shrink_and_those_of_long_series_more(
    run_picture, painted, tmp_path: Path, monkeypatch
) -> None:
    picture = run_picture("fox", {})
    painted("fox", "red", (1024, 512))
    entry = content_of(make_gallery(RECORD, [picture], folder=tmp_path))["pictures"][0]
    assert (entry["width"], entry["height"]) == (SIDE, SIDE // 2)
    monkeypatch.setattr(gallery, "MANY", 1)
    entry = content_of(make_gallery(RECORD, [picture] * 2, folder=tmp_path))["pictures"][0]
    assert (entry["width"], entry["height"]) == (320, 160)
