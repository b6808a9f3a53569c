"""The face for notebooks: a painter that keeps its models, and pictures that know their recipe."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from vqclip.config.choices import FORMAT_OF
from vqclip.config.job import Job
from vqclip.config.layers import Assignment, load_config, merge
from vqclip.config.schema import Config
from vqclip.files.atomic import write
from vqclip.files.paths import user_path
from vqclip.outputs import recipe as recipes
from vqclip.outputs.recipe import Recipe

if TYPE_CHECKING:
    from torch import Tensor

    from vqclip.engine.generation import Generation
    from vqclip.engine.iterate import Iterate
    from vqclip.models.load import Models

Callback = Callable[["Iterate", "Drawing"], object]
"""Called after every step; True ends the drawing early."""


class Picture(Image.Image):
    """A PIL image that knows its recipe: `info["vqclip"]` is its JSON, and `save` writes it along.

    Attributes:
        recipe: what it was made from.
    """

    recipe: Recipe

    @classmethod
    def of(cls, image: Image.Image, recipe: Recipe) -> Picture:
        """Make the picture of an RGB image and its recipe."""
        picture = cls()
        picture.__dict__.update(image.__dict__)
        picture.recipe = recipe
        picture.info = {**image.info, recipes.KEYWORD: recipe.to_json()}
        return picture

    def save(self, fp: Any, format: str | None = None, **params: Any) -> None:
        """Save the picture, with its recipe where the format is png, jpg or webp."""
        suffix = Path(fp).suffix.lower() if isinstance(fp, (str, Path)) else ""
        if suffix not in FORMAT_OF or format is not None or set(params) - {"quality"}:
            super().save(fp, format, **params)
            return
        quality = int(params.get("quality", self.recipe.config.output.quality))
        form = FORMAT_OF[suffix]
        write(user_path(fp), recipes.encode(self, self.recipe, format=form, quality=quality))


class Drawing:
    """The steps of one picture: iterate over it, look at it, save it.

    `len` is the number of its steps; a notebook shows the picture so far.

    Args:
        generation: a batch of one picture.
    """

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.losses: list[float] = []
        """Sum of the losses of every step that was made."""

    @property
    def step(self) -> int:
        """Number of steps that were made."""
        return self.generation.step

    @property
    def config(self) -> Config:
        """The settings, with prompts and seed."""
        return self.generation.jobs[0].whole()

    @property
    def warnings(self) -> list[str]:
        """Words of the prompts that the perceptors cannot read."""
        return self.generation.warnings

    def __len__(self) -> int:
        return self.generation.config.steps

    def __iter__(self) -> Iterator[Iterate]:
        for iterate in self.generation:
            self.losses.append(iterate.total)
            yield iterate

    def __repr__(self) -> str:
        prompts = " | ".join(map(str, self.generation.jobs[0].prompts))
        config = self.config
        size, loss = f"{config.width}x{config.height}", ""
        if self.losses:
            loss = f", loss {self.losses[-1]:.3f}"
        return f"<{prompts!r}, seed {config.seed}, {size}, step {self.step}/{len(self)}{loss}>"

    def run(self, *, progress: bool = True, callbacks: Sequence[Callback] = ()) -> Picture:
        """Make the steps that are left, and return the picture.

        Args:
            progress: whether to show a progress bar.
            callbacks: called after every step; one that returns True ends the drawing.
        """
        from tqdm.auto import tqdm

        with tqdm(total=len(self), initial=self.step, disable=not progress, unit="step") as bar:
            for iterate in self:
                bar.set_postfix_str(f"loss {iterate.total:.3f}", refresh=False)
                bar.update()
                if True in [callback(iterate, self) for callback in callbacks]:
                    break
        return self.picture()

    def images(self) -> Tensor:
        """Return the picture so far, (1, 3, H, W) in [0, 1]."""
        return self.generation.images()

    def picture(self) -> Picture:
        """Return the picture so far."""
        from vqclip.files.images import to_pil
        from vqclip.outputs.writer import recipes_of

        return Picture.of(to_pil(self.images()[0]), recipes_of(self.generation)[0])

    def save(self, path: str | Path) -> None:
        """Save the picture so far, with its recipe."""
        self.picture().save(path)

    def _repr_png_(self) -> bytes | None:
        found: bytes | None = self.picture()._repr_png_()
        return found


class Painter:
    """Draws prompts with models that are loaded once.

    Args:
        preset: the name of a preset, or the path of one.
        config: a YAML file.
        styles: names or paths of styles.
        device: `auto`, `cpu`, `cuda`, `cuda:1` or `mps`.
        progress: whether pictures show a progress bar.
        settings: keys of the configuration for all pictures, as for `generate`.

    Raises:
        ConfigError: with every mistake.
    """

    def __init__(
        self,
        preset: str | None = None,
        *,
        config: str | Path | None = None,
        styles: Sequence[str] = (),
        device: str = "auto",
        progress: bool = True,
        **settings: Any,
    ) -> None:
        self.preset, self.styles, self.progress = preset, tuple(styles), progress
        self.files = [] if config is None else [user_path(config)]
        self.settings = {"device": device, **settings}
        self._models: dict[str, Models] = {}
        self._config({})  # mistakes are told before anything is drawn

    def __repr__(self) -> str:
        changed = {key: value for key, value in self.settings.items() if key != "device"}
        return f"<Painter preset={self.preset or 'default'}, {changed}, {len(self._models)} loaded>"

    def generate(
        self, prompt: str, *, callbacks: Sequence[Callback] = (), **settings: Any
    ) -> Picture:
        """Draw a prompt and return the picture.

        Args:
            prompt: as on the command line, `text:weight:stop | text ...`.
            callbacks: called after every step with the iterate and the drawing; one that returns
                True ends the drawing.
            settings: keys of the configuration; sections are dictionaries: `steps=100`,
                `size="16:9"`, `cutouts={"count": 32}`.

        Raises:
            ConfigError: with every mistake in prompt and settings.
            CheckpointError: the models cannot be loaded.
            DivergedError: the loss stopped being finite.
        """
        return self.prepare(prompt, **settings).run(progress=self.progress, callbacks=callbacks)

    def prepare(self, prompt: str, **settings: Any) -> Drawing:
        """Return a drawing of a prompt, whose steps are still to be made."""
        return self._drawing(self._config({"prompts": [prompt], **settings}))

    def replay(self, path: str | Path, **settings: Any) -> Picture:
        """Draw the picture of a file again by its recipe, with or without changes.

        Raises:
            OutputError: the file holds no recipe.
        """
        found = recipes.read(user_path(path))
        changes = [Assignment(key, value, "") for key, value in settings.items()]
        device = Assignment("device", self.settings["device"], "")
        config = merge([*found.assignments(str(path)), device, *changes])
        return self._drawing(config).run(progress=self.progress)

    def _config(self, settings: dict[str, Any]) -> Config:
        tables = (self.settings, settings)  # of a section, both may have keys
        given = [Assignment(key, value, "") for table in tables for key, value in table.items()]
        return load_config(
            preset=self.preset, files=self.files, styles=self.styles, assignments=given
        )

    def _drawing(self, config: Config) -> Drawing:
        from vqclip.engine.build import build
        from vqclip.machine.device import resolve_device
        from vqclip.models.load import load_models

        job = Job.of(config)
        device = resolve_device(config.device)
        key = repr((config.vqgan, config.perceptor_weights(), str(device), config.model_dir))
        if key not in self._models:
            self._models[key] = load_models(
                config.vqgan,
                config.perceptor_weights(),
                device=device,
                model_dir=config.model_dir,
            )
        drawing = Drawing(build(self._models[key], [job]))
        for warning in drawing.warnings:
            warnings.warn(warning, stacklevel=3)
        return drawing


def draw_series(file: str | Path, *, output: str | Path | None = None, progress: bool = True,
           **settings: Any) -> list[Path]:  # fmt: skip
    """Draw what is left of a series, and return the paths of its finished pictures.

    Args:
        file: a YAML file.
        output: folder of the run.
        progress: whether to show a progress bar.
        settings: keys of the configuration, above all of the file.

    Raises:
        ConfigError: with every mistake in file and settings.
    """
    from tqdm.auto import tqdm

    from vqclip.runs import engines
    from vqclip.runs.events import Done, Failed
    from vqclip.runs.folder import RunFolder
    from vqclip.runs.work import WorkOptions
    from vqclip.series.plan import make_plan

    plan = make_plan(
        user_path(file),
        overrides=[Assignment(key, value, "") for key, value in settings.items()],
        folder=None if output is None else user_path(output),
    )
    run = RunFolder.open(plan)
    with tqdm(total=len(plan.jobs), disable=not progress, unit="picture") as bar:
        for event in engines.carry_out(run, WorkOptions(), lambda: False):
            if isinstance(event, (Done, Failed)):
                bar.update()
    run.tidy()
    return [run.path(job) for job in plan.jobs if run.path(job).is_file()]
