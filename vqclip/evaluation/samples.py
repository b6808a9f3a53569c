"""The samples of an evaluation: the pictures of its run, or those of any folder."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from vqclip.errors import ConfigError, Mistakes, VqclipError, shown
from vqclip.outputs import recipe as recipes
from vqclip.perception.folders import check_places, find_pictures
from vqclip.runs.folder import RunFolder
from vqclip.runs.picture import read_pictures

CAPTIONS = "captions.json"
"""In a folder of pictures: prompt -> file name, or list of file names."""


@dataclass(frozen=True)
class Sample:
    """A picture to be judged.

    Attributes:
        setting: name of the setting it was drawn with.
        prompt: what it should show.
        path: its file.
        seed: its random seed; None if unknown.
        seconds: the time it took; None if unknown, as for a picture that was interrupted.
        steps: the steps it took; None if unknown.
    """

    setting: str
    prompt: str
    path: Path
    seed: int | None = None
    seconds: float | None = None
    steps: int | None = None


def samples_of_run(run: RunFolder) -> tuple[list[Sample], list[str]]:
    """Return the finished pictures of a run in the order of its plan, and the names of others."""
    _, pictures = read_pictures(run.folder)
    samples = [
        Sample(
            picture.labels["setting"],
            picture.labels["prompt"],
            picture.path,
            picture.seed,
            None if picture.was_continued else picture.seconds,
            picture.steps,
        )
        for picture in pictures
        if picture.path is not None
    ]
    return samples, [picture.name for picture in pictures if picture.path is None]


def samples_of_folder(folder: Path, prompts: Collection[str]) -> tuple[list[Sample], list[str]]:
    """Return the pictures of a folder whose prompt is one of `prompts`, and the names of others.

    The prompts of the pictures are those of `captions.json`, where it exists, otherwise those of
    the recipes inside the pictures.

    Raises:
        ConfigError: the folder does not exist, holds no picture of one of the prompts, or its
            captions are damaged.
    """
    mistakes = Mistakes()
    with mistakes.noted("--pictures: "):
        check_places([folder])
    mistakes.check()
    captions = folder / CAPTIONS
    found = _with_captions(captions) if captions.is_file() else _with_recipes(folder)
    samples = [sample for sample in found if sample.prompt in prompts]
    if not samples:
        raise ConfigError(
            f"--pictures: none of the {len(found)} pictures in {folder} has a prompt of the list"
        )
    order = {prompt: index for index, prompt in enumerate(prompts)}
    others = [str(sample.path) for sample in found if sample.prompt not in prompts]
    return sorted(samples, key=lambda sample: order[sample.prompt]), others


def _with_captions(path: Path) -> list[Sample]:
    folder, samples, mistakes = path.parent, [], Mistakes()
    for prompt, value in _read_table(path).items():
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str):
                samples.append(Sample(folder.name, prompt, folder / name))
            else:
                mistakes.add(
                    f"{path}: {shown(prompt)}: is a file name or a list of them, not {shown(name)}"
                )
    mistakes.check()
    return samples


def _read_table(path: Path) -> Mapping[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(content, Mapping):
        raise ConfigError(f"{path} is not a table from prompts to file names")
    return content


def _with_recipes(folder: Path) -> list[Sample]:
    samples = []
    for path in find_pictures([folder]).paths:
        try:
            config = recipes.read(path).config
        except VqclipError:  # a sheet, or a picture of another program
            continue
        texts = [prompt.content for prompt in config.all_prompts() if prompt.kind == "text"]
        if texts:
            samples.append(Sample(folder.name, texts[0], path, config.seed))
    return samples
