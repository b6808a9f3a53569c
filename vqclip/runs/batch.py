"""A batch: the pictures of a run that one worker draws together, and their manifest entries."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.errors import ConfigError, OutputError
from vqclip.files.images import to_pil
from vqclip.models.load import Models
from vqclip.outputs.checkpoint import Checkpoint
from vqclip.outputs.names import CHECKPOINT as CHECKPOINT_SUFFIX
from vqclip.outputs.names import check_own
from vqclip.outputs.writer import Writer
from vqclip.perception.ranking import Judge
from vqclip.runs.drive import Stop, drive
from vqclip.runs.events import Checkpointed, Done, Event, Finished, Interrupted, Started, Step
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import CHECKPOINT, DONE, INTERRUPTED, RUNNING, Entry, Result
from vqclip.runs.pace import Pace, Stopwatch
from vqclip.series.plan import PlannedPicture

CHECKPOINT_EVERY = 25
"""Steps between checkpoints where neither the command nor the configuration has any."""


@dataclass
class Batch:
    """Draws claimed jobs that share their settings and the checkpoint they continue from.

    Attributes:
        run: the folder.
        jobs: one or more.
        models: models that draw.
        judge: judge that scores the finished pictures.
        checkpoint_every: steps between checkpoints; None leaves it to the configuration.
        pace: pace of the batch, once it was drawn from the first step to the last.
    """

    run: RunFolder
    jobs: Sequence[PlannedPicture]
    models: Models
    judge: Judge
    checkpoint_every: int | None = None
    pace: Pace | None = None

    def draw(self, stop: Stop) -> Iterator[Event]:
        """Draw the pictures, keep the manifest up to date, and yield what happens.

        Raises:
            DivergedError: the loss of a picture is not finite.
        ForeignFileError: a picture would replace a file that is none of this run.
            ImageError: a picture to start from or to aim at cannot be read.
            OutputError: the folder cannot be written to.
        """
        start = self.jobs[0].config.start
        watch = Stopwatch(tried=start.candidate_steps if start.candidates > 1 else 0)
        begun = time.monotonic()
        writer = self._writer()
        generation, source = self._generation()
        first = generation.step
        for event in drive(generation, writer, stop):
            if isinstance(event, Started):
                watch.started()
                self._mark(RUNNING, event.step, source)
            elif isinstance(event, Step):
                watch.stepped(event.step)
            elif isinstance(event, Checkpointed):
                self._mark(CHECKPOINT, event.step, writer.checkpoint_path)
                continue
            elif isinstance(event, Interrupted):
                self._mark(INTERRUPTED, event.step, writer.checkpoint_path)
            elif isinstance(event, Finished):
                self.pace = watch.pace(len(self.jobs)) if first == 0 else None
                share = (time.monotonic() - begun) / len(self.jobs)
                yield from self._finish(generation, event, first=first, seconds=round(share, 3))
                continue
            yield event
        if source is not None and source != writer.checkpoint_path:
            self.run.drop_checkpoint(source)

    def _generation(self) -> tuple[Generation, Path | None]:
        """Return the optimisation, and the checkpoint it continues from, if there is one."""
        source = self.run.checkpoint_of(self.jobs[0])
        if source is not None:
            try:
                return self._continued(source), source
            except (OutputError, ConfigError):  # damaged, or made with other models: start over
                source.unlink(missing_ok=True)
        return build(self.models, [job.job for job in self.jobs]), None

    def _continued(self, source: Path) -> Generation:
        """Continue the batch of a checkpoint, or a part of it.

        Raises:
            OutputError: it is damaged, or belongs to other pictures or models.
        """
        checkpoint = Checkpoint.read(source)
        names = [Path(name).stem for name in checkpoint.names]
        planned = {job.name: job for job in self.run.plan.jobs}
        if not {job.name for job in self.jobs} <= set(names) <= set(planned):
            raise OutputError(f"{source} belongs to other pictures")
        generation = checkpoint.restore(self.models, [planned[name].job for name in names])
        generation.keep([names.index(job.name) for job in self.jobs])
        return generation

    def _writer(self) -> Writer:
        """Return what writes the files.

        Raises:
            ForeignFileError: a picture would replace a file that is none of this run.
        """
        for job in self.jobs:
            check_own(self.run.path(job), job.job)
        every = self.checkpoint_every or self.jobs[0].config.output.checkpoint_every
        return Writer(
            tuple(self.run.path(job) for job in self.jobs),
            suffix=_suffix(self.jobs),
            checkpoint_every=every or CHECKPOINT_EVERY,
            keep_unfinished=False,
        )

    def _mark(self, state: str, step: int, checkpoint: Path | None) -> None:
        name = None if checkpoint is None else checkpoint.name
        for job in self.jobs:
            entry = Entry(job.id, state, name=job.name, step=step, checkpoint=name)
            self.run.manifest.append(entry)

    def _finish(
        self, generation: Generation, event: Finished, *, first: int, seconds: float
    ) -> Iterator[Event]:
        """Score the pictures and mark them as done."""
        pictures = [to_pil(image) for image in generation.images()]
        scores = self.judge.scores(pictures, [job.prompts for job in self.jobs])
        for job, score, losses in zip(self.jobs, scores, event.losses, strict=True):
            result = Result(
                file=str(self.run.path(job).relative_to(self.run.folder)),
                step=event.step,
                losses=losses,
                score=score,
                seconds=seconds,
                begun=first,
                batch=len(self.jobs),
                device=str(generation.device),
            )
            self.run.manifest.append(Entry(job.id, DONE, name=job.name, result=result))
            yield Done((job.id,), job.name, result)


def _suffix(jobs: Sequence[PlannedPicture]) -> str:
    """Return the suffix of a batch's checkpoint: a part of a batch must not replace the whole's."""
    ids = "".join(job.id for job in jobs)
    return f".{hashlib.sha256(ids.encode()).hexdigest()[:8]}{CHECKPOINT_SUFFIX}"
