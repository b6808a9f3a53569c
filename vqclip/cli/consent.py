"""What a recipe asks for beyond its settings, and what the user allows: it may be a stranger's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vqclip.cli.console import say
from vqclip.errors import CheckpointError, ConfigError, Mistakes

if TYPE_CHECKING:
    from vqclip.config.job import Job
    from vqclip.config.layers import Assignment
    from vqclip.config.schema import Config
    from vqclip.models.load import Models
    from vqclip.outputs.recipe import Recipe

Download = Annotated[
    bool, typer.Option("--download", help="Download the models that the recipe names.")
]
Yes = Annotated[
    bool,
    typer.Option("--yes", help="Read pictures anywhere that the recipe names; draw for hours."),
]


@dataclass(frozen=True)
class Consent:
    """What the user allows a recipe.

    Attributes:
        download: whether models are downloaded that the catalogue cannot verify.
        yes: whether pictures of unknown content are read, and hours are spent.
        changed: keys that the user set, for which the recipe does not count.
    """

    download: bool = False
    yes: bool = False
    changed: frozenset[str] = frozenset()

    def is_changed(self, key: str) -> bool:
        """Return whether the user set a key, or its section."""
        return key in self.changed or key.partition(".")[0] in self.changed

    def check_models(self, config: Config, mistakes: Mistakes) -> None:
        """Note the models of a recipe that are not on this machine and not to be downloaded."""
        from vqclip.config.choices import MINI
        from vqclip.models.presence import absent_models, is_fetchable

        vqgan = MINI if self.is_changed("vqgan") else config.vqgan
        names = [] if self.is_changed("perceptors") else list(config.perceptor_weights())
        try:
            absent = absent_models(vqgan, names, config.model_dir)
        except CheckpointError as error:
            mistakes.add(str(error))
            return
        for name in absent:
            if not is_fetchable(name):
                mistakes.add(f"the recipe asks for the weights {name}, which do not exist")
            elif not self.download:
                mistakes.add(
                    f"the recipe asks for {name}, which is not on this machine: --download "
                    "downloads it, if you trust where the recipe comes from"
                )

    def settings(self, recipe: Recipe, image: Path, changes: Sequence[Assignment]) -> Config:
        """Return the settings of the recipe of a picture, with changes.

        Raises:
            ConfigError: with every mistake: settings, pictures and models.
        """
        from vqclip.config.layers import merge

        mistakes = Mistakes()
        placed = mistakes.read(lambda: self.find_pictures(recipe, image.parent), recipe.config)
        own = replace(recipe, config=placed).assignments(str(image))
        config = mistakes.read(lambda: merge([*own, *changes]), recipe.config)
        self.check_models(config, mistakes)
        mistakes.check()
        return config

    def find_pictures(self, recipe: Recipe, folder: Path) -> Config:
        """Return the settings of a recipe with its pictures where they were found.

        Args:
            recipe: from a file.
            folder: folder of the file.

        Raises:
            ConfigError: with every picture that does not exist, or is not to be read.
        """
        from vqclip.outputs.sources import Sources

        config = recipe.config
        start = config.start
        if self.is_changed("start.image"):
            start = replace(start, image=None)
        asked = replace(
            config,
            start=start,
            keep=None if self.is_changed("keep") else config.keep,
            prompts=() if self.is_changed("prompts") else config.prompts,
            style_prompts=() if self.is_changed("style_prompts") else config.style_prompts,
        )
        sources = Sources(folder, recipe.pictures, trusted=self.yes)
        found = sources.find(asked)
        if changed := sources.changed(asked):
            say(f"note: pictures have changed ({', '.join(changed)}); the picture will differ")
        image = found.start.image or config.start.image
        return replace(
            config,
            start=replace(config.start, image=image),
            keep=found.keep or config.keep,
            prompts=found.prompts or config.prompts,
            style_prompts=found.style_prompts or config.style_prompts,
        )

    def prepare(
        self, recipe: Recipe, jobs: Sequence[Job], models: Models, *, done: int = 0
    ) -> None:
        """Say what differs from when the picture of a recipe was drawn, before it is drawn again.

        Args:
            recipe: from a file.
            jobs: pictures that are drawn with its settings.
            models: that draw them.
            done: number of steps that were made before.

        Raises:
            ConfigError: it would take hours, and the user has not allowed that.
        """
        from vqclip.engine.starts.sketcher import all_hashes

        hashes = all_hashes(models)
        weights = [name for name, own in hashes.items() if recipe.models.get(name, own) != own]
        if weights:
            say(f"note: the weights have changed ({', '.join(weights)}); the picture will differ")
        if gone := [name for name in recipe.models if name not in hashes]:
            say(f"note: this version has no {', '.join(gone)}; the picture will differ")
        adopt_processor(recipe, models.generator.device.type)
        if not self.yes:
            check_duration(jobs, models, done=done)


def check_duration(jobs: Sequence[Job], models: Models, *, done: int) -> None:
    """Refuse a recipe that takes hours.

    Args:
        jobs: pictures that are drawn.
        models: that draw them.
        done: number of steps that were made before.

    Raises:
        ConfigError: it takes hours.
    """
    from vqclip.runs.duration import LONG, seconds_of

    config = jobs[0].config
    seconds = len(jobs) * seconds_of(models, config, done=done)
    if seconds > LONG:
        raise ConfigError(
            f"the recipe asks for about {seconds / 3600:,.0f} hours on {models.generator.device} "
            f"({config.steps - done:,} steps of {config.width}x{config.height} pixels, "
            f"{config.cutouts.count} cutouts, {config.start.candidates} starts): --yes draws it; "
            "a smaller size, or fewer steps, take less"
        )


def adopt_processor(recipe: Recipe, device: str) -> None:
    """Compute as the picture of a recipe was computed, or say what differs.

    Args:
        recipe: of the picture.
        device: kind of the device in use.
    """
    from vqclip.machine.device import adopt_threads, own_processor

    differences: list[str] = []
    if recipe.device != device:
        differences.append(f"on {recipe.device[:20]}, not {device}")
    elif recipe.processor is not None and device == "cpu":
        kind = own_processor().kind
        if recipe.processor.kind != kind:
            differences.append(f"on a CPU of kind {recipe.processor.kind[:40]!r}, not {kind!r}")
        if not adopt_threads(recipe.processor.threads):
            differences.append(
                f"by {recipe.processor.threads} threads, not {own_processor().threads}"
            )
    if differences:
        say(
            f"note: it was drawn {' and '.join(differences)}; after many steps, rounding may show "
            "in the picture"
        )
