"""The pictures of an evaluation: those of its run, or of a folder that is there already."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from vqclip.errors import ConfigError, Mistakes, VqclipError
from vqclip.evaluation.ranks import Drawn
from vqclip.outputs import recipe as recipes
from vqclip.perception.folders import check_places, find_pictures
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import DONE

CAPTIONS = "captions.json"
"""In a folder of pictures: prompt -> file name, or list of file names."""


def of_run(run: RunFolder) -> tuple[list[Drawn], list[str]]:
    """The finished pictures of a run in the order of its plan, and the names of the others."""
    entries = run.manifest.read()
    drawn, lacking = [], []
    for job in run.plan.jobs:
        entry = entries.get(job.id)
        if entry is None or entry.state != DONE or not run.path(job).is_file():
            lacking.append(job.name)
            continue
        labels, facts = job.labels, entry.facts
        drawn.append(
            Drawn(
                labels["setting"],
                labels["prompt"],
                run.path(job),
                job.seed,
                None if facts.get("begun") else facts.get("seconds"),
                facts.get("step"),
            )
        )
    return drawn, lacking


def of_folder(folder: Path, prompts: Collection[str]) -> tuple[list[Drawn], list[str]]:
    """The pictures of a folder whose prompt is one of `prompts`, and the names of the others.

    The prompts are those of `captions.json`, if there is one, otherwise those of the recipes in the
    pictures.

    Raises:
        ConfigError: there is no such folder, or no picture of one of the prompts in it.
        ImageError: a picture that captions.json names is missing.
    """
    mistakes = Mistakes()
    with mistakes.noted("--pictures: "):
        check_places([folder])
    mistakes.check()
    captions = folder / CAPTIONS
    known = _captioned(captions) if captions.is_file() else _with_recipes(folder)
    drawn = [
        Drawn(folder.name, prompt, path, seed)
        for path, (prompt, seed) in known.items()
        if prompt in prompts
    ]
    others = [str(path) for path, (prompt, _) in known.items() if prompt not in prompts]
    if not drawn:
        raise ConfigError(
            f"--pictures: none of {len(known)} pictures in {folder} has a prompt of the list"
        )
    order = {prompt: index for index, prompt in enumerate(prompts)}
    return sorted(drawn, key=lambda one: order[one.prompt]), others


def _captioned(path: Path) -> dict[Path, tuple[str, int | None]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(content, Mapping):
        raise ConfigError(f"{path} is not a table from prompts to file names")
    found: dict[Path, tuple[str, int | None]] = {}
    for prompt, value in content.items():
        for name in value if isinstance(value, list) else [value]:
            if not isinstance(name, str):
                raise ConfigError(f"{path}: {prompt!r}: is a file name or a list, not {name!r}")
            found[path.parent / name] = (prompt, None)
    return found


def _with_recipes(folder: Path) -> dict[Path, tuple[str, int | None]]:
    found: dict[Path, tuple[str, int | None]] = {}
    for path in find_pictures([folder]).paths:
        try:
            config = recipes.read(path).config
        except VqclipError:  # a sheet, or a picture of somebody else
            continue
        texts = [one.content for one in config.all_prompts() if one.kind == "text"]
        if texts:
            found[path] = (texts[0], config.seed)
    return found
