"""Pictures and masks are tried before any model is loaded, and all mistakes are told at once."""

from __future__ import annotations

import pytest
from PIL import Image

from vqclip.engine.inputs import check_inputs
from vqclip.errors import ConfigError


def test_every_picture_and_mask_that_cannot_be_used_is_named(make_job, tmp_path) -> None:
    Image.new("L", (8, 8), 0).save(tmp_path / "black.png")
    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    prompt = f"a fox@{tmp_path}/black.png | b@{tmp_path}/gone.png | c@left"
    job = make_job(prompt, start__image=str(tmp_path / "no.png"), keep=str(tmp_path / "red.png"))
    with pytest.raises(ConfigError) as caught:
        check_inputs([job])
    text = str(caught.value)
    assert len(caught.value.messages) == 4
    for part in ("black.png is dark everywhere", "no picture", "no.png", "red.png is in color"):
        assert part in text


def test_good_inputs_are_passed_over(make_job, tmp_path) -> None:
    mask = Image.new("L", (8, 8), 0)
    mask.paste(255, (0, 0, 4, 8))
    mask.save(tmp_path / "mask.png")
    check_inputs([make_job(f"a@{tmp_path}/mask.png", start__image=str(tmp_path / "mask.png"))])
