"""The start from a picture of the user."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.tiny import TinyVQGAN
from vqclip.config.choices import PICTURE_NOISE
from vqclip.engine.starts.init_image import fitted, start_of_picture
from vqclip.engine.starts.start import Canvas, Start
from vqclip.errors import ImageError
from vqclip.files.images import to_tensor
from vqclip.randomness import Streams, stream


def canvas(count: int) -> Canvas:
    return Canvas(TinyVQGAN(), Streams([stream(k, "init") for k in range(count)]), 16, 16)


def init_image(canvas: Canvas, path: Path) -> Start:
    return start_of_picture(canvas, fitted(path, canvas.height, canvas.width))


def test_a_picture_is_the_start_of_all(tmp_path: Path) -> None:
    path, image = tmp_path / "init.png", Image.new("RGB", (16, 16), (200, 40, 90))
    image.save(path)
    found = init_image(canvas(2), path)
    assert (found.noise, found.keep_init) == (PICTURE_NOISE, 0)
    expected = TinyVQGAN().encode(to_tensor(image)).expand(2, -1, -1, -1)
    torch.testing.assert_close(found.latent, expected)


def test_a_wide_picture_is_cropped_about_its_middle(tmp_path: Path) -> None:
    image = Image.new("RGB", (48, 16), (0, 0, 255))
    image.paste((255, 0, 0), (16, 0, 32, 16))
    image.save(tmp_path / "wide.png")
    found = init_image(canvas(1), tmp_path / "wide.png").latent
    red = to_tensor(Image.new("RGB", (16, 16), (255, 0, 0)))
    torch.testing.assert_close(found, TinyVQGAN().encode(red), atol=0.02, rtol=0)


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"gone\.png"):
        init_image(canvas(1), tmp_path / "gone.png")
