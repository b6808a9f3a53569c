"""A run that version 0.1.0 began, interrupted in its fifth picture: it is the same run today."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import DONE, FILE, INTERRUPTED
from vqclip.runs.picture import read_pictures
from vqclip.runs.selection import select_best
from vqclip.series.plan import Plan, make_plan

BEFORE = Path(__file__).parent / "before"


def plan_in(tmp_path: Path) -> Plan:
    """The series, with the folder as the earlier run left it; its pictures are empty files."""
    shutil.copytree(BEFORE, tmp_path / "run")
    plan = make_plan(tmp_path / "run" / "s.yaml", folder=tmp_path / "run")
    (tmp_path / "run" / "candidates").mkdir()
    lines = [json.loads(line) for line in (BEFORE / FILE).read_text().splitlines()]
    for line in lines:
        if line["state"] == DONE:
            (tmp_path / "run" / line["file"]).touch()
    return plan


def test_the_run_continues_with_what_is_left(tmp_path) -> None:
    plan = plan_in(tmp_path)
    before = (tmp_path / "run" / "series.json").read_bytes()
    run = RunFolder.open(plan)
    assert (tmp_path / "run" / "series.json").read_bytes() == before
    assert [job.name for job in run.pending()] == [
        "a-blue-house_s0-c1_31f910",
        "a-blue-house_s0-c2_f4395d",
        "a-blue-house-oil_s0-c1_a453d9",
        "a-blue-house-oil_s0-c2_621238",
    ]
    assert select_best(run) == []


def test_its_batch_continues_from_its_checkpoint(tmp_path) -> None:
    run = RunFolder.open(plan_in(tmp_path))
    entry = run.manifest.entry(run.pending()[0].id)
    assert (entry.state, entry.step) == (INTERRUPTED, 1)
    assert run.checkpoint_of(run.pending()[0]) is None
    (run.pictures_folder / entry.checkpoint).touch()
    assert run.checkpoint_of(run.pending()[0]) == run.pictures_folder / entry.checkpoint
    assert len(run.claim_batch(lambda job, left: left)) == 2


def test_its_pictures_are_known(tmp_path) -> None:
    plan = plan_in(tmp_path)
    record, pictures = read_pictures(plan.folder)
    assert (record.candidates, record.keep, record.judge) == (2, 1, "mini-judge")
    assert set(record.models) == {"vqgan mini", "perceptor mini", "bank mini"}
    assert [picture.rank for picture in pictures] == [2, 1, 1, 2, None, None, None, None]
    assert pictures[1].score == 0.460497
    assert pictures[2].prompts == "an oil painting of a red star | an oil painting:0.3"
    assert pictures[2].losses.keys() == {"prompt 1", "prompt 2", "saturation", "keep_init"}
