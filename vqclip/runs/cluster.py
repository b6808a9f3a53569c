"""A series on a Ray cluster: actors that hold the models, one per GPU, and jobs streamed to them.

Every node needs this program installed; weights given by path must lie at the same path. The
pictures come back to the process that drives, which alone writes the folder of the run.
"""

from __future__ import annotations

import logging
import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vqclip.engine.starts.picturebank import all_hashes
from vqclip.errors import ConfigError, VqclipError
from vqclip.files import write
from vqclip.runs.capacity import pictures_at_once
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import DONE, FAILED, RUNNING, Entry
from vqclip.runs.studio import Event, Studio
from vqclip.runs.worker import Worker
from vqclip.series.plan import Plan, PlannedPicture

ATTEMPTS = 3
"""Workers that may die under a picture before it counts as failed."""
LOOK_EVERY = 0.5
KNOCK_SECONDS = 10


class Artist:
    """What an actor does: an ordinary worker, in a folder of its own on its node."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.studio = plan, Studio("auto", plan.judge)

    def ready(self) -> None:
        """Answer, once there is a place to work."""

    def limit(self, job: PlannedPicture) -> int:
        """How many pictures like this fit here at once."""
        try:
            models, _ = self.studio.models(job.config)
        except VqclipError:  # said of each job when it is drawn
            return 1
        return pictures_at_once(models, job.config)

    def draw(self, jobs: Sequence[PlannedPicture]) -> list[tuple[Entry, bytes, dict[str, str]]]:
        """Draw a batch; what became of each job, its file, and the hashes of the weights."""
        with TemporaryDirectory() as folder:
            run = RunFolder.open(replace(self.plan, jobs=tuple(jobs), folder=Path(folder)))
            for _ in Worker(run, self.studio, lambda: False).work():
                pass
            entries = run.manifest.read()
            hashes: dict[str, str] = {}
            for models, _ in self.studio.loaded.values():
                hashes |= all_hashes(models)
            return [
                (entries[job.id], run.path(job).read_bytes(), hashes)
                if entries[job.id].state == DONE
                else (entries[job.id], b"", {})
                for job in jobs
            ]


@dataclass
class Cluster:
    """Drives a run on a Ray cluster.

    Attributes:
        run: the folder.
        stop: asked all the time; whether to leave off.
        retried: ids of failed jobs that are to be tried again.
        busy: what is being waited for, with who does it and what.
        limits: pictures at once, by the kind of job.
        deaths: of workers, by the job they were at.
        hired: number of workers there are, or that wait for a place.
    """

    run: RunFolder
    stop: Callable[[], bool]
    retried: set[str] = field(default_factory=set)
    busy: dict[Any, tuple[Any, list[PlannedPicture]]] = field(default_factory=dict)
    idle: list[Any] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    deaths: Counter[str] = field(default_factory=Counter)
    hired: int = 0

    def work(self, address: str) -> Iterator[Event]:
        """Connect, draw until nothing is left or `stop` says so, and disconnect.

        Raises:
            ConfigError: Ray is not installed, or there is no cluster at the address.
            OutputError: the folder cannot be written to, or a node has other weights.
        """
        ray = _connected(address)
        try:
            while not self.stop():
                self._staff(ray)
                yield from self._hand_out(ray)
                working = any(jobs for _, jobs in self.busy.values())
                pending = any(self.run.pending(self.run.manifest.read(), self.retried))
                if not working and not pending:
                    return
                ready, _ = ray.wait(list(self.busy), timeout=LOOK_EVERY) if self.busy else ([], [])
                if not self.busy:
                    time.sleep(LOOK_EVERY)
                for one in ready:
                    yield from self._collect(ray, one)
        finally:
            self.run.release()
            ray.shutdown()

    def _staff(self, ray: Any) -> None:
        """Have a worker on every GPU of the cluster, or on every CPU where there is none.

        Nodes may come and go; a worker is given work once the cluster has a place for it.
        """
        resources = ray.cluster_resources()
        gpus = int(resources.get("GPU", 0))
        needs = {"num_gpus": 1} if gpus else {"num_cpus": 1}
        places = gpus or int(resources.get("CPU", 1))
        artist = ray.remote(Artist).options(scheduling_strategy="SPREAD", **needs)
        while self.hired < min(places, len(self.run.plan.jobs)):
            actor = artist.remote(self.run.plan)
            self.busy[actor.ready.remote()] = (actor, [])
            self.hired += 1

    def _hand_out(self, ray: Any) -> Iterator[Event]:
        """Give every idle worker a batch of free jobs."""
        while self.idle:
            actor = self.idle.pop()
            try:
                jobs = self._claim(ray, actor)
            except ray.exceptions.RayError:  # it died idle
                self.hired -= 1
                continue
            if not jobs:
                self.idle.append(actor)
                return
            for job in jobs:
                self.run.manifest.append(job.id, RUNNING, name=job.name, step=0)
            self.busy[actor.draw.remote(jobs)] = (actor, jobs)
            steps = jobs[0].config.steps
            yield Event("started", tuple(job.id for job in jobs), {"step": 0, "steps": steps})

    def _claim(self, ray: Any, actor: Any) -> list[PlannedPicture]:
        batch: list[PlannedPicture] = []
        entries = self.run.manifest.read()
        for job in self.run.pending(entries, self.retried):
            if job.id in self.run.held or (batch and job.batch != batch[0].batch):
                continue
            if batch and len(batch) >= self.limits[job.batch]:
                break
            if job.batch not in self.limits:
                self.limits[job.batch] = ray.get(actor.limit.remote(job))
            if self.run.claim(job):
                entry = self.run.manifest.read().get(job.id)
                if self.run.is_pending(job, entry, self.retried):
                    batch.append(job)
                else:
                    self.run.held.pop(job.id).release()
        return batch

    def _collect(self, ray: Any, one: Any) -> Iterator[Event]:
        """Take in the result of a worker, or its death."""
        actor, jobs = self.busy.pop(one)
        try:
            results = ray.get(one)
        except ray.exceptions.RayError as error:
            yield from self._mourn(jobs, str(error).splitlines()[0])
            self.hired -= 1
            return
        self.idle.append(actor)
        for job, (entry, content, hashes) in zip(jobs, results or [], strict=True):
            facts = dict(entry.facts)
            if entry.state == DONE:
                self.run.check_models(hashes)
                write(self.run.path(job), content)
                facts["file"] = str(self.run.path(job).relative_to(self.run.plan.folder))
            self.run.manifest.append(job.id, entry.state, **facts)
            self.retried.discard(job.id)
            self.run.held.pop(job.id).release()
            yield Event(entry.state, (job.id,), facts)

    def _mourn(self, jobs: Sequence[PlannedPicture], reason: str) -> Iterator[Event]:
        """Give back the jobs of a worker that died; those that killed several have failed."""
        text = f"a worker of the cluster died; {len(jobs)} pictures begin again ({reason})"
        yield Event("note", (), {"text": text})
        for job in jobs:
            self.deaths[job.id] += 1
            if self.deaths[job.id] == ATTEMPTS:
                facts = {"name": job.name, "error": f"{ATTEMPTS} workers died at it: {reason}"}
                self.run.manifest.append(job.id, FAILED, **facts)
                yield Event("failed", (job.id,), facts)
            self.run.held.pop(job.id).release()


def _connected(address: str) -> Any:
    try:
        import ray
    except ImportError as error:
        raise ConfigError("--engine ray needs Ray: pip install 'vqclip[cluster]'") from error
    try:
        _knock(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigError(
            f"--address: there is no Ray cluster at {address!r}: start one with `ray start --head` "
            f"({' '.join(str(error).split())[:200]})"
        ) from error
    return ray


def _knock(address: str) -> None:
    """Make sure that someone listens at HOST:PORT: Ray itself would wait for minutes."""
    match = re.fullmatch(r"(?:ray://)?([^:/]+):(\d+)", address)
    if match:
        socket.create_connection((match[1], int(match[2])), timeout=KNOCK_SECONDS).close()
