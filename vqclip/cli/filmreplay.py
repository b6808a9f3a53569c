"""Drawing a film again from the recipe inside it, or inside one of its frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vqclip.cli.consent import Consent
from vqclip.errors import Mistakes, VqclipError
from vqclip.files.paths import user_path

if TYPE_CHECKING:
    from vqclip.animation.animation import Animation
    from vqclip.animation.filmrecipe import FilmRecipe
    from vqclip.config.layers import Assignment
    from vqclip.models.load import Models

FILMS = (".mp4", ".webm", ".gif", ".apng")
"""Suffixes of files that are no still pictures."""


def is_film(path: Path) -> bool:
    """Return whether a file holds the recipe of a film, or is none but a film."""
    from vqclip.animation.filmrecipe import is_film_recipe, recipe_text_of

    if path.suffix.lower() in FILMS:
        return True
    try:
        return is_film_recipe(recipe_text_of(path))
    except VqclipError:
        return False


def replay_film(
    path: Path,
    changes: Sequence[Assignment],
    output: str | None,
    consent: Consent,
    *,
    quiet: bool,
) -> None:
    """Draw a film again, with or without changes.

    Args:
        path: of a film, or of a frame.
        changes: to its settings.
        output: the film that is written, or its folder; None: beside the usual pictures.
        consent: what the user allows the recipe.
        quiet: whether to hide the progress bar.

    Raises:
        ConfigError: with every mistake.
        OutputError: there is no recipe of a film in the file.
    """
    from vqclip.animation.filmrecipe import read_film_recipe
    from vqclip.animation.hearing import hear
    from vqclip.cli.filming import FilmJob, draw_films

    found = read_film_recipe(path)
    mistakes = Mistakes()
    animation = mistakes.read(partial(found.changed, changes, str(path)), found.animation)
    _check_files(found, consent, mistakes)
    consent.check_models(animation.config, mistakes)
    mistakes.check()
    animation = replace(animation, loudness=hear(animation.script))
    film = FilmJob(animation, _place(path, output, animation), None)
    film.check(mistakes, overwrite=False)
    mistakes.check()
    draw_films([film], quiet=quiet, prepare=partial(_prepare, found, animation, consent))


def _check_files(found: FilmRecipe, consent: Consent, mistakes: Mistakes) -> None:
    """Note pictures and sounds that are not those of the recipe: it may be a stranger's."""
    from vqclip.files.atomic import sha256

    for name, digest in {**found.recipe.pictures, **found.sounds}.items():
        file = user_path(name)
        if not file.is_file():
            mistakes.add(f"the recipe asks for the file {name}, which does not exist")
        elif not consent.yes and sha256(file) != digest:
            mistakes.add(f"{name} is not the file that the film was made with: --yes takes it")


def _place(path: Path, output: str | None, animation: Animation) -> Path:
    """Return the path of the film that is written."""
    from vqclip.film.formats import FILM_FORMATS

    suffix = path.suffix.lower().removeprefix(".")
    name = f"{path.stem}-replay.{suffix if suffix in FILM_FORMATS else 'mp4'}"
    place = user_path(animation.config.output.folder if output is None else output)
    return place if place.suffix.lower().removeprefix(".") in FILM_FORMATS else place / name


def _prepare(found: FilmRecipe, animation: Animation, consent: Consent, models: Models) -> None:
    """Say what differs from when the film was drawn, and refuse one that takes hours."""
    steps = animation.config.steps + (len(animation.numbers) - 1) * animation.script.steps
    job = animation.jobs[0]
    consent.prepare(found.recipe, [replace(job, config=replace(job.config, steps=steps))], models)
