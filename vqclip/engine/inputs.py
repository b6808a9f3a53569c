"""The pictures and masks that jobs name, tried before any model is loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from vqclip.config.job import Job
from vqclip.engine.keeping import kept_mask
from vqclip.engine.masks import hard_mask
from vqclip.errors import ConfigError, ImageError
from vqclip.files.images import load_image
from vqclip.files.paths import user_path


def check_inputs(jobs: Sequence[Job]) -> None:
    """Read every picture that jobs start from or aim at, and make every mask.

    Args:
        jobs: jobs that share their settings.

    Raises:
        ConfigError: with every one that cannot be used.
    """
    mistakes = []
    for check in _checks(jobs).values():
        try:
            check()
        except ImageError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ConfigError(list(dict.fromkeys(mistakes)))


def _checks(jobs: Sequence[Job]) -> dict[object, Callable[[], object]]:
    """Return what reads every region, picture and kept part once."""
    config = jobs[0].config
    prompts = [prompt for job in jobs for prompt in job.prompts]
    regions = dict.fromkeys(prompt.region for prompt in prompts if prompt.region is not None)
    masks = {region.mask for region in regions}
    checks: dict[object, Callable[[], object]] = {
        region: partial(hard_mask, region, config.height, config.width) for region in regions
    }
    if config.keep is not None:
        masks.add(config.keep.mask)
    if config.keep is not None or config.extend is not None:
        checks["keep"] = partial(kept_mask, config)
    names = dict.fromkeys(name for job in jobs for name in job.whole().pictures())
    pictures = [name for name in names if name not in masks]
    return checks | {name: partial(load_image, user_path(name)) for name in pictures}
