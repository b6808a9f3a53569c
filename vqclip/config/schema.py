"""The configuration: every key with its default, meaning, range and type, written once.

The parser, the comments of `vqclip config` and the manual derive from these dataclasses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from vqclip.config.choices import MINI, MINI_SIZE, NONE, PRECISIONS, SEAMLESS, TARGETS
from vqclip.config.destination import PLACES, OutputConfig
from vqclip.config.option import entries, option, plain, section, without_later
from vqclip.config.parsing import Conflict
from vqclip.config.prompt import SLOT, Prompt, read_prompts
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
from vqclip.config.values import Augmentation, PerceptorChoice, augmentation, generator, perceptor
from vqclip.errors import shown

SKETCH = ("sketches", "guidance", "temperature", "top_k")
"""Keys of `start` that are about sketches."""


@dataclass(frozen=True)
class Config:
    """Everything a picture depends on, and where it goes."""

    prompts: tuple[Prompt, ...] = entries(
        (),
        'texts "a fox:weight:stop", or tables {text|image|noise: ..., weight: ..., stop: ...}',
        read=read_prompts,
    )
    template: str = option(
        SLOT, "frame for every text of `prompts`, such as: a watercolor painting of {}"
    )
    style_prompts: tuple[Prompt, ...] = entries(
        (), "prompts added to `prompts`, outside the template", read=read_prompts
    )
    seed: int = option(0, "random seed", low=0, high=2**63 - 1)
    steps: int = option(50, "optimisation steps", low=1, high=1_000_000)
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
    start: StartConfig = section(StartConfig)
    latent: LatentConfig = section(LatentConfig)
    prior: PriorConfig = section(PriorConfig)
    cutouts: CutoutsConfig = section(CutoutsConfig)
    optimizer: OptimizerConfig = section(OptimizerConfig)
    losses: LossesConfig = section(LossesConfig)
    output: OutputConfig = section(OutputConfig)

    def all_prompts(self) -> tuple[Prompt, ...]:
        """Return the prompts, with the template around texts that attract, and those of styles."""
        return (*(prompt.framed(self.template) for prompt in self.prompts), *self.style_prompts)

    @property
    def wrap(self) -> str:
        """The axes along which the picture is seamless, or an empty text."""
        return "" if self.seamless == NONE else self.seamless

    def perceptor_weights(self) -> dict[str, float]:
        """Return the weight of each perceptor by its name."""
        return {choice.name: choice.weight for choice in self.perceptors}

    def pictures(self) -> tuple[str, ...]:
        """Return the paths of the pictures it starts from or aims at, each once."""
        prompts = (*self.prompts, *self.style_prompts)
        aims = [prompt.content for prompt in prompts if prompt.kind == "image"]
        starts = [] if self.start.image is None else [self.start.image]
        return tuple(dict.fromkeys([*starts, *aims]))

    def to_dict(self) -> dict[str, Any]:
        """Return the settings in plain form, without the places of this computer."""
        table: dict[str, Any] = plain(self)
        del table["model_dir"]
        if self.targets == "text":  # as before there was a choice: old pictures keep their ids
            del table["targets"], table["prior"]
        usual = plain(StartConfig())
        if all(table["start"][key] == usual[key] for key in SKETCH):  # the same
            for key in SKETCH:
                del table["start"][key]
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
        if not self.perceptors:
            yield ["perceptors"], "perceptors: at least one is needed"
        kept = self.losses.keep_init or NOTHING
        if not kept.is_zero and start.image is None and start.kind not in ("auto", "nearest"):
            yield (
                ["losses.keep_init", "start.image", "start.kind"],
                "losses.keep_init: has nothing to keep without start.image or start.kind=nearest",
            )
