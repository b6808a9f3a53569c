"""The plan of an evaluation: every setting with every prompt and every seed, as a series."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vqclip.config.job import Job, slug
from vqclip.config.layers import Assignment, load_config, parse_override
from vqclip.config.prompt import SLOT, Prompt
from vqclip.config.schema import Config
from vqclip.errors import ConfigError, Mistakes
from vqclip.evaluation.budget import Budget, read_budgets, write_budgets
from vqclip.series.plan import Plan, PlannedPicture

DEFAULT = "default"
ELSEWHERE = {"prompts": "the file", "seed": "--seeds", "output.folder": "--output"}
"""Keys that an evaluation does not take from key=value, and where it takes them from."""


@dataclass(frozen=True)
class Setting:
    """A configuration to be measured.

    Attributes:
        name: in the report.
        config: without prompts.
        budget: that its steps were fitted to; None: its steps are its own.
    """

    name: str
    config: Config
    budget: Budget | None = None

    @property
    def recipe(self) -> str:
        """A hash that is equal for settings that differ in their steps alone."""
        return make_job(replace(self, config=replace(self.config, steps=1)), "-", 0).id

    def within(self, budget: Budget) -> Setting:
        """The setting with the steps of a budget."""
        return replace(self, config=replace(self.config, steps=budget.steps), budget=budget)

    def to_dict(self) -> dict[str, object]:
        """Its perceptors, every key that its pictures depend on, and its budget."""
        table = make_job(self, SLOT, 0).to_dict()
        return {
            "perceptors": self.config.perceptor_weights(),
            "config": {key: table[key] for key in table if key not in ("prompts", "seed")},
            "budget": None if self.budget is None else self.budget.to_dict(),
        }


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
        presets: names of presets; none: the defaults.
        file: a configuration that takes precedence over the presets.
        styles: names of styles, which take precedence over the file.
        assignments: settings that take precedence over all of these.
        variants: further assignments in one text, such as `latent.levels=1 latent.average=0`.

    Raises:
        ConfigError: with every mistake; that two settings are equal is one.
    """
    mistakes = Mistakes()
    settings: list[Setting] = []
    chosen: list[str | None] = [*presets] or [None]
    for preset, variant in itertools.product(chosen, ["", *variants]):
        name = preset or (file.stem if file is not None else DEFAULT)
        with mistakes.noted():
            changes = [*assignments, *_parse_variant(variant)]
            _check_keys(changes)
            config = load_config(
                preset=preset,
                files=[] if file is None else [file],
                styles=styles,
                assignments=changes,
            )
            settings.append(Setting(f"{name} {variant}".strip(), config))
    _check_settings(settings, mistakes)
    mistakes.check()
    return tuple(settings)


def _parse_variant(variant: str) -> list[Assignment]:
    # A value may hold spaces: it ends where the next KEY= begins.
    words = re.split(r"\s+(?=[\w.]+=)", variant.strip())
    mistakes = Mistakes()
    assignments = []
    for word in filter(None, words):
        with mistakes.noted(f"--vary {variant!r}: "):
            assignments.append(parse_override(word))
    mistakes.check()
    return assignments


def _check_settings(settings: Sequence[Setting], mistakes: Mistakes) -> None:
    first: dict[str, Setting] = {}
    for setting in settings:
        if setting.config.prompts:
            mistakes.add(f"{setting.name}: prompts: in an evaluation, they are set by the file")
        same = first.setdefault(repr(setting.config), setting)
        if same is not setting:
            mistakes.add(f"{setting.name} is the same setting as {same.name}: leave out one")


def _check_keys(assignments: Sequence[Assignment]) -> None:
    mistakes = Mistakes()
    for given in assignments:
        if given.key in ELSEWHERE:
            source = ELSEWHERE[given.key]
            mistakes.add(f"{given.origin}: in an evaluation, {given.key} is set by {source}")
    mistakes.check()


def make_job(setting: Setting, prompt: str, seed: int) -> Job:
    """Make the job of one picture: the prompt in the template and styles of the setting."""
    return Job.of(replace(setting.config, prompts=(Prompt(prompt),)), seed)


def recall_budgets(
    settings: Sequence[Setting], seconds: float, *, folder: Path
) -> tuple[Setting, ...]:
    """Give settings the budgets that an earlier command measured in the same folder.

    Args:
        settings: to be measured.
        seconds: allowed for a picture.
        folder: of the run.

    Returns:
        The settings; those that were not measured before, or with another budget, as they are.

    Raises:
        OutputError: the file of the budgets is damaged.
    """
    budgets = read_budgets(folder)
    recalled = []
    for setting in settings:
        budget = budgets.get(setting.name)
        known = budget is not None and (budget.seconds, budget.recipe) == (seconds, setting.recipe)
        recalled.append(setting.within(budget) if budget is not None and known else setting)
    return tuple(recalled)


def keep_budgets(settings: Sequence[Setting], *, folder: Path) -> None:
    """Write down the budgets of settings, so that the same command continues with their steps.

    Raises:
        OutputError: the folder cannot be written to.
    """
    budgets = {setting.name: setting.budget for setting in settings if setting.budget is not None}
    write_budgets(folder, budgets)


def make_plan(
    settings: Sequence[Setting], prompts: Sequence[str], seeds: Sequence[int], *, folder: Path
) -> Plan:
    """Plan every setting x prompt x seed, the pictures of a setting one after another.

    Args:
        settings: with distinct names.
        prompts: to be drawn.
        seeds: random seeds of each prompt.
        folder: of the run, after which the plan is named.

    Raises:
        ConfigError: settings differ in nothing that pictures depend on.
    """
    pictures = []
    for setting, prompt, seed in itertools.product(settings, prompts, seeds):
        job = make_job(setting, prompt, seed)
        labels = {"prompt": prompt, "setting": setting.name, "seed": str(seed)}
        name = f"{slug(setting.name)[:24]}_{slug(prompt)}_s{seed}_{job.id[:6]}"
        pictures.append(PlannedPicture(job, name, labels, job.id, setting.name))
    names = [setting.name for setting in settings]
    if len({picture.id for picture in pictures}) < len(pictures):
        raise ConfigError(
            f"two of the settings draw the same pictures: leave out one ({', '.join(names)})"
        )
    axes = {"prompt": tuple(prompts), "setting": tuple(names), "seed": tuple(map(str, seeds))}
    return Plan(folder.name, folder, tuple(pictures), axes, candidates=1, keep=1, judge=None)
