"""Sizes in words: what they stand for, and how they replace the size before."""

from __future__ import annotations

import pytest

from vqclip.config.layers import Assignment, load_config, merge
from vqclip.config.size import MOST_TIMES, SHAPES, scaled_to, sides
from vqclip.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "width", "height"),
    [
        ("512", 512, 512),
        ("640x360", 640, 360),
        (" 64 X 32 ", 64, 32),
        ("64×32", 64, 32),
        ("2x", 256, 128),
        ("1.5x", 192, 96),
        ("16:9@720", 1280, 720),
        ("9:16@720", 720, 1280),
        ("2.35:1@100", 236, 100),
        ("square@1M", 1000, 1000),
        ("3:2@1M", 1224, 816),
        ("a4@210", 210, 296),
        ("a4-landscape@210", 296, 210),
        ("2:1@20k", 200, 100),
    ],
)
def test_sizes_in_words(text: str, width: int, height: int) -> None:
    assert sides(text, 128, 64) == (str(width), str(height))


@pytest.mark.parametrize("shape", [*SHAPES, "16:9", "7:5", "a4-landscape"])
def test_a_ratio_has_as_many_pixels_as_the_size_before(shape: str) -> None:
    width, height = map(int, sides(shape, 400, 300))
    assert width * height == pytest.approx(400 * 300, rel=0.01)
    assert width % 2 == height % 2 == 0


@pytest.mark.parametrize(
    "text",
    ["96x", "x96", "9.5", "big", "-3", "1x2x3", "0:1", "16:9@", "16:9@1G", "a9", "", "16:9:4"],
)
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="WIDTHxHEIGHT"):
        sides(text, 128, 128)
    assert MOST_TIMES < 96


def test_one_number_enlarges_the_shorter_side() -> None:
    assert scaled_to("1024", 200, 100) == ("2048", "1024")
    assert scaled_to("1024", 100, 100) == ("1024", "1024")
    assert scaled_to("2x", 200, 100) == ("400", "200")
    assert scaled_to("1M", 200, 100) == ("1414", "708")


def test_size_is_a_key_that_follows_the_layers_below() -> None:
    config = merge([Assignment("width", "400", "a"), Assignment("height", "300", "a")])
    assert (config.width, config.height) == (400, 300)
    wide = load_config(
        assignments=[
            Assignment("width", "400", ""),
            Assignment("height", "100", ""),
            Assignment("size", "square", ""),
        ]
    )
    assert (wide.width, wide.height) == (200, 200)


def test_mistakes_name_where_the_size_was_written() -> None:
    with pytest.raises(ConfigError, match=r"^--size a: a size is .* did you mean 'a\d'"):
        merge([Assignment("size", "a", "--size a")])
    with pytest.raises(ConfigError, match=r"^--size 3: width: 3 is out of range"):
        merge([Assignment("size", "3", "--size 3")])
