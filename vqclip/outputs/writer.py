"""The files of a batch: pictures, previews, traces and checkpoints, each complete or absent."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from vqclip.config.job import Job
from vqclip.engine.build import PICTURE
from vqclip.engine.generation import Generation
from vqclip.engine.iterate import Iterate
from vqclip.errors import OutputError
from vqclip.files.atomic import write
from vqclip.files.images import to_pil
from vqclip.machine.device import own_processor
from vqclip.outputs import recipe as recipes
from vqclip.outputs.checkpoint import Checkpoint
from vqclip.outputs.claims import Claims
from vqclip.outputs.names import (
    CHECKPOINT,
    FRAMES,
    PREVIEWS,
    TRACE,
    check_own,
    choose_paths,
    free_path,
)
from vqclip.outputs.progressfilm import ProgressFilm
from vqclip.outputs.recipe import Recipe


@dataclass
class Writer:
    """Writes the files of one batch.

    Attributes:
        paths: path of each picture.
        suffix: suffix of the checkpoint, which lies next to the first picture.
        checkpoint_every: steps between checkpoints; 0: only when interrupted.
        keep_unfinished: whether to write the pictures of a batch that does not finish.
        claims: keep the paths free of other processes until the writer is closed; or none.
        replaces: which file a picture may replace: `own`, an earlier state of the same picture;
            `none`, in whose stead another name is chosen, free as the claims say; or `any`.
    """

    paths: tuple[Path, ...]
    suffix: str = CHECKPOINT
    checkpoint_every: int = 0
    keep_unfinished: bool = True
    claims: Claims | None = None
    replaces: Literal["own", "none", "any"] = "own"
    _written: set[Path] = field(default_factory=set, init=False)

    @classmethod
    def for_jobs(cls, jobs: Sequence[Job]) -> Writer:
        """Choose free names in the configured folder, and make the folder.

        Raises:
            OutputError: the folder cannot be written to.
        """
        paths, claims = choose_paths(jobs)
        settings = jobs[0].config.output
        replaces: Literal["none", "any"] = "any" if settings.overwrite else "none"
        return cls(
            paths, checkpoint_every=settings.checkpoint_every, claims=claims, replaces=replaces
        )

    def close(self) -> None:
        """Release the names of the pictures."""
        if self.claims is not None:
            self.claims.give_all_back()

    @property
    def checkpoint_path(self) -> Path:
        """The path of the checkpoint."""
        return self.paths[0].with_suffix(self.suffix)

    def save(self, generation: Generation) -> None:
        """Write the pictures as they are now.

        Raises:
            OutputError: the folder cannot be written to.
        """
        self._save_final(generation, range(len(self.paths)))
        self._encode_films(generation, range(len(self.paths)))

    def checkpoint(self, generation: Generation) -> None:
        """Write everything needed to continue the batch.

        Raises:
            OutputError: the folder cannot be written to.
        """
        Checkpoint(
            recipes=tuple(recipes_of(generation)),
            names=tuple(path.name for path in self.paths),
            output=generation.config.output,
            state=generation.state_dict(),
        ).write(self.checkpoint_path)

    def drop_checkpoint(self) -> None:
        """Remove the checkpoint, if there is one, and the frames of films."""
        self.checkpoint_path.unlink(missing_ok=True)
        for path in self.paths:
            shutil.rmtree(path.with_suffix(FRAMES), ignore_errors=True)

    def step(self, generation: Generation, iterate: Iterate) -> None:
        """Write what is due after a step, apart from a checkpoint: the trace and a preview.

        Raises:
            OutputError: the folder cannot be written to.
        """
        settings = generation.config.output
        if settings.trace:
            self._trace(iterate)
        films = self._films(generation)
        if any(film.is_due(iterate.step) for film in films):
            for film, image in zip(films, generation.latest(), strict=True):
                film.add(iterate.step, to_pil(image))
        if settings.save_every and iterate.step % settings.save_every == 0:
            name = f"{iterate.step:06d}.{settings.format}"
            for path, content in zip(self.paths, _encoded(generation), strict=True):
                write(path.with_suffix(PREVIEWS) / name, content)

    def is_checkpoint_due(self, iterate: Iterate) -> bool:
        """Return whether a checkpoint is due after a step; none is due after the last step."""
        every = self.checkpoint_every
        return bool(every) and iterate.step % every == 0 and iterate.step < iterate.steps

    def interrupt(self, generation: Generation) -> None:
        """Write the files of an interrupted batch: its checkpoint, and perhaps its pictures.

        Raises:
            OutputError: the folder cannot be written to.
        """
        if self.keep_unfinished:
            self.save(generation)
        else:
            self._encode_films(generation, range(len(self.paths)))
        self.checkpoint(generation)

    def diverge(self, generation: Generation, images: Sequence[int]) -> None:
        """Write the last good pictures of a batch in which some images diverged.

        Args:
            generation: the batch.
            images: indices of the images that diverged.

        Raises:
            OutputError: the folder cannot be written to.
        """
        if self.keep_unfinished:
            self.save(generation)
            self.drop_checkpoint()
        else:  # the other images will continue from the checkpoint
            self._save_final(generation, images)
            self._encode_films(generation, images)

    def _films(self, generation: Generation) -> list[ProgressFilm]:
        """Return the film of each picture, if films are asked for."""
        if generation.config.output.video.file is None:
            return []
        pairs = zip(generation.jobs, self.paths, strict=True)
        return [ProgressFilm(job, path) for job, path in pairs]

    def _encode_films(self, generation: Generation, images: Sequence[int]) -> None:
        """Write the films of the pictures at these indices, as far as they have come.

        Raises:
            OutputError: a folder cannot be written to.
        """
        films = self._films(generation)
        for index in images if films else ():
            films[index].encode(recipes_of(generation)[index], generation.step)

    def _save_final(self, generation: Generation, images: Sequence[int]) -> None:
        """Write the pictures at these indices.

        Raises:
            OutputError: the folder cannot be written to; single pictures are saved elsewhere.
        """
        contents, problems = _encoded(generation), []
        for index in images:
            try:
                self._place(index, contents[index], generation.jobs[index])
            except OutputError as error:
                if not self.keep_unfinished:  # a series continues from its checkpoint
                    raise
                problems.append(_rescue(self.paths[index].name, contents[index], error))
        if problems:
            raise OutputError("\n".join(problems))

    def _place(self, index: int, content: bytes, job: Job) -> None:
        """Write a picture; a file that came to its path in the meantime is not lost."""
        path = self.paths[index]
        try:
            write(path, content, replace=self.replaces == "any")
        except FileExistsError:
            if self.replaces == "none" and self.claims is not None and path not in self._written:
                self._rename(index, free_path(path, self.claims))
                self._place(index, content, job)
                return
            check_own(path, job)
            write(path, content)
        self._written.add(path)

    def _rename(self, index: int, path: Path) -> None:
        """Give a picture another path, and with the first one the checkpoint."""
        before, frames = self.checkpoint_path, self.paths[index].with_suffix(FRAMES)
        self.paths = (*self.paths[:index], path, *self.paths[index + 1 :])
        if before.exists():
            before.replace(self.checkpoint_path)
        if frames.exists():
            frames.replace(path.with_suffix(FRAMES))

    def _trace(self, iterate: Iterate) -> None:
        for path, losses in zip(self.paths, iterate.losses, strict=True):
            line = json.dumps({"step": iterate.step, "steps": iterate.steps, **losses.named()})
            mode = "w" if iterate.step == 1 else "a"
            trace = path.with_suffix(TRACE)
            try:
                with trace.open(mode, encoding="utf-8") as file:
                    file.write(line + "\n")
            except OSError as error:
                raise OutputError(f"{trace} cannot be written: {error.strerror}") from error


def _rescue(name: str, content: bytes, error: OutputError) -> str:
    """Save a picture among temporary files, if that is possible; return what became of it."""
    try:
        path = Path(tempfile.mkdtemp(prefix="vqclip-")) / name
        write(path, content)
    except (OSError, OutputError):
        return str(error)
    return f"{error}; the picture was saved as {path} instead"


def _encoded(generation: Generation) -> list[bytes]:
    """Return the files of the pictures as they are now."""
    settings = generation.config.output
    return [
        recipes.encode(to_pil(picture), recipe, format=settings.format, quality=settings.quality)
        for picture, recipe in zip(generation.images(), recipes_of(generation), strict=True)
    ]


def recipes_of(generation: Generation) -> list[Recipe]:
    """Return the recipe of every picture of a batch."""
    device, versions = generation.device.type, recipes.versions()
    processor = own_processor() if device == "cpu" else None
    models = {
        name: digest for name, digest in generation.hashes.items() if not name.startswith(PICTURE)
    }
    found = []
    for job in generation.jobs:
        config = job.whole()
        pictures = {name: generation.hashes[f"{PICTURE}{name}"] for name in config.pictures()}
        found.append(Recipe(config, models, versions, device, pictures, processor))
    return found
