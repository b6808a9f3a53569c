"""A crew: processes share a run without drawing a picture twice, and outlive each other."""

from __future__ import annotations

import json
import os
import signal

import torch

from tests.running import of_kind
from vqclip.runs.crew import Crew, devices
from vqclip.runs.events import Interrupted, Note, Started, Waiting
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import CHECKPOINT, DONE, FILE, INTERRUPTED
from vqclip.runs.work import WorkOptions

JOBS = """jobs:
  - {prompt: a fox, seeds: 0-2}
  - {prompt: a hen, steps: 1000000}
"""


def test_every_worker_has_a_device(monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert devices(3, "auto") == ["cuda:0", "cuda:1", "cuda:0"]
    assert devices(2, "cuda") == ["cuda:0", "cuda:1"]
    assert devices(2, "cuda:1") == ["cuda:1", "cuda:1"]
    assert devices(2, "cpu") == ["cpu", "cpu"]
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    assert devices(2, "auto") == ["auto", "auto"]


def test_a_worker_takes_over_from_one_that_is_killed(plan_of) -> None:
    run = RunFolder.open(plan_of(JOBS))
    *short, endless = run.plan.jobs
    options = WorkOptions(workers=2, at_once=1, checkpoint_every=2)
    stopped, killed, events = [], "", []
    for event in Crew(run, options, lambda: bool(stopped)).work():
        events.append(event)
        # Who waits for the last job is not the one that draws it.
        entry = run.manifest.entry(endless.id)
        if not killed and isinstance(event, Waiting) and entry.state == CHECKPOINT:
            killed = entry.by
            os.kill(int(killed.partition(":")[2]), signal.SIGKILL)
        if killed and isinstance(event, Started):
            stopped.append(event)
    assert [note.text for note in of_kind(events, Note)] == [
        "a worker died (exit code -9); the others draw its pictures"
    ]
    assert stopped[0].jobs == (endless.id,)
    assert stopped[0].step >= 2
    assert of_kind(events, Interrupted)[0].jobs == (endless.id,)
    entry = run.manifest.entry(endless.id)
    assert entry.state == INTERRUPTED
    assert entry.by != killed
    lines = [json.loads(line) for line in (run.folder / FILE).read_text().splitlines()]
    done = [line["job"] for line in lines if line["state"] == DONE]
    assert sorted(done) == sorted(job.id for job in short)
