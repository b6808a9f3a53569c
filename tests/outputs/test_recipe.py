"""Recipes: what a picture says of itself, in every format, and what older pictures say."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from tests.conftest import small_config
from vqclip.config.job import RETIRED, SKETCH
from vqclip.config.layers import Assignment, merge
from vqclip.config.option import plain
from vqclip.config.prompt import Prompt
from vqclip.config.schema import Config
from vqclip.config.sections import StartConfig
from vqclip.config.values import Augmentation, PerceptorChoice, Schedule, augmentation
from vqclip.errors import ConfigError, ImageError, OutputError
from vqclip.files.images import load_image, to_tensor
from vqclip.outputs import recipe as recipes
from vqclip.outputs.recipe import Recipe

BEFORE = Path(__file__).parent / "before.png"
"""Made by `vqclip generate "a red star | fog:-0.3" --style oil --seed 7` in version 0.1."""
FIRST = Path(__file__).parent / "first.png"
"""The same, made by `vqclip replay` in version 1.0."""
TOLERANCE = 4 / 255
"""Mean difference of a channel: another CPU rounds otherwise."""


def sample(**changes) -> Recipe:
    config = small_config(prompts=["a café — <&>", "fog:-0.3"], **changes)
    return Recipe(config, {"vqgan tiny": "0" * 64}, recipes.versions(), "cpu")


def encoded(recipe: Recipe, tmp_path: Path, format: str) -> Path:
    path = tmp_path / f"picture.{format}"
    image = Image.new("RGB", (16, 16), (200, 30, 40))
    path.write_bytes(recipes.encode(image, recipe, format=format, quality=90))
    return path


@pytest.mark.parametrize("format", ["png", "jpg", "webp"])
def test_a_recipe_is_read_back_from_every_format(tmp_path, format) -> None:
    recipe = sample(latent__noise={0: 0.3, 1: 0}, losses__keep_init=0.5)
    path = encoded(recipe, tmp_path, format)
    assert recipes.read(path) == recipe
    assert b"trainedAlgorithmicMedia" in path.read_bytes()


def test_a_picture_is_described_by_its_prompts(tmp_path) -> None:
    with Image.open(encoded(sample(), tmp_path, "jpg")) as image:
        assert image.getexif()[ExifTags.Base.ImageDescription] == "a caf? ? <&> | fog:-0.3"
    with Image.open(encoded(sample(), tmp_path, "png")) as image:
        assert "a café — &lt;&amp;&gt; | fog:-0.3" in image.info[recipes.XMP_KEYWORD]


def test_a_recipe_says_nothing_of_places(tmp_path) -> None:
    recipe = sample(output__folder="/home/me", model_dir="/home/me/models")
    text = recipe.to_json()
    assert "/home/me" not in text
    assert "model_dir" not in json.loads(text)["config"]
    assert text == sample(output__folder="elsewhere").to_json()


@pytest.mark.parametrize(
    "places",
    [
        {"output": {"folder": "../esc", "overwrite": True, "save_every": 1, "trace": True}},
        {"output.folder": "../esc", "output.checkpoint_every": 1, "model_dir": "/stranger"},
    ],
)
def test_places_never_come_from_a_recipe(tmp_path, places) -> None:
    content = json.loads(sample().to_json())
    content["config"] |= places
    read = Recipe.from_json(json.dumps(content), "picture.png").config
    defaults = Config()
    assert read.output == replace(defaults.output, format=read.output.format)
    assert read.model_dir is None


def test_a_recipe_can_be_changed(tmp_path) -> None:
    found = recipes.read(encoded(sample(), tmp_path, "png"))
    settings = found.assignments("picture.png")
    changed = merge([*settings, Assignment("steps", "9", "steps=9")])
    assert (changed.steps, changed.prompts) == (9, found.config.prompts)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", OutputError),
        ("[]", OutputError),
        ("{}", OutputError),
        ('{"config": 3, "models": {}, "versions": {}, "device": "cpu"}', OutputError),
        ('{"config": {"stpes": 3}, "models": {}, "versions": {}, "device": "cpu"}', ConfigError),
    ],
)
def test_a_damaged_recipe_is_named(text, error) -> None:
    with pytest.raises(error, match=r"picture\.png"):
        Recipe.from_json(text, "picture.png")


def test_a_picture_without_a_recipe_is_refused(tmp_path) -> None:
    buffer = BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    (tmp_path / "a.png").write_bytes(buffer.getvalue())
    with pytest.raises(OutputError, match="holds no recipe"):
        recipes.read(tmp_path / "a.png")
    with pytest.raises(ImageError, match="there is no picture"):
        recipes.read(tmp_path / "b.png")
    (tmp_path / "c.png").write_bytes(buffer.getvalue()[:40])
    with pytest.raises(ImageError, match="cannot be read|can be read"):
        recipes.read(tmp_path / "c.png")


def test_a_picture_made_before_says_what_it_was_made_of() -> None:
    recipe = recipes.read(BEFORE)
    with Image.open(BEFORE) as image:
        table = json.loads(image.info[recipes.KEYWORD])
    for key in RETIRED:
        del table["config"]["start"][key]
    table["config"]["start"] |= {key: plain(StartConfig())[key] for key in SKETCH}
    assert json.loads(recipe.to_json()) == table
    config = recipe.config
    assert config.prompts == (
        Prompt("an oil painting of a red star"),
        Prompt("fog", weight=-0.3),
        Prompt("an oil painting", weight=0.3),
    )
    assert (config.seed, config.steps, config.width) == (7, 3, 32)
    assert config.latent.noise == Schedule(((0.0, 0.2), (1.0, 0.0)))
    assert config.augmentations == (augmentation("flip"), Augmentation("affine", strength=0.2))
    assert config.perceptors == (PerceptorChoice("mini", 2),)


def test_a_picture_is_drawn_again_as_it_was(command_line, tmp_path) -> None:
    code, out, err = command_line("replay", str(FIRST), "-o", str(tmp_path), "-q")
    assert code == 0, err
    assert "weights have changed" not in err, "the small pair is another one: make the picture anew"
    (path,) = map(Path, out.split())
    before, now = (to_tensor(load_image(file)) for file in (FIRST, path))
    assert recipes.read(path).config == recipes.read(FIRST).config
    assert (before - now).abs().mean() < TOLERANCE
    assert (before - now.flip(-1)).abs().mean() > TOLERANCE


def test_a_picture_that_began_in_the_bank_says_that_there_is_none(command_line, tmp_path) -> None:
    code, _, err = command_line("replay", str(BEFORE), "-o", str(tmp_path), "-q")
    assert code == 0, err
    assert "this version has no bank mini; the picture will differ" in err


def test_an_earlier_picture_begins_as_it_did_without_the_bank() -> None:
    table = json.loads(Recipe(Config(), {"vqgan mini": "0" * 64}, {}, "cpu").to_json())

    def kind_of(kind: str, bank: bool, keys: dict[str, object]) -> str:
        start = {"image": None, "kind": kind, **keys}
        models = {**table["models"], **({"bank mini": "1"} if bank else {})}
        text = json.dumps({**table, "models": models, "config": {"start": start, "vqgan": "mini"}})
        return Recipe.from_json(text, "x").config.start.kind

    before = {"pool": 8, "recolor": 3}
    assert kind_of("auto", False, before) == "smooth"
    assert kind_of("auto", True, before) == kind_of("nearest", True, before) == "auto"
    assert kind_of("codes", False, before) == "codes"
    assert kind_of("auto", False, {"sketches": 6}) == "auto"


def test_the_palette_of_a_recipe_is_never_read_from_a_file(tmp_path) -> None:
    (tmp_path / "colors.txt").write_text("#000\n#fff\n")
    table = json.loads(Recipe(Config(), {}, {}, "cpu").to_json())
    table["config"]["palette"] = str(tmp_path / "colors.txt")
    with pytest.raises(OutputError, match="a recipe holds its colors, never a file"):
        Recipe.from_json(json.dumps(table), "x")
    table["config"]["palette"] = ["#000000", "#ffffff"]
    assert Recipe.from_json(json.dumps(table), "x").config.palette
