"""The recipe as other programs read it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PIL import ExifTags, Image

from tests.conftest import small_config
from vqclip.config.prompt import parse_prompts
from vqclip.outputs import recipe as recipes
from vqclip.outputs.parameters import parameters_of

PAIRS = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
"""The web UI's own expression for the last line."""
TEXT = "a café: by the sea | clouds:0.5 | fog:-0.3"


def config_of(text: str = TEXT):
    return replace(small_config(seed=7), prompts=parse_prompts(text))


def test_the_text_is_read_as_the_web_ui_reads_it() -> None:
    text = parameters_of(config_of(), {"vqgan mini": "ab" * 32}, "0.5.0")
    prompt, negative, facts = text.split("\n")
    assert prompt == "a café: by the sea, (clouds:0.5)"
    assert negative == "Negative prompt: (fog:0.3)"
    table = dict(PAIRS.findall(facts))
    assert (table["Steps"], table["Seed"], table["Size"]) == ("4", "7", "16x16")
    assert (table["Model"], table["Model hash"]) == ("mini", "ababababab")
    # Seed 0 is a seed; commas and colons do not end a value.
    other = parameters_of(config_of("a fox"), {"vqgan": "0"}, "a, b: c")
    assert dict(PAIRS.findall(other.split("\n")[-1]))["Version"] == '"vqclip a, b: c"'


@pytest.mark.parametrize("format", ["png", "jpg", "webp"])
def test_files_carry_it_beside_the_recipe(tmp_path, format) -> None:
    config = config_of()
    recipe = recipes.Recipe(config, {"vqgan mini": "ab" * 32}, recipes.versions(), "cpu")
    path = tmp_path / f"a.{format}"
    path.write_bytes(recipes.encode(Image.new("RGB", (8, 8)), recipe, format=format, quality=90))
    with Image.open(path) as image:
        if format == "png":
            text = image.info["parameters"]
        else:
            directory = image.getexif().get_ifd(ExifTags.IFD.Exif)
            text = (
                directory[ExifTags.Base.UserComment].removeprefix(b"UNICODE\0").decode("utf-16-be")
            )
    assert text == parameters_of(config, recipe.models, recipe.versions["vqclip"])
    assert recipes.read(path) == recipe


@pytest.mark.parametrize("format", ["JPEG", "WEBP"])
def test_recipes_of_version_0_4_are_read(tmp_path, format) -> None:
    recipe = recipes.Recipe(config_of(), {"vqgan mini": "0"}, recipes.versions(), "cpu")
    exif = Image.Exif()
    comment = b"UNICODE\0" + recipe.to_json().encode("utf-16-le")
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = comment
    Image.new("RGB", (8, 8)).save(tmp_path / "old", format, exif=exif)
    assert recipes.read(tmp_path / "old") == recipe
