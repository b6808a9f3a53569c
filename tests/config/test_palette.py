"""Palettes: colors from lists, names, files and pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from vqclip.config.layers import merge, parse_override
from vqclip.config.palette import NAMED, Palette, color_of, palette
from vqclip.config.schema import Config
from vqclip.errors import ConfigError

RGB = ((0, 0, 0), (255, 0, 0), (255, 255, 255))


def test_a_list_on_the_command_line() -> None:
    config = merge([parse_override("palette=[#000000,#f00, white]")])
    assert config.palette == Palette(RGB)
    assert config.to_dict()["palette"] == ["#000000", "#ff0000", "#ffffff"]
    assert palette(config.to_dict()["palette"]) == config.palette
    assert "palette" not in Config().to_dict()


@pytest.mark.parametrize("text", ["#000,red,white", "000000, ff0000 ,ffffff", "black,#f00,#fff"])
def test_a_text_with_commas(text: str) -> None:
    assert palette(text).colors == RGB


@pytest.mark.parametrize("name", NAMED)
def test_every_name_is_a_palette(name: str) -> None:
    assert len(palette(name).colors) == len(NAMED[name].split())


def test_files_of_palettes(tmp_path: Path) -> None:
    files = {
        "a.hex": b"000000\nff0000\nffffff\n",
        "a.gpl": b"GIMP Palette\nName: x\n#\n  0   0   0 black\n255 0 0\tred\n255 255 255 white\n",
        "a.pal": b"JASC-PAL\n0100\n3\n0 0 0\n255 0 0\n255 255 255\n",
        "a.act": bytes([0, 0, 0, 255, 0, 0, 255, 255, 255]).ljust(768, b"\0") + b"\0\3\xff\xff",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        assert palette(str(tmp_path / name)).colors == RGB


def test_colors_of_a_picture(tmp_path: Path) -> None:
    image = Image.new("RGB", (9, 4), (255, 255, 255))
    image.paste((255, 0, 0), (0, 0, 3, 4))
    image.paste((0, 0, 0), (3, 0, 4, 4))
    image.save(tmp_path / "flag.png")
    commonest = ((255, 255, 255), (255, 0, 0), (0, 0, 0))
    assert palette(f"from {tmp_path / 'flag.png'}").colors == commonest
    assert palette(str(tmp_path / "flag.png")).colors == commonest
    assert len(palette(f"from {tmp_path / 'flag.png'} 2").colors) == 2


def test_colors() -> None:
    assert color_of("#0f8") == (0, 255, 136)
    assert color_of("Navy") == (0, 0, 128)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (["#000"], "2 to 256 different colors, not 1"),
        (["#000", "black"], "not 1"),
        ("gamebuoy", "did you mean 'gameboy'"),
        (["#000", "bleu"], "'bleu' is no color"),
        ("missing.hex", "there is no palette or picture missing.hex"),
        ("from missing.png", "there is no palette or picture missing.png"),
        ({"a": 1}, "is colors, a name or a file"),
        ([f"#{k:06x}" for k in range(257)], "not 257"),
    ],
)
def test_what_is_no_palette_is_refused(value: object, part: str) -> None:
    with pytest.raises(ConfigError, match=part):
        palette(value)


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    for name, content in {
        "a.act": b"1234",
        "a.gpl": b"300 0 0\n0 0 0\n",
        "a.hex": b"zz\n",
        "a.png": b"not a picture",
        "b.hex": b"\xff\xfe",
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ConfigError, match=name):
            palette(str(tmp_path / name))
