"""The recipe of a film, inside it and inside its frames: that of a picture, and the script."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vqclip.animation.animation import Animation
from vqclip.animation.animationfile import DEFAULTS, resolve
from vqclip.animation.script import Script
from vqclip.config.layers import Assignment
from vqclip.config.option import plain
from vqclip.errors import Mistakes, OutputError
from vqclip.files.jsontable import JsonTable
from vqclip.film.filmreader import recipe_text
from vqclip.film.formats import WITH_SOUND
from vqclip.outputs.recipe import Recipe, embedded_text

KEY = "animation"


@dataclass(frozen=True)
class FilmRecipe:
    """What a film was made from.

    Attributes:
        animation: with its seed.
        recipe: as of a picture: its configuration is that of all frames.
        sounds: SHA-256 of every audio file, by its path.
    """

    animation: Animation
    recipe: Recipe
    sounds: Mapping[str, str] = field(default_factory=dict)

    def to_json(self, frame: int | None = None) -> str:
        """Return one line of JSON, the same for the same recipe.

        Args:
            frame: the number of a frame; None: of the whole film.
        """
        content: dict[str, Any] = json.loads(self.recipe.to_json())
        content |= self.animation.to_dict() | {"config": content["config"]}
        if self.sounds:
            content["sounds"] = dict(self.sounds)
        if frame is not None:
            content["frame"] = frame
        return json.dumps(content, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, origin: str) -> FilmRecipe:
        """Read what `to_json` wrote, checked like any animation; the sounds are not heard yet.

        Raises:
            OutputError: it is not the recipe of a film.
            ConfigError: a key or value in it is not allowed.
        """
        recipe = Recipe.from_json(text, origin)
        try:
            table = JsonTable.parse(text)
            script = dict(JsonTable.of(table.content.get(KEY), KEY).content)
            sounds = table.text_table("sounds")
            stride = JsonTable.of(script).whole("stride", 1)
        except ValueError as error:
            raise OutputError(f"the recipe in {origin} is damaged: {error}") from error
        script.pop("stride", None)
        read, config = resolve(_assignments(script, recipe, origin), Mistakes())
        return cls(Animation(read, config, stride=max(1, stride)), recipe, sounds)

    def changed(self, changes: Sequence[Assignment], origin: str) -> Animation:
        """Return the animation with other values of some keys; its sounds are not heard yet.

        Args:
            changes: keys of the script, or of the configuration.
            origin: the file of the recipe.

        Raises:
            ConfigError: with every mistake in the changes.
        """
        own = _assignments(plain(self.animation.script), self.recipe, origin)
        script, config = resolve([*own, *changes], Mistakes())
        return Animation(script, config, stride=self.animation.stride)


def _assignments(script: Mapping[str, Any], recipe: Recipe, origin: str) -> list[Assignment]:
    """Return the keys of a script, and the settings of its pictures, as assignments."""
    keys = {**script, "first_steps": recipe.config.steps}
    settings = {f"{DEFAULTS}.{key}": value for key, value in plain(recipe.config).items()}
    del settings[f"{DEFAULTS}.steps"]
    return [Assignment(key, value, origin) for key, value in {**keys, **settings}.items()]


def is_film_recipe(text: str) -> bool:
    """Return whether a recipe is that of a film or of one of its frames."""
    try:
        return JsonTable.parse(text).has(KEY)
    except ValueError:
        return False


def sounds_of(script: Script) -> tuple[str, ...]:
    """Return the paths of the audio files of a script, each once."""
    driving = [own.sound.path for own in script.tracks().values() if own.sound is not None]
    heard = [] if script.sound is None else [script.sound]
    return tuple(dict.fromkeys([*driving, *heard]))


def recipe_text_of(path: Path) -> str:
    """Return the recipe that a film, a frame of one, or a picture carries; empty: none.

    Raises:
        ConfigError: PyAV is missing.
        FilmError: it is no film.
        ImageError: it is no picture.
    """
    if path.suffix.lower().removeprefix(".") in (*WITH_SOUND, "gif"):
        return recipe_text(path)
    return embedded_text(path) or ""


def read_film_recipe(path: Path) -> FilmRecipe:
    """Read the recipe of a film, or of a frame of one.

    Raises:
        ConfigError: PyAV is missing, or the recipe asks for what this version does not know.
        FilmError: it is no film.
        ImageError: it is no picture.
        OutputError: there is no recipe in it, or one that is not of an animation.
    """
    text = recipe_text_of(path)
    if not text:
        raise OutputError(f"{path} holds no recipe: it was not made by vqclip, or was re-saved")
    if not is_film_recipe(text):
        raise OutputError(f"{path} holds a recipe, but not that of an animation")
    return FilmRecipe.from_json(text, str(path))
