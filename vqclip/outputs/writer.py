"""Files of a run: pictures, previews, traces and checkpoints, never half-written or overwritten."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import torch

from vqclip.config.job import Job
from vqclip.config.schema import OutputConfig
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.engine.iterate import Iterate
from vqclip.errors import OutputError
from vqclip.files import write
from vqclip.images import to_pil
from vqclip.models.load import Models
from vqclip.outputs import recipe as recipes
from vqclip.outputs.recipe import Recipe

CHECKPOINT = ".checkpoint"


def free_path(folder: Path, name: str, suffix: str, *, overwrite: bool) -> Path:
    """Return a path nothing would be lost by writing to: `name`, or `name-2`, `name-3`, ..."""
    path, number = folder / f"{name}{suffix}", 1
    while not overwrite and (path.exists() or path.with_suffix(CHECKPOINT).exists()):
        number += 1
        path = folder / f"{name}-{number}{suffix}"
    return path


@dataclass(frozen=True)
class Writer:
    """Writes the files of the jobs of one batch.

    Attributes:
        generation: the batch.
        paths: where each picture goes.
        suffix: of the checkpoint, which lies beside the first picture.
    """

    generation: Generation
    paths: tuple[Path, ...]
    suffix: str = CHECKPOINT

    @classmethod
    def for_batch(cls, generation: Generation) -> Writer:
        """Choose names and make sure the folder can be written to, before any work is done.

        Raises:
            OutputError: it cannot.
        """
        settings = generation.config.output
        folder = Path(settings.folder)
        probe = folder / ".writable"
        write(probe, b"")
        probe.unlink()
        paths: list[Path] = []
        for job in generation.jobs:
            path = free_path(folder, job.stem, f".{settings.format}", overwrite=settings.overwrite)
            while path in paths:
                path = path.with_stem(f"{path.stem}-b")
            paths.append(path)
        return cls(generation, tuple(paths))

    @classmethod
    def for_checkpoint(
        cls, models: Models, jobs: Sequence[Job], content: Mapping[str, Any], *, folder: Path
    ) -> Writer:
        """Continue what `checkpoint` wrote, into the same files.

        Raises:
            OutputError: the state does not fit the jobs.
        """
        generation = build(models, jobs)
        try:
            generation.load_state_dict(content["state"])
        except (KeyError, RuntimeError, ValueError, TypeError) as error:
            raise OutputError(f"the checkpoint does not fit these models: {error}") from error
        return cls(generation, tuple(folder / name for name in content["paths"]))

    def recipes(self) -> list[Recipe]:
        """The recipe of every picture of the batch."""
        device = self.generation.device.type
        hashes, packages = self.generation.hashes, recipes.versions()
        return [Recipe(job.whole(), hashes, packages, device) for job in self.generation.jobs]

    def save(self) -> None:
        """Write the pictures as they are now, and drop their checkpoint."""
        self._save_to(self.paths)
        self.checkpoint_path.unlink(missing_ok=True)

    def save_interrupted(self) -> None:
        """Write the pictures as they are now, and what is needed to continue."""
        self._save_to(self.paths)
        self.checkpoint()

    def after(self, iterate: Iterate) -> None:
        """Write what is due after a step: the trace, a preview, a checkpoint."""
        settings = self.generation.config.output
        if settings.trace:
            self._trace(iterate)
        last = iterate.step == iterate.steps
        if settings.save_every and iterate.step % settings.save_every == 0:
            folders = [path.with_suffix(".steps") for path in self.paths]
            suffix = f"{iterate.step:06d}.{settings.format}"
            self._save_to([folder / suffix for folder in folders])
        if settings.checkpoint_every and iterate.step % settings.checkpoint_every == 0 and not last:
            self.checkpoint()

    @property
    def checkpoint_path(self) -> Path:
        """Where the state of the batch goes: beside its first picture."""
        return self.paths[0].with_suffix(self.suffix)

    def checkpoint(self) -> Path:
        """Write everything needed to continue the batch."""
        content = {
            "recipes": [one.to_json() for one in self.recipes()],
            "paths": [path.name for path in self.paths],
            "output": dict(vars(self.generation.config.output)),
            "state": self.generation.state_dict(),
        }
        buffer = BytesIO()
        torch.save(content, buffer)
        write(self.checkpoint_path, buffer.getvalue())
        return self.checkpoint_path

    def _save_to(self, paths: Sequence[Path]) -> None:
        for content, path in zip(self.contents(), paths, strict=True):
            write(path, content)

    def contents(self) -> list[bytes]:
        """The files of the pictures as they are now."""
        settings = self.generation.config.output
        return [
            recipes.encode(to_pil(image), recipe, format=settings.format, quality=settings.quality)
            for image, recipe in zip(self.generation.images(), self.recipes(), strict=True)
        ]

    def _trace(self, iterate: Iterate) -> None:
        for path, losses in zip(self.paths, iterate.losses, strict=True):
            line = json.dumps({"step": iterate.step, "steps": iterate.steps, **losses.named()})
            with path.with_suffix(".trace.jsonl").open(
                "w" if iterate.step == 1 else "a", encoding="utf-8"
            ) as file:
                file.write(line + "\n")


def jobs_of(recipes: Sequence[Recipe], output: Mapping[str, Any], *, folder: Path) -> list[Job]:
    """The jobs a checkpoint was made from, writing to the folder it lies in."""
    settings = OutputConfig(**{**output, "folder": str(folder)})
    first = replace(recipes[0].config, output=settings)
    shared = Job.of(first).config
    return [replace(Job.of(one.config), config=shared) for one in recipes]


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Read a checkpoint: tensors and plain values alone, never code.

    Raises:
        OutputError: it is missing, damaged, or not a checkpoint of this program.
    """
    if not path.is_file():
        raise OutputError(f"there is no checkpoint {path}")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many kinds for files that are not its own
        reason = " ".join(str(error).split())[:200]
        raise OutputError(f"{path} is not a readable checkpoint: {reason}") from error
    if not isinstance(content, dict) or not {"recipes", "paths", "output", "state"} <= set(content):
        raise OutputError(f"{path} is not a checkpoint of vqclip")
    names, recipes = content["paths"], content["recipes"]
    plain = all(isinstance(one, str) and one == Path(one).name != "" for one in names)
    known = {one.name for one in fields(OutputConfig)}
    if not (names and plain and len(names) == len(recipes) and set(content["output"]) == known):
        raise OutputError(f"{path} is damaged: its names or settings are not those of a run")
    return content
