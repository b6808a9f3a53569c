"""Pictures: read, cropped, turned to tensors and back."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

from vqclip.errors import ImageError
from vqclip.files.images import (
    fit,
    from_signed,
    load_image,
    round_up,
    to_pil,
    to_rgb,
    to_signed,
    to_tensor,
)


def save(path: Path, mode: str, color: object, **settings: object) -> Path:
    Image.new(mode, (6, 4), color).save(path, **settings)
    return path


def test_every_kind_of_picture_is_read_as_rgb(tmp_path) -> None:
    transparent = save(tmp_path / "a.png", "RGBA", (255, 0, 0, 0))
    assert load_image(transparent).getpixel((0, 0)) == (255, 255, 255)
    deep = save(tmp_path / "b.png", "I;16", 32896)
    assert load_image(deep).getpixel((0, 0)) == (128, 128, 128)
    cmyk = save(tmp_path / "c.jpg", "CMYK", (0, 0, 0, 0))
    assert load_image(cmyk).getpixel((0, 0)) == (255, 255, 255)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = save(tmp_path / "d.jpg", "RGB", (1, 2, 3), exif=exif)
    assert load_image(turned).size == (4, 6)


def test_what_is_not_a_picture_is_refused(tmp_path) -> None:
    (tmp_path / "x.png").write_text("hello")
    for path in (tmp_path / "x.png", tmp_path / "missing.png", tmp_path):
        with pytest.raises(ImageError):
            load_image(path)


def test_a_picture_is_read_from_bytes_too(tmp_path) -> None:
    path = save(tmp_path / "a.png", "RGB", (1, 2, 3))
    assert load_image(tmp_path / "gone.png", path.read_bytes()).getpixel((0, 0)) == (1, 2, 3)
    with pytest.raises(ImageError, match=r"gone\.png"):
        load_image(tmp_path / "gone.png", path.read_bytes()[:40])


def test_numbers_without_a_range_are_refused() -> None:
    with pytest.raises(ImageError, match="no fixed range"):
        to_rgb(Image.new("F", (2, 2)))


def test_ranges_are_mapped_onto_each_other() -> None:
    values = torch.tensor([0.0, 0.25, 1.0])
    assert to_signed(values).tolist() == [-1.0, -0.5, 1.0]
    assert from_signed(to_signed(values)).tolist() == values.tolist()


def test_values_outside_the_range_are_clamped_and_others_rounded() -> None:
    image = torch.tensor([-0.5, 0.5, 1.5])[:, None, None]  # (3, 1, 1)
    assert to_pil(image).getpixel((0, 0)) == (0, 128, 255)


def test_pictures_become_tensors_and_back_exactly() -> None:
    image = Image.effect_noise((7, 5), 80).convert("RGB")
    tensor = to_tensor(image)
    assert tensor.shape == (1, 3, 5, 7)
    assert to_pil(tensor[0]).tobytes() == image.tobytes()


def test_fit_crops_and_never_stretches() -> None:
    image = Image.new("RGB", (100, 50))
    image.paste((255, 255, 255), (40, 15, 60, 35))  # a square in the middle
    found = to_tensor(fit(image, 50, 50))[0, 0] > 0.5
    assert found.any(dim=0).sum() == found.any(dim=1).sum() == 20


def test_sizes_round_up_to_multiples() -> None:
    assert [round_up(size, 16) for size in (1, 16, 17)] == [16, 16, 32]
