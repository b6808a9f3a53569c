"""Equal time: each setting gets as many steps as take a given number of seconds per picture."""

from __future__ import annotations

from collections.abc import Sequence

from vqclip.errors import Mistakes
from vqclip.evaluation.budget import Budget
from vqclip.evaluation.comparison import Setting, make_job
from vqclip.runs.capacity import pictures_at_once
from vqclip.runs.modelcache import ModelCache
from vqclip.runs.pace import Pace
from vqclip.runs.probe import measure

ROUNDS = 3
"""How often all settings are measured; the fastest times count."""


def calibrate(
    settings: Sequence[Setting],
    seconds: float,
    cache: ModelCache,
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
        cache: loads the models.
        prompts: of the first pictures.
        at_once: pictures in a batch; None: as many as fit into memory.

    Raises:
        CheckpointError: models cannot be loaded.
        ConfigError: with every setting that cannot make one step in that time.
    """
    paces: dict[str, Pace] = {}
    unknown = [setting for setting in settings if setting.budget is None]
    for setting in unknown * ROUNDS:
        models, _judge = cache.load(setting.config)
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
