"""The Python functions of the package."""

from __future__ import annotations

import pytest
from PIL import Image

import vqclip
from vqclip.errors import ConfigError
from vqclip.outputs import recipe


def settings_of(pair: list[str]) -> dict[str, object]:
    table = dict(word.split("=", 1) for word in pair)
    clip = table["perceptors"].strip("[]")
    return {
        "vqgan": table["vqgan"],
        "perceptors": [clip],
        "width": 20,
        "height": 16,
        "steps": 3,
        "cutouts": {"count": 2},
        "start": {"candidates": 2, "candidate_steps": 1},
    }


def test_generate_returns_a_picture(pair) -> None:
    image = vqclip.generate("a fox", **settings_of(pair))
    assert isinstance(image, Image.Image)
    assert recipe.Recipe.from_json(image.info["vqclip"], "picture") == image.recipe
    assert image.size == (20, 16)


def test_prepare_iterates(pair) -> None:
    run = vqclip.prepare("a fox | fog:-1", styles=["oil"], **settings_of(pair))
    steps = [iterate.step for iterate in run]
    assert steps == [1, 2, 3]
    assert run.images().shape == (1, 3, 16, 20)


def test_mistakes_and_warnings_reach_the_caller(pair) -> None:
    with pytest.raises(ConfigError) as caught:
        vqclip.generate("", stpes=3, cutouts={"cont": 1})
    assert len(caught.value.messages) == 3
    with pytest.warns(UserWarning, match="not seen"):
        vqclip.prepare("word " * 15, **settings_of(pair))


def test_public_names_exist_and_no_others() -> None:
    for name in vqclip.__all__:
        assert getattr(vqclip, name)
    with pytest.raises(AttributeError, match="no attribute 'draw'"):
        vqclip.draw  # noqa: B018


def test_settings_of_python_are_named_without_an_origin() -> None:
    with pytest.raises(ConfigError) as caught:
        vqclip.prepare("a fox", stpes=3, cutouts={"count": 0})
    assert caught.value.messages == (
        "unknown key 'stpes'; did you mean 'steps'?",
        "cutouts.count: 0 is out of range: allowed is from 1 to 4096",
    )


def test_a_painter_keeps_its_models_and_its_pictures_their_recipes(pair, tmp_path) -> None:
    settings = settings_of(pair)
    painter = vqclip.Painter(progress=False, **{**settings, "width": 24})
    first = painter.generate("a fox", seed=3, size="20x16")
    assert (first.size, first.recipe.config.seed) == ((20, 16), 3)
    first.save(tmp_path / "fox.webp", quality=100)
    assert recipe.read(tmp_path / "fox.webp") == first.recipe
    again = painter.replay(tmp_path / "fox.webp")
    assert again.tobytes() == first.tobytes()
    assert "1 loaded" in repr(painter)
    first.convert("L").save(tmp_path / "gray.png")  # other images are as ever


def test_a_drawing_tells_its_state_and_callbacks_end_it(pair, tmp_path) -> None:
    drawing = vqclip.Painter(progress=False, **settings_of(pair)).prepare("a fox")
    assert (len(drawing), drawing.step) == (3, 0)
    seen = []
    picture = drawing.run(
        progress=False, callbacks=[lambda iterate, own: seen.append(iterate.step) or own.step == 2]
    )
    assert seen == [1, 2]
    assert repr(drawing).startswith("<'a fox', seed 0, 20x16, step 2/3, loss ")
    assert drawing._repr_png_().startswith(b"\x89PNG")
    drawing.save(tmp_path / "fox.png")
    assert recipe.read(tmp_path / "fox.png") == picture.recipe


def test_a_series_of_a_file(plan_of, tmp_path) -> None:
    plan_of("matrix:\n  subjects: [a fox]\n  seeds: 0-1\n")  # writes the file
    paths = vqclip.draw_series(
        tmp_path / "many.yaml", output=tmp_path / "out", progress=False, steps=2
    )
    assert [path.parent for path in paths] == [tmp_path / "out"] * 2
    assert all(recipe.read(path).config.steps == 2 for path in paths)
