"""Recipes of films."""

from __future__ import annotations

import json

import pytest

from tests.animation.test_filmstage import make  # noqa: F401  (a fixture)
from vqclip.animation.filmrecipe import FilmRecipe, is_film_recipe, sounds_of
from vqclip.config.layers import Assignment
from vqclip.errors import ConfigError, OutputError
from vqclip.machine.device import Processor
from vqclip.outputs.recipe import Recipe


def recipe(animation) -> FilmRecipe:
    versions = {"vqclip": "1"}
    own = Recipe(animation.config, {"vqgan": "ab"}, versions, "cpu", {}, Processor(2, "x86"))
    return FilmRecipe(animation, own, {"song.wav": "cd"})


CHANGES = {
    "motion__x": {"audio": "song.wav", "band": [60, 90], "scale": 4},
    "motion__rotate": {"0": 0, "5f": [3, "cosine"]},
    "loop": True,
    "seconds": None,
}


def test_what_is_written_reads_back(make) -> None:  # noqa: F811
    animation = make(seed=7, **CHANGES)
    first = recipe(animation)
    found = FilmRecipe.from_json(first.to_json(), "film.mp4")
    assert found.animation.to_dict() == animation.to_dict()
    assert found.animation.script == animation.script
    assert (found.sounds, found.recipe.models) == ({"song.wav": "cd"}, {"vqgan": "ab"})
    assert found.to_json() == first.to_json()
    preview = FilmRecipe.from_json(recipe(animation.preview()).to_json(), "film.mp4")
    assert preview.animation.stride == 10
    assert sounds_of(animation.script) == ("song.wav",)


def test_a_frame_carries_its_number(make) -> None:  # noqa: F811
    text = recipe(make()).to_json(5)
    assert json.loads(text)["frame"] == 5
    assert is_film_recipe(text)
    assert not is_film_recipe("{}")
    assert not is_film_recipe("no json")


def test_a_film_is_drawn_again_with_changes(make) -> None:  # noqa: F811
    found = recipe(make())
    changes = [Assignment("motion.zoom", "2", "a"), Assignment("cutouts.count", "3", "b")]
    changed = found.changed(changes, "film.mp4")
    assert (changed.move(1).zoom, changed.config.cutouts.count) == (2, 3)
    assert found.changed([], "film.mp4").to_dict() == found.animation.to_dict()
    with pytest.raises(ConfigError, match="unknown key 'colour'"):
        found.changed([Assignment("colour", "2", "a")], "film.mp4")


def test_damaged_recipes_are_refused(make) -> None:  # noqa: F811
    content = json.loads(recipe(make()).to_json())
    del content["animation"]
    with pytest.raises(OutputError, match="damaged"):
        FilmRecipe.from_json(json.dumps(content), "film.mp4")
    content["animation"] = {"zoom": 3}
    with pytest.raises(ConfigError, match="unknown key 'zoom'"):
        FilmRecipe.from_json(json.dumps(content), "film.mp4")
