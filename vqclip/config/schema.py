"""The configuration: every key with its default, meaning and range, written once.

The parser, the checker, the comments of `vqclip config` and the documentation derive from these
dataclasses. Reading files and `key=value` is in `configfile`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from typing import Any

from vqclip.config.choices import (
    DECAYS,
    FORMATS,
    LAWS,
    OPTIMIZERS,
    PADDINGS,
    PICTURE_NOISE,
    PRECISIONS,
    START_KINDS,
    START_NOISE,
)
from vqclip.config.prompt import Prompt, read_prompts
from vqclip.config.values import (
    Augmentation,
    augmentation,
    generator,
    perceptor,
    schedule,
    schedule_if_any,
)
from vqclip.errors import ConfigError, did_you_mean

SLOT = "{}"
"""Where a style's template takes the prompt."""


def option(default: Any, meaning: str, **rules: Any) -> Any:
    """Make a field; rules are `low`, `high`, `choices`, or the `check` of a free-form value."""
    metadata = {"help": meaning, **rules}
    if isinstance(default, (list, dict)):
        return field(default_factory=lambda: type(default)(default), metadata=metadata)
    if isinstance(default, type):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class StartConfig:
    """Where the picture starts."""

    image: str | None = option(None, "picture to start from, cropped to fit, never stretched")
    kind: str = option(
        "auto",
        "start without image; auto: nearest where the VQGAN brings pictures, otherwise smooth",
        choices=START_KINDS,
    )
    pool: int = option(
        8, "pictures nearest to the prompt among which the seed chooses", low=1, high=10_000
    )
    noise: float | None = option(
        None,
        "random part of the start, in standard deviations of the codebook; "
        f"none: {PICTURE_NOISE} from a picture, otherwise {START_NOISE}",
        low=0,
        high=10,
    )
    recolor: int | None = option(
        None,
        "steps that fit the colors to the prompt; none: 12 for a picture that the VQGAN brings",
        low=0,
    )
    candidates: int = option(4, "starts that are tried; the best goes on", low=1, high=64)
    candidate_steps: int = option(
        6, "steps after which the best start is chosen, or at the end", low=1
    )


@dataclass(frozen=True)
class LatentConfig:
    """What is optimised."""

    levels: int = option(
        16, "resolutions that are added, each half the next; 1 is a plain latent", low=1, high=16
    )
    falloff: float = option(
        0.85, "amplitude of each resolution relative to the next coarser one", low=0.05, high=2
    )
    noise: Any = option(
        0.0,
        "noise on the tokens, in standard deviations of the codebook; a schedule",
        check=schedule,
    )
    average: float = option(
        0.9, "decay of the moving average that is decoded; 0 is the last latent", low=0, high=0.9999
    )


@dataclass(frozen=True)
class CutoutsConfig:
    """What the perceptors see of the picture in each step."""

    count: int = option(12, "cutouts per picture and step", low=1, high=4096)
    chunk: int = option(
        0, "cutouts computed at once (memory, not quality); 0: all, fewer if memory runs out", low=0
    )
    overview: Any = option(
        {0.0: 1.0, 1.0: 0.6},
        "share of cutouts that see the whole picture; a schedule",
        check=schedule,
    )
    law: str = option("power", "how the sizes of the other cutouts are drawn", choices=LAWS)
    min_size: float = option(0.85, "smallest side / shorter side of the picture", low=0.02, high=4)
    max_size: float = option(1.1, "largest side / shorter side of the picture", low=0.02, high=4)
    power: float = option(1.0, "of the power law; above 1 favours small cutouts", low=0.01, high=50)
    mean: float = option(0.8, "mean side of the normal law", low=0.02, high=4)
    deviation: float = option(0.3, "standard deviation of the normal law", low=0, high=4)
    border: float = option(
        0.1, "share of its side by which a cutout may reach over the edge", low=0, high=0.5
    )
    padding: str = option("edge", "what lies outside the picture", choices=PADDINGS)


@dataclass(frozen=True)
class OptimizerConfig:
    """How the latent moves."""

    name: str = option("adam", "the optimiser", choices=OPTIMIZERS)
    learning_rate: float = option(
        0.02, "largest learning rate, in standard deviations of the codebook", low=1e-6, high=100
    )
    warmup: int = option(10, "steps in which the learning rate grows from 0", low=0)
    decay: str = option("cosine", "how the learning rate falls", choices=DECAYS)
    final: float = option(0.1, "last learning rate / largest", low=0, high=1)
    step_at: float = option(0.75, "fraction of the run at which `step` falls", low=0, high=1)
    weight_decay: float = option(0.0, "pull of the optimiser towards the start", low=0, high=10)


@dataclass(frozen=True)
class LossesConfig:
    """Weights of what counts beside the prompts; each may be a schedule such as {0: 1, 0.5: 0}."""

    total_variation: Any = option(0.0, "against noise in the picture", check=schedule)
    smoothness: Any = option(0.0, "for flat areas with sharp edges", check=schedule)
    saturation: Any = option(0.0, "for colorful pictures (negative: for pale ones)", check=schedule)
    latent_shrink: Any = option(0.0, "pull towards the mean of the codebook", check=schedule)
    keep_init: Any = option(
        None,
        "pull towards the start; none: 1 for a picture that the VQGAN brings, otherwise 0",
        check=schedule_if_any,
    )


@dataclass(frozen=True)
class OutputConfig:
    """Where pictures go. Nothing here changes a picture."""

    folder: str = option("outputs", "folder of the pictures")
    format: str = option("png", "file format", choices=FORMATS)
    quality: int = option(95, "of jpg and webp; 100 is lossless for webp", low=1, high=100)
    overwrite: bool = option(False, "replace a picture of the same name instead of numbering")
    save_every: int = option(0, "steps between previews; 0: none", low=0)
    checkpoint_every: int = option(0, "steps between checkpoints; 0: only when interrupted", low=0)
    trace: bool = option(False, "write the losses of every step as JSON lines")


@dataclass(frozen=True)
class Config:
    """Everything a picture depends on, and where it goes."""

    prompts: list[Any] = option(
        [], 'texts "a fox:weight:stop", or tables {text|image|noise: ..., weight: ..., stop: ...}'
    )
    template: str = option(
        SLOT, "frame put around every text of `prompts`, as in: a watercolor painting of {}"
    )
    style_prompts: list[Any] = option([], "prompts added to `prompts`, outside the template")
    seed: int = option(0, "of everything random", low=0, high=2**63 - 1)
    steps: int = option(50, "optimisation steps", low=1, high=1_000_000)
    width: int = option(128, "of the picture, in pixels; any number", low=16, high=8192)
    height: int = option(128, "of the picture, in pixels; any number", low=16, high=8192)
    vqgan: str = option(
        "mini",
        "the generator: mini, a name of `vqclip models list`, or the path of a checkpoint",
        check=generator,
    )
    perceptors: list[Any] = option(
        ["mini"], "the guides: mini, NAME:TAG of open_clip, a folder, or {name: ..., weight: ...}"
    )
    model_dir: str | None = option(
        None, "folder of downloaded models; none: the caches of this user. No part of a picture"
    )
    device: str = option("auto", "auto, cpu, cuda, cuda:1, mps; auto takes the fastest there is")
    precision: str = option("auto", "auto: bfloat16 on cuda, otherwise float32", choices=PRECISIONS)
    augmentations: list[Any] = option(
        ["flip", {"name": "noise", "strength": 0.12}],
        "in order: names, or {name: ..., strength: 0 to 1, probability: 0 to 1}",
    )
    start: StartConfig = option(StartConfig, StartConfig.__doc__ or "")
    latent: LatentConfig = option(LatentConfig, LatentConfig.__doc__ or "")
    cutouts: CutoutsConfig = option(CutoutsConfig, CutoutsConfig.__doc__ or "")
    optimizer: OptimizerConfig = option(OptimizerConfig, OptimizerConfig.__doc__ or "")
    losses: LossesConfig = option(LossesConfig, LossesConfig.__doc__ or "")
    output: OutputConfig = option(OutputConfig, OutputConfig.__doc__ or "")

    def all_prompts(self) -> tuple[Prompt, ...]:
        """The prompts, with the template around texts that attract, and those of styles."""
        own = [prompt for entry in self.prompts for prompt in read_prompts(entry)]
        framed = [
            Prompt(self.template.replace(SLOT, one.content), one.kind, one.weight, one.stop)
            if one.kind == "text" and one.weight > 0
            else one
            for one in own
        ]
        return (*framed, *(one for entry in self.style_prompts for one in read_prompts(entry)))

    def all_augmentations(self) -> tuple[Augmentation, ...]:
        """The augmentations, in order."""
        return tuple(augmentation(one) for one in self.augmentations)

    def all_perceptors(self) -> dict[str, float]:
        """The perceptors' names with their weights."""
        return dict(perceptor(one) for one in self.perceptors)


def walk(config: Any, prefix: str = "") -> Iterator[tuple[str, Any, Field[Any]]]:
    """Yield (dotted key, value, field) of every key, sections before what is in them."""
    for one in fields(config):
        value = getattr(config, one.name)
        yield f"{prefix}{one.name}", value, one
        if is_dataclass(value):
            yield from walk(value, f"{prefix}{one.name}.")


def default_of(one: Field[Any]) -> Any:
    """The default of a field."""
    if one.default is not MISSING:
        return one.default
    return one.default_factory() if one.default_factory is not MISSING else None


def check(config: Config) -> list[str]:
    """Return every mistake in a configuration, one sentence each, in the user's spelling."""
    messages = check_ranges(config)
    messages += _entries("prompts", config.prompts, read_prompts)
    messages += _entries("style_prompts", config.style_prompts, read_prompts)
    messages += _entries("augmentations", config.augmentations, augmentation)
    messages += _entries("perceptors", config.perceptors, perceptor)
    return messages + _conflicts(config)


def check_ranges(config: Any) -> list[str]:
    """Return every value out of the range or choices that its field names."""
    return [
        f"{key}: {problem}"
        for key, value, one in walk(config)
        for problem in _problems(value, one.metadata)
    ]


def _problems(value: Any, rules: Mapping[str, Any]) -> Iterator[str]:
    choices, low, high = rules.get("choices"), rules.get("low"), rules.get("high")
    if choices is not None and value not in choices:
        yield (
            f"{value!r} is unknown: allowed are {', '.join(choices)}{did_you_mean(value, choices)}"
        )
    if (
        low is not None
        and value is not None
        and not low <= value <= (math.inf if high is None else high)
    ):
        span = f"{low} or more" if high is None else f"from {low} to {high}"
        yield f"{value} is out of range: allowed is {span}"
    if "check" in rules:
        try:
            rules["check"](value)
        except ConfigError as error:
            yield from error.messages


def _entries(key: str, values: list[Any], read: Callable[[Any], Any]) -> list[str]:
    messages = []
    for index, value in enumerate(values):
        try:
            read(value)
        except ConfigError as error:
            messages += [f"{key}[{index}]: {message}" for message in error.messages]
    return messages


def _conflicts(config: Config) -> list[str]:
    messages = []
    start = config.start
    if SLOT not in config.template:
        messages.append(f"template: {config.template!r} has no {SLOT} to take the prompt")
    if config.cutouts.min_size > config.cutouts.max_size:
        messages.append("cutouts.min_size: is above cutouts.max_size")
    if not config.perceptors:
        messages.append("perceptors: at least one is needed")
    try:
        kept = schedule_if_any(config.losses.keep_init) or schedule(0)
    except ConfigError:
        kept = schedule(0)
    if not kept.is_zero and start.image is None and start.kind not in ("auto", "nearest"):
        messages.append(
            "losses.keep_init: has nothing to keep without start.image or start.kind=nearest"
        )
    return messages
