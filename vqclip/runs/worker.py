"""A worker: takes free jobs, draws them in batches, and goes on when some of them fail."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch

from vqclip.engine.starts.sketcher import all_hashes
from vqclip.errors import DivergedError, OutputError, VqclipError
from vqclip.machine.memory import is_out_of_memory, shortage
from vqclip.runs.batch import Batch
from vqclip.runs.capacity import check_memory, picture_bytes, pictures_in
from vqclip.runs.drive import Stop
from vqclip.runs.events import Event, Failed, Note, Waiting, without_repeats
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import FAILED, Entry
from vqclip.runs.modelcache import ModelCache
from vqclip.runs.pacelog import PaceLog
from vqclip.runs.work import WorkOptions
from vqclip.series.plan import PlannedPicture

PATIENCE = 0.5
"""Seconds to wait while other processes hold all jobs."""
MESSAGE_LENGTH = 500
"""Characters of an error that are kept."""


@dataclass
class Worker:
    """Draws what is left of a run, together with all other workers on the same folder.

    Attributes:
        run: the folder.
        cache: loads the models.
        stop: called after every step.
        options: how to work; a short list of jobs is divided among its number of workers.
        paces: log that remembers the pace of the batches; None: none.
    """

    run: RunFolder
    cache: ModelCache
    stop: Stop
    options: WorkOptions = WorkOptions()
    paces: PaceLog | None = None
    _limits: dict[str, int] = field(default_factory=dict, init=False)
    _memory: dict[str, int] = field(default_factory=dict, init=False)
    _notes: set[str] = field(default_factory=set, init=False)

    def work(self) -> Iterator[Event]:
        """Draw until nothing is left, or until `stop` returns True.

        Raises:
            OutputError: the folder cannot be written to.
        """
        while not self.stop():
            try:
                batch = self.run.claim_batch(self._limit)
                if batch:
                    yield from without_repeats(self._draw(batch), self._notes)
                    continue
            finally:
                self.run.give_all_back()
            waiting = tuple(job.id for job in self.run.pending())
            if not waiting:
                return
            yield Waiting(waiting)
            time.sleep(PATIENCE)

    def _limit(self, job: PlannedPicture, left: int) -> int:
        """Return how many jobs like this one make a batch, when so many are left."""
        if job.batch not in self._limits:
            try:
                fitting = self._fitting(job)
            except VqclipError:  # reported for each job when it is drawn
                return 1
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                fitting = 1
            self._limits[job.batch] = self.options.at_once or fitting
        return max(1, min(self._limits[job.batch], -(-left // self.options.workers)))

    def _fitting(self, job: PlannedPicture) -> int:
        """Return how many jobs like this one fit into the memory."""
        models, _ = self.cache.load(job.config)
        check_memory(models, job.config)
        device = models.generator.device
        self._memory[job.batch] = picture_bytes(models, job.config)
        processes = self.options.workers if device.type == "cpu" else 1
        return pictures_in(self._memory[job.batch], device, processes=processes)

    def _draw(self, jobs: Sequence[PlannedPicture]) -> Iterator[Event]:
        """Draw a batch; if that fails, find the jobs at fault and draw the others."""
        try:
            yield from self._draw_together(jobs)
            return
        except OutputError:
            raise
        except (VqclipError, RuntimeError, MemoryError, ValueError, OSError) as error:
            problem = error.with_traceback(None)  # whose frames would keep the memory of the batch
            problem.__context__ = None
        yield from self._recover(jobs, problem)

    def _draw_together(self, jobs: Sequence[PlannedPicture]) -> Iterator[Event]:
        models, judge = self.cache.load(jobs[0].config)
        if jobs[0].batch not in self._limits:
            self._fitting(jobs[0])
        self.run.check_models(all_hashes(models))
        batch = Batch(self.run, jobs, models, judge, self.options.checkpoint_every)
        yield from batch.draw(self.stop)
        # Next to other workers it is slower than alone.
        if batch.pace is not None and self.paces is not None and self.options.workers == 1:
            device, memory = str(models.generator.device), self._memory.get(jobs[0].batch)
            self.paces.remember(jobs[0].config, device, batch.pace, memory)

    def _recover(self, jobs: Sequence[PlannedPicture], problem: Exception) -> Iterator[Event]:
        """Fail the jobs at fault and draw the others; halve the batch to find them."""
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
            self._limits[jobs[0].batch] = half
            torch.cuda.empty_cache()
            yield Note((), f"out of memory: continuing with {half} pictures at once")
        yield from self._draw(jobs[:half])
        yield from self._draw(jobs[half:])

    def _fail(self, jobs: Sequence[PlannedPicture], error: Exception) -> Iterator[Event]:
        reason = _reason(error)
        for job in jobs:
            self.run.manifest.append(Entry(job.id, FAILED, name=job.name, error=reason))
            yield Failed((job.id,), job.name, reason)


def _reason(error: Exception) -> str:
    """Return in one line why a job failed."""
    text = " ".join(str(error).split())[:MESSAGE_LENGTH]
    if is_out_of_memory(error):
        return shortage(error)
    return text if isinstance(error, VqclipError) else f"{type(error).__name__}: {text}"
