"""The configuration: every key with its default, meaning, range and type, written once.

The parser, the comments of `vqclip config` and the manual derive from these dataclasses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from vqclip.config.choices import (
    DECAYS,
    LAWS,
    MINI,
    MINI_SIZE,
    OPTIMIZERS,
    PADDINGS,
    PICTURE_NOISE,
    PRECISIONS,
    START_KINDS,
    START_NOISE,
    TARGETS,
)
from vqclip.config.destination import PLACES, OutputConfig
from vqclip.config.option import entries, option, plain, section
from vqclip.config.parsing import Conflict
from vqclip.config.prompt import SLOT, Prompt, read_prompts
from vqclip.config.scalars import path_text, recorded_path
from vqclip.config.values import (
    Augmentation,
    PerceptorChoice,
    Schedule,
    augmentation,
    generator,
    perceptor,
    schedule,
)
from vqclip.errors import shown

NOTHING = Schedule.constant(0)
SKETCH = ("sketches", "guidance", "temperature", "top_k")
"""Keys of `start` that are about sketches."""


@dataclass(frozen=True)
class StartConfig:
    """Where the picture starts."""

    image: str | None = option(None, "picture to start from, cropped to fit", read=recorded_path)
    kind: str = option(
        "auto",
        "start without an image; auto: sketch or nearest if the VQGAN has a sketch model or a "
        "bank, otherwise smooth",
        choices=START_KINDS,
    )
    pool: int = option(
        8, "number of pictures nearest to the prompt from which the seed picks", low=1, high=10_000
    )
    sketches: int = option(
        4, "sketches that are written and ranked by the perceptors", low=1, high=256
    )
    guidance: float = option(
        4.0, "how far a sketch follows the prompt; 1: as pictures of it do", low=0, high=30
    )
    temperature: float = option(
        0.9, "randomness of a sketch; 0: always the likeliest", low=0, high=10
    )
    top_k: int = option(
        100, "likeliest codes among which a sketch picks in every cell; 0: all", low=0
    )
    noise: float | None = option(
        None,
        "noise added to the start, in standard deviations of the codebook; "
        f"none: {PICTURE_NOISE} for a picture, otherwise {START_NOISE}",
        low=0,
        high=10,
    )
    recolor: int | None = option(
        None,
        "steps that fit the colors of the start to the prompt; none: 12 for a picture of the bank",
        low=0,
    )
    candidates: int = option(4, "starts that compete; the best one is kept", low=1, high=64)
    candidate_steps: int = option(
        6, "steps after which the best start is chosen; at the end of the run at the latest", low=1
    )


@dataclass(frozen=True)
class LatentConfig:
    """The latent, which is optimised."""

    levels: int = option(
        16,
        "resolutions whose sum is the latent, each half the next; 1: a plain latent",
        low=1,
        high=16,
    )
    falloff: float = option(
        0.85, "amplitude of each resolution relative to the next coarser one", low=0.05, high=2
    )
    noise: Schedule = option(
        NOTHING,
        "noise added to the latent, in standard deviations of the codebook; a schedule",
        read=schedule,
    )
    average: float = option(
        0.9,
        "decay of the moving average of the latent that is decoded; 0: the latest latent",
        low=0,
        high=0.9999,
    )


@dataclass(frozen=True)
class PriorConfig:
    """The prior of a perceptor, which draws the embedding of a picture of each text."""

    spread: float = option(
        0.7, "variety of what it draws; 0: always the middle, 1: as pictures vary", low=0, high=2
    )
    share: float = option(0.5, "its share, beside the text, in targets: mix", low=0, high=1)


@dataclass(frozen=True)
class CutoutsConfig:
    """What the perceptors see of the picture in each step."""

    count: int = option(12, "cutouts per picture and step", low=1, high=4096)
    chunk: int = option(
        0,
        "cutouts processed at once, for less memory; 0: all, or fewer if memory runs out",
        low=0,
    )
    overview: Schedule = option(
        Schedule(((0.0, 1.0), (1.0, 0.6))),
        "share of cutouts that see the whole picture; a schedule",
        read=schedule,
    )
    law: str = option("power", "distribution of the sizes of the other cutouts", choices=LAWS)
    min_size: float = option(0.85, "smallest cutout side / shorter picture side", low=0.02, high=4)
    max_size: float = option(1.1, "largest cutout side / shorter picture side", low=0.02, high=4)
    power: float = option(
        1.0, "exponent of the power law; above 1 favors small cutouts", low=0.01, high=50
    )
    mean: float = option(0.8, "mean cutout side under the normal law", low=0.02, high=4)
    deviation: float = option(0.3, "standard deviation under the normal law", low=0, high=4)
    border: float = option(
        0.1, "share of its side by which a cutout may extend past the edge", low=0, high=0.5
    )
    padding: str = option("edge", "what lies beyond the edge of the picture", choices=PADDINGS)


@dataclass(frozen=True)
class OptimizerConfig:
    """How the latent moves."""

    name: str = option("adam", "optimizer of torch", choices=OPTIMIZERS)
    learning_rate: float = option(
        0.02, "peak learning rate, in standard deviations of the codebook", low=1e-6, high=100
    )
    warmup: int = option(10, "steps over which the learning rate rises from 0", low=0)
    decay: str = option("cosine", "shape of the learning-rate decay", choices=DECAYS)
    final: float = option(0.1, "final learning rate / peak learning rate", low=0, high=1)
    step_at: float = option(
        0.75, "fraction of the run at which the decay `step` drops", low=0, high=1
    )
    weight_decay: float = option(
        0.0, "weight decay of the optimizer: a pull towards the start", low=0, high=10
    )


@dataclass(frozen=True)
class LossesConfig:
    """Weights of the losses beside the prompts; each may be a schedule such as {0: 1, 0.5: 0}."""

    total_variation: Schedule = option(
        NOTHING, "total variation: against noise in the picture", read=schedule
    )
    smoothness: Schedule = option(NOTHING, "in favor of flat areas with sharp edges", read=schedule)
    saturation: Schedule = option(
        NOTHING, "in favor of colorful pictures (negative: of pale ones)", read=schedule
    )
    latent_shrink: Schedule = option(
        NOTHING, "pull of the latent towards the mean of the codebook", read=schedule
    )
    keep_init: Schedule | None = option(
        None,
        "pull towards the start; none: 1 for a picture of the bank, otherwise 0",
        read=schedule,
    )


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
        return table

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
