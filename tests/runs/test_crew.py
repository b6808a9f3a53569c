"""A crew: processes share a run without drawing a picture twice, and outlive each other."""

from __future__ import annotations

import json
import os
import signal
import time

import torch

from tests.running import never, pictures, states
from vqclip.runs.crew import Crew, devices
from vqclip.runs.events import Note, Waiting
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import FILE, RUNNING
from vqclip.runs.work import WorkOptions

TOGETHER = 0.4
"""Seconds within which two processes wait, but one does not wait twice."""


def test_every_worker_has_a_device(monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert devices(3, "auto") == ["cuda:0", "cuda:1", "cuda:0"]
    assert devices(2, "cuda") == ["cuda:0", "cuda:1"]
    assert devices(2, "cuda:1") == ["cuda:1", "cuda:1"]
    assert devices(2, "cpu") == ["cpu", "cpu"]
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    assert devices(2, "auto") == ["auto", "auto"]


def test_workers_share_a_series_and_one_that_is_killed_is_replaced(plan_of) -> None:
    plan = plan_of("jobs:\n  - {prompt: a fox, seeds: 0-7}\n", steps=20)
    run = RunFolder.open(plan)
    crew = Crew(run, WorkOptions(workers=2, at_once=1), never)
    # All jobs are ours until both workers wait for them.
    assert len(run.claim_batch(lambda job, left: left)) == 8
    waited, killed, notes = 0.0, "", []
    for event in crew.work():
        if isinstance(event, Waiting):
            if time.monotonic() - waited < TOGETHER:
                run.give_all_back()
            waited = time.monotonic()
        if isinstance(event, Note):
            notes.append(event.text)
        running = [entry for entry in run.manifest.read().values() if entry.state == RUNNING]
        if not killed and len({entry.by for entry in running}) == 2:
            killed = running[-1].by
            os.kill(int(killed.partition(":")[2]), signal.SIGKILL)
    assert notes == ["a worker died (exit code -9); the others draw its pictures"]
    assert states(run) == ["done"] * 8
    assert len(pictures(run)) == 8
    lines = [json.loads(line) for line in (run.folder / FILE).read_text().splitlines()]
    done = [line["job"] for line in lines if line["state"] == "done"]
    assert len(done) == len(set(done))
