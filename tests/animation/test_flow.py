"""Optical flow: a picture that is shifted by known pixels, and where it is trusted."""

from __future__ import annotations

import pytest
import torch
from PIL import Image, ImageChops

from vqclip.animation import flow as flows
from vqclip.animation.flow import check_flow, flow_between, moved, trust
from vqclip.errors import ConfigError
from vqclip.files.images import to_tensor


def texture(seed: int = 0, side: int = 96) -> Image.Image:
    generator = torch.Generator().manual_seed(seed)
    cells = torch.randint(256, (12, 12, 3), generator=generator, dtype=torch.uint8)
    image = Image.frombytes("RGB", (12, 12), bytes(cells.flatten().tolist()))
    return image.resize((side, side), Image.Resampling.BICUBIC)


def test_the_flow_of_a_shift_is_the_shift() -> None:
    before = texture()
    after = ImageChops.offset(before, 5, -3)  # 5 pixels to the right, 3 up
    found = flow_between(before, after)[20:-20, 20:-20]
    assert found[..., 0].median() == pytest.approx(-5, abs=0.3)
    assert found[..., 1].median() == pytest.approx(3, abs=0.3)


def test_a_picture_moves_along_with_the_flow() -> None:
    before = texture()
    after = ImageChops.offset(before, 5, -3)
    flow = torch.tensor([-5.0, 3.0]).expand(96, 96, 2)
    inside = (slice(None), slice(None), slice(10, -10), slice(10, -10))
    torch.testing.assert_close(
        moved(to_tensor(before), flow)[inside], to_tensor(after)[inside], atol=1e-5, rtol=0
    )


def test_nothing_moves_without_flow() -> None:
    image = to_tensor(texture())
    torch.testing.assert_close(moved(image, torch.zeros(96, 96, 2)), image, atol=1e-5, rtol=0)


def test_a_flow_is_trusted_where_it_explains_the_frame_and_not_after_a_cut() -> None:
    before, cut = texture(0), texture(1)
    after = ImageChops.offset(before, 2, 0)
    assert trust(before, after, flow_between(before, after)).median() > 0.9
    assert trust(before, cut, torch.zeros(96, 96, 2)).mean() < 0.2
    assert trust(before, before, torch.zeros(96, 96, 2)).min() == 1


def test_missing_opencv_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"OpenCV: pip install 'vqclip\[video\]'.*--no-flow"):
        check_flow()
