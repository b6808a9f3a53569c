"""A crew: workers in processes of this machine, one for each GPU, or several on the CPU."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

import torch

from vqclip.errors import OutputError, VqclipError
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import Manifest
from vqclip.runs.studio import Event, Studio
from vqclip.runs.worker import Worker
from vqclip.series.plan import Plan

LOOK_EVERY = 0.2
"""Seconds between two looks at whether to stop."""


@dataclass(frozen=True)
class Orders:
    """What every worker of a crew is told."""

    plan: Plan
    device: str
    threads: int
    share: int
    retried: frozenset[str]
    checkpoint_every: int | None
    at_once: int | None


def devices(count: int, wanted: str) -> list[str]:
    """The device of each of `count` workers: the GPUs in turn, or the one that is wanted."""
    gpus = torch.cuda.device_count() if wanted in ("auto", "cuda") else 0
    return [f"cuda:{index % gpus}" if gpus else wanted for index in range(count)]


def work_together(
    run: RunFolder,
    *,
    count: int,
    device: str,
    retried: set[str],
    checkpoint_every: int | None,
    at_once: int | None,
    stop: Callable[[], bool],
) -> Iterator[Event]:
    """Draw what is left of a run by several processes, and yield what happens in all of them.

    A process that dies gives its locks back, and the others take its pictures up.

    Raises:
        OutputError: the folder cannot be written to, or every process died.
    """
    threads = max(1, (os.cpu_count() or 1) // count)
    crew: dict[Connection, SpawnProcess] = {}
    for place in devices(count, device):
        orders = Orders(
            run.plan, place, threads, count, frozenset(retried), checkpoint_every, at_once
        )
        crew.update([_employed(orders)])
    errors: list[str] = []
    told = False
    while crew:
        for event in _reports(crew):
            errors += [str(event.facts["text"])] if event.kind == "error" else []
            yield event
        if stop() and not told:
            told = True
            for link in crew:
                link.send("stop")
    if errors:
        raise OutputError("\n".join(dict.fromkeys(errors)))
    if not stop() and any(run.pending(run.manifest.read(), set())):
        raise OutputError("every worker died; the same command continues")


def _employed(orders: Orders) -> tuple[Connection, SpawnProcess]:
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_labor, args=(there, orders), daemon=True)
    process.start()
    there.close()
    return here, process


def _reports(crew: dict[Connection, SpawnProcess]) -> Iterator[Event]:
    """What the workers say now; those that are gone are taken off the crew."""
    for link in wait(list(crew), timeout=LOOK_EVERY):
        assert isinstance(link, Connection)
        try:
            yield link.recv()
        except (EOFError, OSError):
            process = crew.pop(link)
            process.join()
            if process.exitcode:
                text = f"a worker died (exit code {process.exitcode}); the others go on for it"
                yield Event("note", (), {"text": text})


def _labor(link: Connection, orders: Orders) -> None:
    """Work in a process of the crew; leave off when told to, or when the first process is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the first one decides
    torch.set_num_threads(min(orders.threads, torch.get_num_threads()))
    run = RunFolder(orders.plan, Manifest(orders.plan.folder / "manifest.jsonl"))
    worker = Worker(
        run,
        Studio(orders.device, orders.plan.judge),
        link.poll,
        retried=set(orders.retried),
        share=orders.share,
        checkpoint_every=orders.checkpoint_every,
        at_once=orders.at_once,
    )
    try:
        for event in worker.work():
            link.send(event)
    except VqclipError as error:
        link.send(Event("error", (), {"text": str(error)}))
    except BrokenPipeError:
        worker.run.release()
