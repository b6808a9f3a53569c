"""`upscale`: a picture drawn on at a larger size, by its own recipe."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from vqclip.outputs import recipe as recipes


@pytest.fixture
def picture(command_line, pair) -> Path:
    """A picture of 20 x 16 pixels that was drawn here."""
    _, out, _ = command_line("generate", "a fox", "-q", *pair)
    return Path(out.strip())


def test_a_picture_is_drawn_on_larger_and_replays(command_line, picture) -> None:
    code, out, err = command_line(
        "upscale", str(picture), "--to", "32", "-q", "-o", "large", "--steps", "2"
    )
    assert code == 0, err
    large = Path(out.strip())
    with Image.open(large) as image:
        assert image.size == (40, 32)
    config = recipes.read(large).config
    assert (config.start.image, config.steps, config.start.candidates) == (str(picture), 2, 1)
    assert [prompt.content for prompt in config.prompts] == ["a fox"]
    code, out, err = command_line("replay", str(large), "-q", "-o", "again")
    assert code == 0, err
    assert Path(out.strip()).read_bytes() == large.read_bytes()
    # It is the same picture: nearer to the enlarged one than to another seed's.
    with Image.open(picture) as small, Image.open(large) as image:
        enlarged = small.resize((40, 32), Image.Resampling.BICUBIC)
        difference = sum(
            abs(a - b) for a, b in zip(enlarged.tobytes(), image.tobytes(), strict=True)
        )
        assert difference / len(image.tobytes()) < 60


def test_settings_may_follow(command_line, picture) -> None:
    words = ["--steps", "1", "losses.keep_init=0", "size=60x48", "-q", "-o", "large"]
    code, out, err = command_line("upscale", str(picture), *words)
    assert code == 0, err
    with Image.open(out.strip()) as image:
        assert image.size == (60, 48)


@pytest.mark.parametrize(
    ("to", "part"),
    [
        ("16", "20x16 is not larger than 20x16"),
        ("8", "10x8 is not larger than 20x16"),
        ("big", "a size is WIDTHxHEIGHT"),
        ("9000", "out of range: allowed is from 16 to 8192"),
    ],
)
def test_sizes_that_are_not_larger_are_one_sentence(command_line, picture, to, part) -> None:
    code, out, err = command_line("upscale", str(picture), "--to", to, "-q")
    assert (code, out) == (2, "")
    assert part in err


def test_what_is_no_picture_of_ours_is_refused(command_line, tmp_path) -> None:
    Image.new("RGB", (8, 8)).save("plain.png")
    for name in ("plain.png", "missing.png"):
        code, _, err = command_line("upscale", name, "-q")
        assert code == 2
        assert name in err
