"""A gallery: one HTML file that holds the pictures of a run and their recipes, to sort and find."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from vqclip.images import load_image
from vqclip.runs.picture import Shown

SIDE, SMALL_SIDE = 512, 320
"""Longest side of an embedded picture, in pixels; smaller for long series."""
MANY = 300
TEMPLATE = Path(__file__).with_name("gallery.html")


def make_gallery(plan: Mapping[str, Any], pictures: Sequence[Shown], *, folder: Path) -> str:
    """Write the page; it needs no other file, and no network.

    Args:
        plan: of the run.
        pictures: of the run.
        folder: where the page goes, to link the full files from.
    """
    side = SMALL_SIDE if len(pictures) > MANY else SIDE
    entries = [_entry(one, side=side, folder=folder) for one in pictures if one.path is not None]
    failed = [
        {"name": one.name, "error": str(one.facts.get("error", ""))}
        for one in pictures
        if one.state == "failed"
    ]
    content = {
        "name": plan["name"],
        "axes": list(plan["axes"]),
        "judge": plan.get("judge"),
        "planned": len(pictures),
        "pictures": entries,
        "failed": failed,
    }
    # "</script>" in a prompt must not end the script the data is in.
    data = json.dumps(content, ensure_ascii=False).replace("<", "\\u003c")
    return TEMPLATE.read_text(encoding="utf-8").replace("/*DATA*/null", data)


def _entry(one: Shown, *, side: int, folder: Path) -> dict[str, Any]:
    assert one.path is not None
    image = load_image(one.path)
    if max(image.size) > side:
        image = ImageOps.contain(image, (side, side), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=90)
    return {
        "name": one.name,
        "file": one.path.relative_to(folder).as_posix(),
        "labels": dict(one.labels),
        "prompts": one.prompts,
        "seed": one.settings["seed"],
        "score": one.score,
        "rank": one.rank,
        "kept": one.kept,
        "losses": one.facts.get("losses", {}),
        "seconds": one.facts.get("seconds"),
        "recipe": one.settings,
        "image": "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode(),
        "width": image.width,
        "height": image.height,
    }
