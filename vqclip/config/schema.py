"""The configuration: every key with its default, meaning, range and type, written once.

The parser, the comments of `vqclip config` and the manual derive from these dataclasses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from vqclip.config.choices import DITHERS, MINI, MINI_SIZE, NONE, PRECISIONS, SEAMLESS, TARGETS
from vqclip.config.destination import PLACES, OutputConfig
from vqclip.config.extension import Extension, read_extension
from vqclip.config.moment import timed
from vqclip.config.option import entries, option, plain, section, without_later
from vqclip.config.palette import NAMED, Palette, palette
from vqclip.config.parsing import Conflict
from vqclip.config.pattern import PixelGrid, pixel_grid, symmetry
from vqclip.config.prompt import SLOT, Prompt
from vqclip.config.prompttable import read_prompts
from vqclip.config.region import Region, read_region
from vqclip.config.scalars import path_text
from vqclip.config.sections import (
    NOTHING,
    CutoutsConfig,
    LatentConfig,
    LossesConfig,
    OptimizerConfig,
    PriorConfig,
    StartConfig,
)
from vqclip.config.stage import Stage, size_of, stage, stage_conflicts
from vqclip.config.values import Augmentation, PerceptorChoice, augmentation, generator, perceptor
from vqclip.errors import shown


@dataclass(frozen=True)
class Config:
    """Everything a picture depends on, and where it goes."""

    prompts: tuple[Prompt, ...] = entries(
        (),
        'texts "a fox@left:weight:stop", tables {text|image|style|noise: ..., weight: ..., '
        "stop: ..., region: ...} or {from: ..., to: ...}, or stories {0: a fox, 50%: a hen}",
        read=read_prompts,
    )
    template: str = option(
        SLOT, "frame for every text of `prompts`, such as: a watercolor painting of {}"
    )
    style_prompts: tuple[Prompt, ...] = entries(
        (), "prompts added to `prompts`, outside the template", read=read_prompts
    )
    seed: int = option(0, "random seed", low=0, high=2**63 - 1)
    steps: int = option(20, "optimisation steps", low=1, high=1_000_000)
    width: int = option(MINI_SIZE, "picture width in pixels; any number", low=16, high=8192)
    height: int = option(MINI_SIZE, "picture height in pixels; any number", low=16, high=8192)
    vqgan: str = option(
        MINI,
        "the generator: mini, a name of `vqclip models list`, or the path of a checkpoint",
        read=generator,
    )
    perceptors: tuple[PerceptorChoice, ...] = entries(
        (PerceptorChoice(MINI),),
        "the guides: mini, NAME:TAG of open_clip, a folder, or {name: ..., weight: ...}",
        read=lambda entry: (perceptor(entry),),
    )
    model_dir: str | None = option(
        None, "folder of downloaded models; none: the user's caches", read=path_text
    )
    device: str = option("auto", "auto, cpu, cuda, cuda:1 or mps; auto: the fastest available")
    precision: str = option("auto", "auto: bfloat16 on cuda, otherwise float32", choices=PRECISIONS)
    targets: str = option(
        "text",
        "what the guides aim at; prior: an embedding of a picture, drawn by the seed; mix: both",
        choices=TARGETS,
    )
    keep: Region | None = option(
        None,
        "part of start.image that stays as it is: a region or a mask, white is kept",
        read=read_region,
        later=True,
    )
    extend: Extension | None = option(
        None,
        "sides on which the picture continues beyond start.image, such as right 50%, top 20%",
        read=read_extension,
        later=True,
    )
    augmentations: tuple[Augmentation, ...] = entries(
        (augmentation("flip"), Augmentation("noise", strength=0.12)),
        "applied in this order: names, or {name: ..., strength: 0 to 1, probability: 0 to 1}",
        read=lambda entry: (augmentation(entry),),
    )
    seamless: str = option(
        NONE,
        "axes along which copies of the picture join without a seam: x, y or xy",
        choices=SEAMLESS,
        later=True,
    )
    symmetry: str = option(
        NONE,
        "x: left and right mirrored, y: above and below, xy, or rotate 2 to rotate 8",
        read=symmetry,
        later=True,
    )
    pixels: PixelGrid | None = option(
        None, "large pixels that the picture is made of, such as 64x64", read=pixel_grid, later=True
    )
    palette: Palette | None = option(
        None,
        f"colors the picture has: a list, a file, `from PICTURE`, or {', '.join(NAMED)}",
        read=palette,
        later=True,
    )
    dither: str = option(
        NONE, "how the colors of the palette mix to others", choices=DITHERS, later=True
    )
    stages: tuple[Stage, ...] = entries(
        (),
        "shorter sides through which the picture grows, as in [128, 256, 512], or tables "
        "{size: ..., share: ..., cutouts: ..., rate: ...}; the last is that of the picture",
        read=lambda entry: (stage(entry),),
        later=True,
    )
    start: StartConfig = section(StartConfig)
    latent: LatentConfig = section(LatentConfig)
    prior: PriorConfig = section(PriorConfig)
    cutouts: CutoutsConfig = section(CutoutsConfig)
    optimizer: OptimizerConfig = section(OptimizerConfig)
    losses: LossesConfig = section(LossesConfig)
    output: OutputConfig = section(OutputConfig)

    def all_prompts(self) -> tuple[Prompt, ...]:
        """Return the prompts, with the template around texts that attract, and those of styles."""
        return self.framed(self.prompts)

    def framed(self, prompts: Iterable[Prompt]) -> tuple[Prompt, ...]:
        """Return prompts in the place of its own: in its template, and with those of styles."""
        return (*(prompt.framed(self.template) for prompt in prompts), *self.style_prompts)

    @cached_property
    def shared(self) -> Config:
        """What pictures of a batch have in common: every setting but prompts, styles and seed.

        It is one object for all of them, so that what follows from it is computed once.
        """
        return replace(self, prompts=(), style_prompts=(), template=SLOT, seed=0)

    @cached_property
    def table(self) -> Mapping[str, Any]:
        """The settings that pictures are known by: `to_dict` without what does not affect them."""
        table = self.to_dict()
        del table["device"], table["cutouts"]["chunk"]
        return table

    @cached_property
    def text(self) -> str:
        """All settings as one line of JSON, equal for equal settings."""
        return json.dumps(plain(self), sort_keys=True)

    @property
    def wrap(self) -> str:
        """The axes along which the picture is seamless, or an empty text."""
        return "" if self.seamless == NONE else self.seamless

    def settled(self) -> Config:
        """Return the settings in which the picture has the size of the last stage."""
        if not self.stages:
            return self
        width, height = size_of(self.stages[-1], self.width, self.height)
        return replace(self, width=width, height=height)

    def perceptor_weights(self) -> dict[str, float]:
        """Return the weight of each perceptor by its name."""
        return {choice.name: choice.weight for choice in self.perceptors}

    def pictures(self) -> tuple[str, ...]:
        """Return the paths of the pictures it starts from or aims at, each once."""
        prompts = (*self.prompts, *self.style_prompts)
        aims = [name for prompt in prompts for name in prompt.pictures]
        starts = [] if self.start.image is None else [self.start.image]
        kept = [] if self.keep is None or self.keep.mask is None else [self.keep.mask]
        return tuple(dict.fromkeys([*starts, *aims, *kept]))

    def with_pictures(self, found: Mapping[str, str]) -> Config:
        """Return the settings with their pictures at other paths."""
        image, keep = self.start.image, self.keep
        if keep is not None and keep.mask is not None:
            keep = keep.with_mask(found[keep.mask])
        return replace(
            self,
            start=replace(self.start, image=None if image is None else found[image]),
            keep=keep,
            prompts=tuple(prompt.moved(found) for prompt in self.prompts),
            style_prompts=tuple(prompt.moved(found) for prompt in self.style_prompts),
        )

    def timed(self) -> Config:
        """Return the settings with moments in steps as fractions of the run.

        Raises:
            ConfigError: a moment comes after the run.
        """
        return self._timed

    @cached_property
    def _timed(self) -> Config:
        return timed(self, self.steps)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings in plain form, without the places of this computer."""
        table: dict[str, Any] = plain(self)
        del table["model_dir"]
        if self.targets == "text":  # as before there was a choice: old pictures keep their ids
            del table["targets"], table["prior"]
        for key in PLACES:
            del table["output"][key]
        return without_later(table, Config)

    def without_places(self) -> Config:
        """Return the settings with the default places: those of a stranger's file do not count."""
        defaults = OutputConfig()
        places = {key: getattr(defaults, key) for key in PLACES}
        return replace(self, model_dir=None, output=replace(self.output, **places))

    def conflicts(self) -> Iterator[Conflict]:
        """Yield what does not go together."""
        start, cutouts = self.start, self.cutouts
        if SLOT not in self.template:
            yield ["template"], f"template: {shown(self.template)} has no {SLOT} to take the prompt"
        if cutouts.min_size > cutouts.max_size:
            sizes = ["cutouts.min_size", "cutouts.max_size"]
            yield sizes, "cutouts.min_size: is above cutouts.max_size"
        yield from self.output.video.conflicts(self.steps)
        if not self.perceptors:
            yield ["perceptors"], "perceptors: at least one is needed"
        yield from self._edits()
        yield from _drawing_conflicts(self)
        kept = self.losses.keep_init or NOTHING
        if not kept.is_zero and start.image is None and start.kind not in ("auto", "sketch"):
            yield (
                ["losses.keep_init", "start.image", "start.kind"],
                "losses.keep_init: has nothing to keep without start.image or start.kind=sketch",
            )

    def _edits(self) -> Iterator[Conflict]:
        """Yield what needs a start picture and has none, or keeps what it may not keep."""
        asked = {"keep": self.keep, "extend": self.extend}
        if self.wrap and (self.keep is not None or self.extend is not None):
            yield (
                ["keep", "extend", "seamless"],
                "seamless: what is kept of a picture would not join at its edges: leave out "
                "keep and extend, or seamless",
            )
        if self.start.image is not None:
            return
        for key in (name for name, value in asked.items() if value is not None):
            yield [key, "start.image"], f"{key}: has nothing to keep without start.image"
        for key in ("prompts", "style_prompts"):
            prompts = self.prompts if key == "prompts" else self.style_prompts
            if any(prompt.kind == "to" for prompt in prompts):
                yield (
                    [key, "start.image"],
                    f"{key}: from and to change a picture: name it with start.image",
                )


def _drawing_conflicts(config: Config) -> Iterator[Conflict]:
    """Yield the limits of a drawing that do not go together."""
    grid = config.pixels
    if grid is not None and (grid.width > config.width or grid.height > config.height):
        yield (
            ["pixels", "width", "height"],
            f"pixels: {grid.to_plain()} large pixels do not fit into a picture of "
            f"{config.width}x{config.height}",
        )
    keeps = config.keep is not None or config.extend is not None
    size = config.width, config.height
    yield from stage_conflicts(config.stages, config.steps, size, grid, keeps=keeps)
    limited = config.palette is not None or grid is not None or config.symmetry != NONE
    if limited and keeps:
        yield (
            ["keep", "extend", "palette", "pixels", "symmetry"],
            "keep: what is kept of a picture would change under palette, pixels or symmetry: leave "
            "them out, or keep and extend",
        )
    if config.palette is None and config.dither != NONE:
        yield ["dither", "palette"], "dither: has no palette to mix"
    if config.palette is None and not (config.losses.palette or NOTHING).is_zero:
        yield ["losses.palette", "palette"], "losses.palette: there is no palette to keep to"
    mirrored = config.symmetry != NONE and not config.symmetry.startswith("rotate")
    if config.wrap and config.symmetry != NONE and not mirrored:
        yield (
            ["symmetry", "seamless"],
            f"symmetry: {config.symmetry} and seamless={config.seamless} exclude each other: what "
            "is turned has no opposite edges",
        )
