"""The sections of the configuration: every key with its default, meaning, range and type."""

from __future__ import annotations

from dataclasses import dataclass

from vqclip.config.choices import (
    DECAYS,
    LAWS,
    OPTIMIZERS,
    PADDINGS,
    PICTURE_NOISE,
    START_KINDS,
    START_NOISE,
)
from vqclip.config.option import option
from vqclip.config.scalars import recorded_path
from vqclip.config.values import Schedule, schedule

NOTHING = Schedule.constant(0)


@dataclass(frozen=True)
class StartConfig:
    """Where the picture starts."""

    image: str | None = option(None, "picture to start from, cropped to fit", read=recorded_path)
    kind: str = option(
        "auto",
        "start without an image; auto: sketch if the VQGAN has a sketch model, otherwise smooth",
        choices=START_KINDS,
    )
    sketches: int = option(
        6, "sketches that are written and ranked by the perceptors", low=1, high=256
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
    candidates: int = option(1, "starts that compete; the best one is kept", low=1, high=64)
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
        0.04, "peak learning rate, in standard deviations of the codebook", low=1e-6, high=100
    )
    warmup: int = option(3, "steps over which the learning rate rises from 0", low=0)
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
    palette: Schedule | None = option(
        None, "towards the colors of the palette; none: 1 with a palette", read=schedule, later=True
    )
    contrast: Schedule = option(
        NOTHING,
        "in favor of light and dark (negative: even brightness)",
        read=schedule,
        later=True,
    )
    edges: Schedule = option(
        NOTHING, "pull of the margins towards white", read=schedule, later=True
    )
    symmetry: Schedule = option(NOTHING, "towards left and right alike", read=schedule, later=True)
    keep_init: Schedule | None = option(
        None,
        "pull towards the start; none: 1 for a sketch, otherwise 0",
        read=schedule,
    )
