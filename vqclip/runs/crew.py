"""A crew: workers in several processes on this machine, one per GPU, or sharing the CPU."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

import torch

from vqclip.errors import OutputError, VqclipError
from vqclip.machine.interrupt import STOPPING, interruptible
from vqclip.runs.drive import Stop
from vqclip.runs.events import Event, Note, Stopped
from vqclip.runs.folder import RunFolder
from vqclip.runs.modelcache import ModelCache
from vqclip.runs.work import WorkOptions
from vqclip.runs.worker import Worker
from vqclip.series.plan import Plan

LOOK_EVERY = 0.2
"""Seconds between two checks of whether to stop."""


@dataclass(frozen=True)
class Orders:
    """What a worker process needs to know.

    Attributes:
        plan: plan of the run.
        forgiven: failures to try again, as in `RunFolder`.
        options: how to work.
        threads: number of threads for the process.
    """

    plan: Plan
    forgiven: Mapping[str, str]
    options: WorkOptions
    threads: int


@dataclass
class Crew:
    """Draws what is left of a run by several processes.

    If a process dies, its locks are released and the others draw its pictures.

    Attributes:
        run: the folder.
        options: how to work, with the number of processes.
        stop: called several times a second.
    """

    run: RunFolder
    options: WorkOptions
    stop: Stop

    def work(self) -> Iterator[Event]:
        """Draw until nothing is left or `stop` returns True; yield the events of all processes.

        Raises:
            OutputError: the folder cannot be written to, or all processes died.
        """
        processes = dict(_start(orders) for orders in self._orders())
        errors: list[str] = []
        told = False
        while processes:
            for event in _received(processes):
                if isinstance(event, Stopped):
                    errors.append(event.text)
                yield event
            if self.stop() and not told:
                told = True
                for connection in processes:
                    connection.send("stop")
        if errors:
            raise OutputError("\n".join(dict.fromkeys(errors)))
        if not self.stop() and self.run.pending():
            raise OutputError("all workers died; run the same command again to continue")

    def _orders(self) -> Iterator[Orders]:
        count = self.options.workers
        threads = max(1, (os.cpu_count() or 1) // count)
        for device in devices(count, self.options.device):
            options = replace(self.options, device=device)
            yield Orders(self.run.plan, self.run.forgiven, options, threads)


def devices(count: int, wanted: str) -> list[str]:
    """Return the device of each of `count` workers: the GPUs in turn, or the one that is wanted."""
    gpus = torch.cuda.device_count() if wanted in ("auto", "cuda") else 0
    return [f"cuda:{index % gpus}" if gpus else wanted for index in range(count)]


def _start(orders: Orders) -> tuple[Connection, SpawnProcess]:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, orders), daemon=True)
    process.start()
    theirs.close()
    return ours, process


def _received(processes: dict[Connection, SpawnProcess]) -> Iterator[Event]:
    """Yield the events that have arrived, and remove the processes that have ended."""
    for connection in wait(list(processes), timeout=LOOK_EVERY):
        assert isinstance(connection, Connection)
        try:
            yield connection.recv()
        except (EOFError, OSError):
            process = processes.pop(connection)
            process.join()
            if process.exitcode:
                code = process.exitcode
                yield Note((), f"a worker died (exit code {code}); the others draw its pictures")


def _work(connection: Connection, orders: Orders) -> None:
    """Be a process of the crew, until told to stop or until the main process has died.

    Ctrl-C and the end of a terminal reach all processes, and the main one decides. SIGTERM may
    reach this one alone: then it saves and ends, and the others draw its pictures.
    """
    for number in {signal.SIGINT, *STOPPING} - {signal.SIGTERM}:
        signal.signal(number, signal.SIG_IGN)
    torch.set_num_threads(min(orders.threads, torch.get_num_threads()))
    try:
        run = RunFolder.open(orders.plan, forgiven=orders.forgiven)
        cache = ModelCache(orders.options.device, orders.plan.judge)
        with interruptible() as interruption:

            def stop() -> bool:
                return interruption.is_set() or connection.poll()

            for event in Worker(run, cache, stop, orders.options).work():
                connection.send(event)
    except VqclipError as error:
        connection.send(Stopped((), str(error)))
    except BrokenPipeError:
        pass  # the main process has died; this one releases its locks by ending
