"""The plan of an evaluation: every prompt by every seed by every setting, as a series."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vqclip.config.job import Job, slug
from vqclip.config.layers import Assignment, load_config, parse_override
from vqclip.config.prompt import SLOT, Prompt
from vqclip.config.schema import Config
from vqclip.errors import ConfigError
from vqclip.series.plan import Plan, PlannedPicture

DEFAULT = "default"
ELSEWHERE = {"prompts": "the file", "seed": "--seeds", "output.folder": "--output"}
"""Settings that an evaluation takes from elsewhere than key=value."""


@dataclass(frozen=True)
class Setting:
    """A configuration to be measured, by a name."""

    name: str
    config: Config


def make_settings(
    *,
    presets: Sequence[str] = (),
    file: Path | None = None,
    styles: Sequence[str] = (),
    assignments: Sequence[Assignment] = (),
    variants: Sequence[str] = (),
) -> tuple[Setting, ...]:
    """Resolve the settings to be compared: each preset as it is, then with each variant.

    Args:
        presets: names; none: the defaults.
        file: of a configuration, above the presets.
        styles: names, above the file.
        assignments: above these.
        variants: further assignments in one text, as `latent.levels=1 latent.average=0`.

    Raises:
        ConfigError: with every mistake; two settings are the same.
    """
    errors: list[str] = []
    settings: list[Setting] = []
    chosen: list[str | None] = [*presets] or [None]
    for preset, variant in itertools.product(chosen, ["", *variants]):
        name = preset or (file.stem if file is not None else DEFAULT)
        try:
            changes = [*assignments, *_words(variant)]
            _check_keys(changes)
            config = load_config(preset=preset, file=file, styles=styles, assignments=changes)
            settings.append(Setting(f"{name} {variant}".strip(), config))
        except ConfigError as error:
            errors += error.messages
    errors += _problems(settings)
    if errors:
        raise ConfigError(list(dict.fromkeys(errors)))
    return tuple(settings)


def _words(variant: str) -> list[Assignment]:
    # A value may hold spaces: it ends where the next KEY= begins.
    words = re.split(r"\s+(?=[\w.]+=)", variant.strip())
    try:
        return [parse_override(word) for word in words if word]
    except ConfigError as error:
        said = [f"--vary {variant!r}: {message}" for message in error.messages]
        raise ConfigError(said) from error


def _problems(settings: Sequence[Setting]) -> Iterator[str]:
    first: dict[str, Setting] = {}
    for one in settings:
        if one.config.prompts:
            yield f"{one.name}: prompts: of an evaluation, they are set by the file"
        same = first.setdefault(repr(one.config), one)
        if same is not one:
            yield f"{one.name}: is the same setting as {same.name}: leave one of them out"


def _check_keys(assignments: Sequence[Assignment]) -> None:
    misplaced = [one for one in assignments if one.key in ELSEWHERE]
    if misplaced:
        raise ConfigError(
            [
                f"{one.origin}: of an evaluation, {one.key} is set by {ELSEWHERE[one.key]}"
                for one in misplaced
            ]
        )


def make_job(setting: Setting, prompt: str, seed: int) -> Job:
    """One picture: the prompt in the setting's frame; jobs of a setting share their config."""
    return Job.of(replace(setting.config, prompts=(Prompt(prompt),)), seed)


def make_plan(
    name: str,
    settings: Sequence[Setting],
    prompts: Sequence[str],
    seeds: Sequence[int],
    *,
    folder: Path,
) -> Plan:
    """Plan every setting x prompt x seed, the pictures of a setting after each other.

    Args:
        name: of the evaluation.
        settings: with distinct names.
        prompts: to be drawn.
        seeds: of each prompt.
        folder: of the run.

    Raises:
        ConfigError: settings differ in nothing that pictures depend on.
    """
    jobs = []
    for setting in settings:
        for prompt in prompts:
            for seed in seeds:
                job = make_job(setting, prompt, seed)
                labels = {"prompt": prompt, "setting": setting.name, "seed": str(seed)}
                named = f"{slug(setting.name)[:24]}_{slug(prompt)}_s{seed}_{job.id[:6]}"
                jobs.append(PlannedPicture(job, named, labels, job.id, setting.name))
    if len({one.id for one in jobs}) < len(jobs):
        raise ConfigError(
            "two of the settings draw the same pictures: leave one of them out "
            f"({', '.join(one.name for one in settings)})"
        )
    axes = {
        "prompt": tuple(prompts),
        "setting": tuple(one.name for one in settings),
        "seed": tuple(map(str, seeds)),
    }
    return Plan(name, folder, tuple(jobs), axes, candidates=1, keep=1, judge=None)


def facts_of_setting(setting: Setting) -> dict[str, Any]:
    """What a report says of a setting: its perceptors, and every key that pictures depend on."""
    table = make_job(setting, SLOT, 0).to_dict()
    kept = {key: value for key, value in table.items() if key not in ("prompts", "seed")}
    return {"perceptors": setting.config.perceptor_weights(), "config": kept}
