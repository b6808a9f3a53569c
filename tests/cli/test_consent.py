"""Recipes of strangers: what they ask for is named, and happens only where the user allows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image

from vqclip.config.destination import OutputConfig
from vqclip.files.images import load_image
from vqclip.machine.device import Processor, own_processor
from vqclip.outputs import recipe as recipes
from vqclip.outputs.checkpoint import Checkpoint
from vqclip.outputs.recipe import Recipe


def forged(path: Path, target: Path, **settings: object) -> Path:
    """Copy a picture with other settings in its recipe."""
    own = json.loads(recipes.read(path).to_json())
    own["config"] |= settings
    recipe = Recipe.from_json(json.dumps(own), "forged")
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(recipes.encode(load_image(path), recipe, format="png", quality=90))
    return target


@pytest.fixture(autouse=True)
def _same_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def picture(command_line, pair) -> Path:
    """A picture in the folder `outputs` of the current one."""
    code, out, err = command_line("generate", "a fox", "-q", *pair)
    assert code == 0, err
    return Path(out.strip())


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"vqgan": "hf-hub:stranger/repo/model.ckpt"}, "hf-hub:stranger/repo/model.ckpt"),
        ({"perceptors": ["hf-hub:stranger/repo"]}, "hf-hub:stranger/repo"),
        ({"vqgan": "/nowhere/model.ckpt"}, "/nowhere/model.ckpt, which do not exist"),
        ({"perceptors": ["local-dir:/nowhere"]}, "local-dir:/nowhere, which do not exist"),
    ],
)
def test_models_of_strangers_are_named_and_not_downloaded(
    command_line, picture, monkeypatch, settings, name
) -> None:
    monkeypatch.setenv("VQCLIP_OFFLINE", "1")
    code, out, err = command_line("replay", str(forged(picture, Path("x.png"), **settings)), "-q")
    assert (code, out) == (2, "")
    assert name in err
    assert len(err.splitlines()) == 1
    assert ("--download" in err) == ("hf-hub" in name)


def test_with_the_users_word_a_model_is_downloaded(command_line, picture, monkeypatch) -> None:
    monkeypatch.setenv("VQCLIP_OFFLINE", "1")
    path = forged(picture, Path("x.png"), vqgan="hf-hub:stranger/repo/model.ckpt")
    code, _, err = command_line("replay", str(path), "-q", "--download")
    assert code == 2
    assert "the network is switched off" in err  # the download was tried


def test_a_name_of_the_user_needs_no_further_word(command_line, picture, pair) -> None:
    path = forged(picture, Path("x.png"), vqgan="hf-hub:stranger/repo/model.ckpt")
    vqgan = next(word for word in pair if word.startswith("vqgan="))
    code, out, err = command_line("replay", str(path), "-q", vqgan, "-o", "again")
    assert code == 0, err
    assert load_image(Path(out.strip())).tobytes() == load_image(picture).tobytes()


def test_pictures_are_recorded_found_again_and_compared(command_line, pair, tmp_path) -> None:
    Image.new("RGB", (40, 30), (200, 30, 40)).save("init.png")
    Image.new("RGB", (40, 30), (20, 30, 240)).save("aim.png")
    words = ["--init-image", "init.png", "--image-prompt", "aim.png"]
    code, out, err = command_line("generate", "a fox", "-q", *pair, *words)
    assert code == 0, err
    first = Path(out.strip())
    assert list(recipes.read(first).pictures) == ["init.png", "aim.png"]
    code, out, err = command_line("replay", str(first), "-q", "-o", "again")
    assert (code, err) == (0, "")
    assert Path(out.strip()).read_bytes() == first.read_bytes()

    for name in ("init.png", "aim.png"):  # moved beside the picture
        Path(name).rename(first.parent / name)
    code, out, err = command_line("replay", str(first), "-q", "-o", "again")
    assert (code, err) == (0, "")
    assert load_image(Path(out.strip())).tobytes() == load_image(first).tobytes()

    Image.new("RGB", (40, 30)).save(first.parent / "init.png")
    code, _, err = command_line("replay", str(first), "-q", "-o", "again")
    assert code == 0
    assert err == "note: pictures have changed (init.png); the picture will differ\n"

    (first.parent / "init.png").rename("init.png")
    code, _, err = command_line("replay", str(first), "-q", "-o", "again")
    assert code == 2
    assert "'init.png'" in err
    assert "--yes" in err
    code, _, err = command_line("replay", str(first), "-q", "-o", "again", "--yes")
    assert (code, "have changed" in err) == (0, True)
    code, _, err = command_line("replay", str(first), "-q", "-o", "again", "start.image=init.png")
    assert (code, err) == (0, "")


def test_the_picture_of_a_neighbour_is_not_in_a_recipe(command_line, pair) -> None:
    Image.new("RGB", (40, 30)).save("aim.png")
    Path("s.yaml").write_text(
        "jobs:\n- {prompts: a fox}\n- {prompts: [{image: aim.png}]}\n", encoding="utf-8"
    )
    code, _, err = command_line("series", "s.yaml", "-q", *pair)
    assert code == 0, err
    found = [recipes.read(path) for path in Path("outputs/s").glob("*_s0_*.png")]
    assert sorted(list(recipe.pictures) for recipe in found) == [[], ["aim.png"]]


def test_the_processor_is_recorded_and_its_threads_are_used(command_line, picture) -> None:
    recipe = recipes.read(picture)
    assert recipe.processor == own_processor()
    other = Recipe(
        recipe.config, recipe.models, recipe.versions, "cpu", {}, Processor(10**6, "vax")
    )
    Path("x.png").write_bytes(recipes.encode(load_image(picture), other, format="png", quality=90))
    code, _, err = command_line("replay", "x.png", "-q", "-o", "again")
    assert code == 0
    assert f"a CPU of kind 'vax', not '{own_processor().kind}' and by 1000000 threads" in err


def test_threads_of_a_recipe_are_adopted(command_line, picture, monkeypatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    recipe = recipes.read(picture)
    two = Processor(2, own_processor().kind)
    again = Recipe(recipe.config, recipe.models, recipe.versions, "cpu", {}, two)
    Path("x.png").write_bytes(recipes.encode(load_image(picture), again, format="png", quality=90))
    code, out, err = command_line("replay", "x.png", "-q", "-o", "again")
    assert (code, err) == (0, "")
    assert torch.get_num_threads() == 2
    assert recipes.read(Path(out.strip())).processor == two


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"vqgan": "hf-hub:stranger/repo/model.ckpt"}, "--download"),
        ({"start": {"image": "/etc/hostname"}}, "--yes"),
        ({"start": {"image": "/nowhere.png"}}, "does not exist"),
    ],
)
def test_a_checkpoint_asks_like_a_recipe(
    command_line, picture, monkeypatch, settings, problem
) -> None:
    monkeypatch.setenv("VQCLIP_OFFLINE", "1")
    own = json.loads(recipes.read(picture).to_json())
    own["config"] |= settings
    recipe = Recipe.from_json(json.dumps(own), "forged")
    names, output = ("x.png",), OutputConfig()
    Checkpoint((recipe,), names, output, {"step": 0}).write(Path("y/x.checkpoint"))
    code, out, err = command_line("resume", "y", "-q")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert problem in err
    assert [path.name for path in Path("y").iterdir()] == ["x.checkpoint"]


def test_hours_are_announced_and_need_the_users_word(command_line, picture, monkeypatch) -> None:
    path = forged(picture, Path("x.png"), steps=1_000_000)
    monkeypatch.setattr("vqclip.runs.duration.LONG", 1)
    code, out, err = command_line("replay", str(path), "-q", "-o", "again")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "1,000,000 steps" in err
    assert "--yes draws it" in err
    assert not Path("again").exists()
    code, _, err = command_line("replay", str(path), "-q", "-o", "again", "steps=1", "--yes")
    assert code == 0, err
