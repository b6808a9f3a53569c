"""Pictures side by side."""

from __future__ import annotations

import pytest
from PIL import Image

from vqclip.views.tiles import contact_sheet


def test_sheets() -> None:
    images = [Image.new("RGB", (40, 30))] * 3
    sheet = contact_sheet(images, ["a", "two words here", "c"], columns=2)
    assert sheet.width == 2 * 46 + 6
    with pytest.raises(ValueError, match="captions"):
        contact_sheet(images, ["a"], columns=2)
