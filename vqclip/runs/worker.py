"""A worker: takes jobs no other has, draws them in batches, and notes what became of each."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch

from vqclip.config.job import Job
from vqclip.engine.build import build
from vqclip.engine.starts.picturebank import all_hashes
from vqclip.errors import DivergedError, OutputError, VqclipError
from vqclip.images import to_pil
from vqclip.models.load import Models
from vqclip.outputs import writer as outputs
from vqclip.outputs.writer import Writer, read_checkpoint
from vqclip.perception.ranking import Judge
from vqclip.runs.capacity import is_out_of_memory, pictures_at_once
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import CHECKPOINT, DONE, FAILED, INTERRUPTED, RUNNING
from vqclip.runs.studio import Event, Studio
from vqclip.series.plan import PlannedPicture

CHECKPOINT_EVERY = 25
"""Steps between checkpoints where the configuration has none."""
PATIENCE = 0.5
"""Seconds between two looks at jobs that other processes have."""


@dataclass
class Worker:
    """Draws what is left of a run, sharing it with every other worker on the same folder.

    Attributes:
        run: the folder.
        studio: the models.
        stop: asked after every step; whether to leave off.
        retried: ids of failed jobs that are to be tried again.
        share: number of workers that began together, so that none takes all of a short list.
        checkpoint_every: steps; None leaves it to the configuration.
        at_once: pictures in a batch; None leaves it to the free memory.
    """

    run: RunFolder
    studio: Studio
    stop: Callable[[], bool]
    retried: set[str] = field(default_factory=set)
    share: int = 1
    checkpoint_every: int | None = None
    at_once: int | None = None
    most: dict[str, int] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)

    def work(self) -> Iterator[Event]:
        """Draw until nothing is left, or `stop` says so.

        Raises:
            OutputError: the folder cannot be written to.
        """
        while not self.stop():
            try:
                batch = self._claim()
                if batch:
                    yield from self._draw(batch)
                    continue
            finally:
                self.run.release()
            entries = self.run.manifest.read()
            waiting = tuple(job.id for job in self.run.pending(entries, self.retried))
            if not waiting:
                return
            yield Event("waiting", waiting)
            time.sleep(PATIENCE)

    def _claim(self) -> list[PlannedPicture]:
        """Lock the first free job, and more that can be drawn with it."""
        pending = list(self.run.pending(self.run.manifest.read(), self.retried))
        first = next((job for job in pending if self._take(job)), None)
        if first is None:
            return []
        entries = self.run.manifest.read()
        source = self.run.checkpoint_of(entries.get(first.id))
        batch, limit = [first], self._limit(first, len(pending))
        for job in pending:
            alike = job.batch == first.batch and job is not first
            if len(batch) < limit and alike and self._take(job):
                if self.run.checkpoint_of(self.run.manifest.read().get(job.id)) == source:
                    batch.append(job)
                else:
                    self.run.held.pop(job.id).release()
        return batch

    def _take(self, job: PlannedPicture) -> bool:
        """Lock a job, unless it was finished since it was looked at."""
        if not self.run.claim(job):
            return False
        if self.run.is_pending(job, self.run.manifest.read().get(job.id), self.retried):
            return True
        self.run.held.pop(job.id).release()
        return False

    def _limit(self, job: PlannedPicture, left: int) -> int:
        try:
            models, _ = self.studio.models(job.config)
        except VqclipError:  # said of each job when it is drawn
            return 1
        if job.batch not in self.most:
            processes = self.share if models.generator.device.type == "cpu" else 1
            fitting = pictures_at_once(models, job.config, processes=processes)
            self.most[job.batch] = self.at_once or fitting
        return max(1, min(self.most[job.batch], -(-left // self.share)))

    def _draw(self, jobs: Sequence[PlannedPicture]) -> Iterator[Event]:
        """Draw a batch; when something is wrong, find the jobs it is wrong with."""
        try:
            yield from self._optimise(jobs)
            return
        except OutputError:
            raise
        except (VqclipError, RuntimeError, MemoryError, ValueError, OSError) as error:
            problem = error.with_traceback(None)  # whose frames would keep the memory of the batch
            problem.__context__ = None
        yield from self._recover(jobs, problem)

    def _recover(self, jobs: Sequence[PlannedPicture], problem: Exception) -> Iterator[Event]:
        """Note the job that is to blame and draw the others; halve the batch to find it."""
        if isinstance(problem, DivergedError):
            bad = [jobs[index] for index in problem.images]
            yield from self._fail(bad, problem)
            rest = [job for job in jobs if job not in bad]
            if rest:
                yield from self._draw(rest)
            return
        if len(jobs) == 1:
            yield from self._fail(jobs, problem)
            return
        half = -(-len(jobs) // 2)
        if is_out_of_memory(problem):
            self.most[jobs[0].batch] = half
            torch.cuda.empty_cache()
            yield Event("note", (), {"text": f"out of memory: {half} pictures at once now"})
        yield from self._draw(jobs[:half])
        yield from self._draw(jobs[half:])

    def _fail(self, jobs: Sequence[PlannedPicture], error: BaseException) -> Iterator[Event]:
        known = isinstance(error, VqclipError)
        text = " ".join(str(error).split())[:500]
        reason = text if known else f"{type(error).__name__}: {text}"
        reason = f"out of memory: {text}" if is_out_of_memory(error) else reason
        for job in jobs:
            self.run.manifest.append(job.id, FAILED, name=job.name, error=reason)
            self.retried.discard(job.id)
            yield Event("failed", (job.id,), {"name": job.name, "error": reason})

    def _optimise(self, jobs: Sequence[PlannedPicture]) -> Iterator[Event]:
        models, judge = self.studio.models(jobs[0].config)
        self.run.check_models(all_hashes(models))
        ids = tuple(job.id for job in jobs)
        started = time.monotonic()
        writer, source = self._writer(models, jobs)
        generation, begun = writer.generation, writer.generation.step
        losses: Sequence[dict[str, float]] = ()
        known = {"checkpoint": source.name} if source is not None else {}
        for job in jobs:
            self.run.manifest.append(job.id, RUNNING, name=job.name, step=begun, **known)
        for warning in set(generation.warnings) - self.said:
            self.said.add(warning)
            yield Event("note", ids, {"text": warning})
        yield Event("started", ids, {"step": begun, "steps": generation.config.steps})
        for iterate in generation:
            writer.after(iterate)
            every = generation.config.output.checkpoint_every
            if iterate.step % every == 0 and iterate.step < iterate.steps:
                self._note_checkpoint(jobs, writer, CHECKPOINT)
            losses = [of_image.named() for of_image in iterate.losses]
            facts = {"step": iterate.step, "steps": iterate.steps, "losses": losses}
            yield Event("step", ids, facts)
            if self.stop():
                break
        if generation.step < generation.config.steps:
            writer.checkpoint()
            self._note_checkpoint(jobs, writer, INTERRUPTED)
            yield Event("interrupted", ids, {"step": generation.step})
            return
        seconds = time.monotonic() - started
        yield from self._finish(jobs, writer, judge, losses, seconds=seconds, begun=begun)
        if source not in (None, writer.checkpoint_path):
            self.run.drop_checkpoint(source)

    def _writer(self, models: Models, jobs: Sequence[PlannedPicture]) -> tuple[Writer, Path | None]:
        """A writer of the jobs, continued from their checkpoint if they have one."""
        source = self.run.checkpoint_of(self.run.manifest.read().get(jobs[0].id))
        paths = tuple(self.run.path(job) for job in jobs)
        if source is not None:
            try:
                return self._continued(models, jobs, source), source
            except OutputError:  # damaged, or of other models: the pictures begin again
                source.unlink(missing_ok=True)
        generation = build(models, [self._job(job) for job in jobs])
        return Writer(generation, paths, suffix_of(jobs)), None

    def _continued(self, models: Models, jobs: Sequence[PlannedPicture], source: Path) -> Writer:
        content = read_checkpoint(source)
        names = [Path(name).stem for name in content["paths"]]
        by_name = {job.name: job for job in self.run.plan.jobs}
        if not {job.name for job in jobs} <= set(names) <= set(by_name):
            raise OutputError(f"{source} is of other pictures")
        everyone = [self._job(by_name[name]) for name in names]
        writer = Writer.for_checkpoint(models, everyone, content, folder=source.parent)
        writer.generation.keep([names.index(job.name) for job in jobs])
        paths = tuple(self.run.path(job) for job in jobs)
        return Writer(writer.generation, paths, suffix_of(jobs))

    def _job(self, job: PlannedPicture) -> Job:
        """The job, with checkpoints as often as this worker makes them."""
        output = job.config.output
        every = self.checkpoint_every or output.checkpoint_every or CHECKPOINT_EVERY
        config = replace(job.config, output=replace(output, checkpoint_every=every))
        return replace(job.job, config=config)

    def _note_checkpoint(self, jobs: Sequence[PlannedPicture], writer: Writer, state: str) -> None:
        name, step = writer.checkpoint_path.name, writer.generation.step
        for job in jobs:
            self.run.manifest.append(job.id, state, name=job.name, step=step, checkpoint=name)

    def _finish(
        self,
        jobs: Sequence[PlannedPicture],
        writer: Writer,
        judge: Judge,
        losses: Sequence[dict[str, float]],
        *,
        seconds: float,
        begun: int,
    ) -> Iterator[Event]:
        generation = writer.generation
        pictures = [to_pil(image) for image in generation.images()]
        scores = judge.scores(pictures, [job.prompts for job in jobs])
        writer.save()
        for job, score, table in zip(jobs, scores, losses, strict=True):
            facts = {
                "name": job.name,
                "file": str(self.run.path(job).relative_to(self.run.plan.folder)),
                "step": generation.step,
                "losses": table,
                "score": score,
                "seconds": round(seconds / len(jobs), 3),
                "begun": begun,  # the seconds are those of the steps thereafter
                "batch": len(jobs),
                "device": str(generation.device),
            }
            self.run.manifest.append(job.id, DONE, **facts)
            yield Event("done", (job.id,), facts)


def suffix_of(jobs: Sequence[PlannedPicture]) -> str:
    """The suffix of a batch's checkpoint: a part of a batch must not write over the whole's."""
    ids = "".join(job.id for job in jobs)
    return f".{hashlib.sha256(ids.encode()).hexdigest()[:8]}{outputs.CHECKPOINT}"
