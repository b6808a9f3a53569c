"""Equal time: how many steps of a setting take so many seconds a picture, measured here and now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from vqclip.errors import ConfigError, OutputError
from vqclip.evaluation.comparison import Setting, make_job
from vqclip.files import write
from vqclip.runs.capacity import pictures_at_once
from vqclip.runs.pace import Pace
from vqclip.runs.probe import measure
from vqclip.runs.studio import Studio

ROUNDS = 3
"""How often all settings are measured."""
FILE = "budgets.json"


def paces(
    settings: Sequence[Setting],
    studio: Studio,
    prompts: Sequence[str],
    *,
    at_once: int | None,
) -> list[Pace]:
    """Measure settings in turn, several times, and keep the fastest times of each.

    In turn, since a machine that is busy for a while would slow down one setting alone.

    Args:
        settings: to be measured.
        studio: the models.
        prompts: of the first pictures.
        at_once: pictures in a batch; None leaves it to the free memory.

    Raises:
        CheckpointError: the models cannot be loaded.
    """
    found: dict[int, Pace] = {}
    for _ in range(ROUNDS):
        for index, one in enumerate(settings):
            models, _judge = studio.models(one.config)
            count = at_once or pictures_at_once(models, one.config)
            jobs = [make_job(one, prompt, 0) for prompt in prompts[:count]]
            pace = measure(models, jobs)
            found[index] = pace.fastest(found.get(index, pace))
    return [found[index] for index in range(len(settings))]


def within(setting: Setting, budget: float, pace: Pace) -> Setting:
    """Give a setting as many steps as take `budget` seconds a picture at its pace.

    Raises:
        ConfigError: not one step can be made in that time.
    """
    tried = setting.config.start.candidate_steps
    steps = pace.steps(budget, tried=tried)
    if steps < 1:
        least = pace.seconds(1, tried=tried)
        raise ConfigError(
            f"--budget: {setting.name} takes {least:.2f} s for a picture of one step, more than "
            f"{budget:g} s"
        )
    return replace(setting, config=replace(setting.config, steps=steps))


def equalize(
    settings: Sequence[Setting],
    budget: float,
    studio: Studio,
    prompts: Sequence[str],
    *,
    folder: Path,
    at_once: int | None,
) -> tuple[tuple[Setting, ...], dict[str, Any]]:
    """Give every setting the steps of a budget: those of an earlier run, or measured now.

    Args:
        settings: whose steps are replaced.
        budget: seconds of a picture.
        studio: the models.
        prompts: of the first pictures.
        folder: of the run, where `keep` may have written what was measured before.
        at_once: pictures in a batch; None leaves it to the free memory.

    Returns:
        the settings, and what is to be written down of each by its name.

    Raises:
        ConfigError: a setting cannot make one step in that time.
        OutputError: what was written before is damaged.
    """
    before = _read(folder)
    fresh = [one for one in settings if _known(before, one, budget) is None]
    measured = paces(fresh, studio, prompts, at_once=at_once)
    facts = {
        one.name: {**described(within(one, budget, pace), pace, budget), "recipe": _recipe(one)}
        for one, pace in zip(fresh, measured, strict=True)
    }
    facts |= {one.name: before[one.name] for one in settings if one not in fresh}
    return tuple(
        replace(one, config=replace(one.config, steps=int(facts[one.name]["steps"])))
        for one in settings
    ), facts


def _known(before: Mapping[str, Any], setting: Setting, budget: float) -> Mapping[str, Any] | None:
    """What was measured before of a setting for this budget."""
    old = dict(before.get(setting.name, {}))
    same = (old.get("seconds"), old.get("recipe")) == (budget, _recipe(setting))
    return old if same else None


def _recipe(setting: Setting) -> str:
    """Equal for settings that differ in nothing but their steps."""
    return make_job(replace(setting, config=replace(setting.config, steps=1)), "-", 0).id


def keep(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write down what was measured, so that the same command continues with the same steps.

    Raises:
        OutputError: the folder cannot be written to.
    """
    if facts:
        content = {**_read(folder), **facts}
        write(folder / FILE, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())


def _read(folder: Path) -> dict[str, Any]:
    path = folder / FILE
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
    except (OSError, ValueError, TypeError) as error:
        raise OutputError(f"{path} is damaged: {error}") from error


def described(setting: Setting, pace: Pace, budget: float) -> dict[str, Any]:
    """What is written down of a budget: enough to check it, and to continue with the same steps."""
    tried = setting.config.start.candidate_steps
    steps = setting.config.steps
    return {
        "seconds": budget,
        "steps": steps,
        "expected_seconds": round(pace.seconds(steps, tried=tried), 3),
        "pictures_at_once": pace.pictures,
        "start_seconds": round(pace.start, 4),
        "trying_seconds": round(pace.trying, 4),
        "step_seconds": round(pace.step, 4),
    }
