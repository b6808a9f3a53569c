"""A run on a Ray cluster: actors hold the models, one actor per GPU, and draw batches.

This program must be installed on every node, and weights given by path must have the same path
everywhere. The pictures are sent back to the driving process, which alone writes to the folder of
the run.
"""

from __future__ import annotations

import logging
import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vqclip.engine.starts.sketcher import all_hashes
from vqclip.errors import ConfigError, VqclipError, shown
from vqclip.files.atomic import write
from vqclip.runs.capacity import pictures_at_once
from vqclip.runs.drive import Stop
from vqclip.runs.events import Done, Event, Failed, Note, Started
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import FAILED, RUNNING, Entry
from vqclip.runs.modelcache import ModelCache
from vqclip.runs.worker import Worker
from vqclip.series.plan import Plan, PlannedPicture

ATTEMPTS = 3
"""Number of actors that may die while drawing a picture before it counts as failed."""
LOOK_EVERY = 0.5
"""Seconds between two checks of whether to stop and whether nodes have joined."""
CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Outcome:
    """What became of a job on a node.

    Attributes:
        entry: its latest manifest entry there.
        content: content of the picture's file; empty if it failed.
        hashes: SHA-256 of the weights, by name.
    """

    entry: Entry
    content: bytes
    hashes: dict[str, str]


class Actor:
    """Runs on a node: an ordinary worker, in a folder of its own."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._cache = plan, ModelCache("auto", plan.judge)

    def ready(self) -> None:
        """Return once the cluster has placed this actor."""

    def limit(self, job: PlannedPicture) -> int:
        """Return how many pictures like this fit here at once."""
        try:
            models, _ = self._cache.load(job.config)
        except VqclipError:  # reported for each job when it is drawn
            return 1
        return pictures_at_once(models, job.config)

    def draw(self, jobs: Sequence[PlannedPicture]) -> list[Outcome]:
        """Draw a batch and return what became of each job."""
        with TemporaryDirectory() as folder:
            run = RunFolder.open(replace(self._plan, jobs=tuple(jobs), folder=Path(folder)))
            for _ in Worker(run, self._cache, lambda: False).work():
                pass
            return [self._outcome(run, job) for job in jobs]

    def _outcome(self, run: RunFolder, job: PlannedPicture) -> Outcome:
        entry = run.manifest.entry(job.id)
        if entry.result is None:
            return Outcome(entry, b"", {})
        models, _ = self._cache.load(job.config)
        return Outcome(entry, run.path(job).read_bytes(), all_hashes(models))


def connect(address: str) -> Any:
    """Connect to a Ray cluster and return the module `ray`, through which it is used.

    Raises:
        ConfigError: Ray is not installed, or there is no cluster at the address.
    """
    try:
        import ray
    except ImportError as error:
        raise ConfigError("--engine ray needs Ray: pip install 'vqclip[cluster]'") from error
    try:
        _check_reachable(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigError(
            f"--address: there is no Ray cluster at {shown(address)}: start one with `ray "
            f"start --head` "
            f"({' '.join(str(error).split())[:200]})"
        ) from error
    return ray


def _check_reachable(address: str) -> None:
    """Make sure that a server listens at HOST:PORT; Ray itself would wait for minutes."""
    match = re.fullmatch(r"(?:ray://)?([^:/]+):(\d+)", address)
    if match:
        socket.create_connection((match[1], int(match[2])), timeout=CONNECT_SECONDS).close()


@dataclass
class Cluster:
    """Drives a run on a Ray cluster.

    Attributes:
        run: the folder.
        stop: called several times a second.
        connect: connects to an address and returns the module `ray`.
    """

    run: RunFolder
    stop: Stop
    connect: Callable[[str], Any] = connect
    _actors: int = field(default=0, init=False)
    """Number of actors, those included that are not placed yet."""
    _idle: list[Any] = field(default_factory=list, init=False)
    _busy: dict[Any, tuple[Any, list[PlannedPicture]]] = field(default_factory=dict, init=False)
    """Actor and batch by the reference to the result; the batch of a starting actor is empty."""
    _limits: dict[str, int] = field(default_factory=dict, init=False)
    _deaths: Counter[str] = field(default_factory=Counter, init=False)
    """Number of actors that died while drawing a job, by its id."""

    def work(self, address: str) -> Iterator[Event]:
        """Connect, draw until nothing is left or until `stop` returns True, and disconnect.

        Raises:
            ConfigError: Ray is not installed, or there is no cluster at the address.
            OutputError: the folder cannot be written to, or a node has other weights.
        """
        ray = self.connect(address)
        try:
            while not self.stop():
                self._start_actors(ray)
                yield from self._assign_batches(ray)
                if not any(jobs for _, jobs in self._busy.values()) and not self.run.pending():
                    return
                if not self._busy:
                    time.sleep(LOOK_EVERY)
                    continue
                ready, _ = ray.wait(list(self._busy), timeout=LOOK_EVERY)
                for reference in ready:
                    yield from self._collect(ray, reference)
        finally:
            self.run.give_all_back()
            ray.shutdown()

    def _start_actors(self, ray: Any) -> None:
        """Start an actor for every GPU of the cluster, or for every CPU if it has no GPU.

        Nodes may join and leave; an actor gets work once the cluster has placed it.
        """
        resources = ray.cluster_resources()
        gpus = int(resources.get("GPU", 0))
        needs = {"num_gpus": 1} if gpus else {"num_cpus": 1}
        places = gpus or int(resources.get("CPU", 1))
        remote = ray.remote(Actor).options(scheduling_strategy="SPREAD", **needs)
        while self._actors < min(places, len(self.run.plan.jobs)):
            actor = remote.remote(self.run.plan)
            self._busy[actor.ready.remote()] = (actor, [])
            self._actors += 1

    def _assign_batches(self, ray: Any) -> Iterator[Event]:
        """Give every idle actor a batch of free jobs."""
        while self._idle:
            actor = self._idle.pop()
            try:
                jobs = self.run.claim_batch(partial(self._limit, ray, actor))
            except ray.exceptions.RayError:  # it died while idle
                self._actors -= 1
                continue
            if not jobs:
                self._idle.append(actor)
                return
            for job in jobs:
                self.run.manifest.append(Entry(job.id, RUNNING, name=job.name))
            self._busy[actor.draw.remote(jobs)] = (actor, jobs)
            yield Started(tuple(job.id for job in jobs), step=0, steps=jobs[0].config.steps)

    def _limit(self, ray: Any, actor: Any, job: PlannedPicture, left: int) -> int:
        """Return how many jobs like this one an actor draws together, however many are left."""
        if job.batch not in self._limits:
            self._limits[job.batch] = ray.get(actor.limit.remote(job))
        return min(left, self._limits[job.batch])

    def _collect(self, ray: Any, reference: Any) -> Iterator[Event]:
        """Handle the outcomes of an actor, or its death."""
        actor, jobs = self._busy.pop(reference)
        try:
            outcomes = ray.get(reference)
        except ray.exceptions.RayError as error:
            self._actors -= 1
            yield from self._lose(jobs, str(error).splitlines()[0])
            return
        self._idle.append(actor)
        for job, outcome in zip(jobs, outcomes or [], strict=True):
            yield self._store(job, outcome)

    def _store(self, job: PlannedPicture, outcome: Outcome) -> Event:
        """Write the picture and the manifest entry of a job."""
        entry = outcome.entry
        event: Event = Failed((job.id,), job.name, entry.error)
        if entry.result is not None:
            self.run.check_models(outcome.hashes)
            write(self.run.path(job), outcome.content)
            event = Done((job.id,), job.name, entry.result)
        self.run.manifest.append(entry)
        self.run.give_back(job)
        return event

    def _lose(self, jobs: Sequence[PlannedPicture], reason: str) -> Iterator[Event]:
        """Release the jobs of an actor that died; a job that several actors died of has failed."""
        text = f"a worker of the cluster died; {len(jobs)} pictures start over ({reason})"
        yield Note((), text)
        for job in jobs:
            self._deaths[job.id] += 1
            if self._deaths[job.id] == ATTEMPTS:
                error = f"{ATTEMPTS} workers died while drawing it: {reason}"
                self.run.manifest.append(Entry(job.id, FAILED, name=job.name, error=error))
                yield Failed((job.id,), job.name, error)
            self.run.give_back(job)
