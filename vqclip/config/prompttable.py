"""Prompts of YAML files: texts as on the command line, tables, and stories of several scenes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from vqclip.config.moment import EASING, is_moment, moment, take_easing
from vqclip.config.prompt import KINDS, Prompt, Scene, parse_prompts, plain_text
from vqclip.config.region import Region, read_region
from vqclip.config.scalars import number
from vqclip.config.yamltext import quoting_hint
from vqclip.errors import ConfigError, did_you_mean, shown

KEYS = (*KINDS, "from", "weight", "stop", "region")
STORY_KEYS = ("region", EASING)
"""Keys of a story beside its moments."""


def read_prompts(value: object) -> tuple[Prompt, ...]:
    """Read an entry of a YAML list: a text as on the command line, a table, or a story.

    A table has one of the kinds of prompts, `to` together with `from`, and may have `weight`,
    `stop` and `region`. A story is a table from moments of the run to prompts.

    Raises:
        ConfigError: a key is unknown or missing, or a value is not allowed.
    """
    if isinstance(value, str):
        return parse_prompts(value)
    if not isinstance(value, Mapping):
        raise ConfigError(
            f"a prompt is a text or a table with {', '.join(KEYS)}, not {shown(value)}"
        )
    if any(map(is_moment, value)):
        return _story(value)
    for key in value:
        if key not in KEYS:
            raise ConfigError(
                f"unknown key {shown(key)} of a prompt: allowed are {', '.join(KEYS)}"
                f"{did_you_mean(str(key), KEYS)}{quoting_hint(value)}"
            )
    kinds = [kind for kind in KINDS if kind in value]
    if len(kinds) != 1:
        raise ConfigError(f"a prompt has one of {', '.join(KINDS)}, not {shown(dict(value))}")
    if ("from" in value) != (kinds == ["to"]):
        raise ConfigError(f"an edit has both from and to, not {shown(dict(value))}")
    texts = {key: _text(value[key], key) for key in (kinds[0], "from") if key in value}
    weight = _number(value["weight"], "weight") if "weight" in value else 1.0
    stop = _number(value["stop"], "stop") if "stop" in value else -math.inf
    region = read_region(value["region"]) if value.get("region") is not None else None
    return (Prompt(texts[kinds[0]], kinds[0], weight, stop, region, texts.get("from", "")),)


def _story(value: Mapping[object, object]) -> tuple[Prompt, ...]:
    """Read a story; where its scenes have several prompts, each becomes a story of its own.

    Raises:
        ConfigError: scenes do not go together.
    """
    table, easing = take_easing(value)
    region = read_region(table.pop("region")) if "region" in table else None
    for key in table:
        if not is_moment(key):
            raise ConfigError(
                f"unknown key {shown(key)} of a story: allowed are moments such as 0, 0.5, 50% and "
                f"'150 steps', and {', '.join(STORY_KEYS)}"
            )
    scenes = [(moment(key), read_prompts(entry)) for key, entry in table.items()]
    scenes.sort(key=lambda scene: scene[0])
    counts = {len(prompts) for _, prompts in scenes}
    if len(counts) != 1:
        raise ConfigError(
            "every scene of a story has as many prompts, not "
            f"{', '.join(str(len(prompts)) for _, prompts in scenes)}"
        )
    times = [at for at, _ in scenes]
    if len(set(times)) < len(times):
        raise ConfigError(f"two scenes of a story are at one moment: {shown(list(table))}")
    columns = zip(*(prompts for _, prompts in scenes), strict=True)
    return tuple(_joined(times, column, region, easing) for column in columns)


def _joined(
    times: Sequence[float], prompts: Sequence[Prompt], region: Region | None, easing: str
) -> Prompt:
    """Make a story of one prompt for each moment."""
    first = prompts[0]
    if any(prompt.scenes for prompt in prompts):
        raise ConfigError("a scene of a story is a prompt, not a story")
    alike = {(prompt.kind, prompt.base, prompt.region) for prompt in prompts}
    if len(alike) > 1:
        raise ConfigError(
            "the scenes of a story are of one kind, with one region: "
            f"{', '.join(shown(str(prompt)) for prompt in prompts)}"
        )
    if region is not None and first.region is not None:
        raise ConfigError("a story has one region: beside its scenes, or in each of them")
    scenes = tuple(
        Scene(at, prompt.content, prompt.weight, prompt.stop)
        for at, prompt in zip(times, prompts, strict=True)
    )
    own = replace(first, region=region or first.region)
    return own if len(scenes) == 1 else replace(own, scenes=scenes, easing=easing)


def _text(value: object, key: str) -> str:
    if value is None or isinstance(value, bool):
        raise ConfigError(f"the {key} of a prompt is a text, not {shown(value)}")
    return plain_text(str(value))


def _number(value: object, key: str) -> float:
    try:
        return number(value)
    except ConfigError:
        raise ConfigError(f"the {key} of a prompt is a number, not {shown(value)}") from None


def weight_notes(prompts: Iterable[Prompt]) -> Iterator[str]:
    """Yield a note for each weight that was read from the end of a prompt's text."""
    for prompt in prompts:
        if prompt.is_read and prompt.kind == "text" and not prompt.scenes:
            stop = "" if prompt.stop == -math.inf else f" and the stop {prompt.stop:g}"
            yield (
                f"the prompt {shown(prompt.content)} has the weight {prompt.weight:g}{stop}, "
                "read from its end"
            )
