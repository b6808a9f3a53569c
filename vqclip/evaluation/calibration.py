"""Equal time: each setting gets as many steps as take a given number of seconds per picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vqclip.errors import Mistakes
from vqclip.evaluation.budget import Budget, read_budgets, write_budgets
from vqclip.evaluation.comparison import Setting, make_job
from vqclip.runs.capacity import pictures_at_once
from vqclip.runs.pace import Pace
from vqclip.runs.probe import measure
from vqclip.runs.studio import Studio

ROUNDS = 3
"""How often all settings are measured; the fastest times count."""


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


def calibrate(
    settings: Sequence[Setting],
    seconds: float,
    studio: Studio,
    prompts: Sequence[str],
    *,
    at_once: int | None,
) -> tuple[Setting, ...]:
    """Measure the settings without a budget on this machine, and give them their steps.

    They take turns, several times, since a machine that is busy for a while would slow down one of
    them alone.

    Args:
        settings: some of which may have a budget.
        seconds: allowed for a picture.
        studio: loads the models.
        prompts: of the first pictures.
        at_once: pictures in a batch; None: as many as fit into memory.

    Raises:
        CheckpointError: models cannot be loaded.
        ConfigError: with every setting that cannot make one step in that time.
    """
    paces: dict[str, Pace] = {}
    unknown = [setting for setting in settings if setting.budget is None]
    for setting in unknown * ROUNDS:
        models, _judge = studio.models(setting.config)
        count = at_once or pictures_at_once(models, setting.config)
        pace = measure(models, [make_job(setting, prompt, 0) for prompt in prompts[:count]])
        paces[setting.name] = pace.fastest(paces.get(setting.name, pace))
    mistakes = Mistakes()
    calibrated = {setting.name: setting for setting in settings}
    for setting in unknown:
        with mistakes.noted(f"--budget: {setting.name}: "):
            tried = setting.config.start.candidate_steps
            pace = paces[setting.name]
            budget = Budget.of(pace, seconds, tried=tried, recipe=setting.recipe)
            calibrated[setting.name] = setting.within(budget)
    mistakes.check()
    return tuple(calibrated.values())


def keep_budgets(settings: Sequence[Setting], *, folder: Path) -> None:
    """Write down the budgets of settings, so that the same command continues with their steps.

    Raises:
        OutputError: the folder cannot be written to.
    """
    budgets = {setting.name: setting.budget for setting in settings if setting.budget is not None}
    write_budgets(folder, budgets)
