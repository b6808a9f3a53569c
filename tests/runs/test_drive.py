"""The loop over the steps of a batch: what is told, what is written, and how it ends."""

from __future__ import annotations

import json
import math

import pytest

from tests.running import BlindPerceptor, models_with, never, stop_after
from tests.tiny import tiny_models
from vqclip.config import values
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.errors import DivergedError
from vqclip.outputs.checkpoint import Checkpoint
from vqclip.outputs.writer import Writer
from vqclip.runs.drive import drive
from vqclip.runs.events import Checkpointed, Finished, Interrupted, Note, Started, Step

DIVERGES = {0: 0, 0.4: 0, 0.5: 1e39}
"""A weight that is beyond single precision in the second half of a run."""


def batch(make_job, folder, models=None, **changes) -> tuple[Generation, Writer]:
    changes = {"output__folder": str(folder), **changes}
    jobs = [make_job("a fox", seed, **changes) for seed in (0, 1)]
    return build(models or tiny_models(), jobs), Writer.for_jobs(jobs)


def test_a_batch_is_told_from_start_to_finish(make_job, tmp_path) -> None:
    generation, writer = batch(make_job, tmp_path)
    events = list(drive(generation, writer, never))
    jobs = tuple(job.id for job in generation.jobs)
    assert events[0] == Started(jobs, 0, 4, "smooth")
    assert [type(event) for event in events[1:]] == [Step] * 4 + [Finished]
    assert [event.step for event in events[1:5]] == [1, 2, 3, 4]
    assert events[-1] == Finished(jobs, 4, events[-2].losses)
    assert [set(table) for table in events[1].losses] == [{"prompt 1"}] * 2
    writer.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-fox_s0.png", "a-fox_s1.png"]


def test_words_no_perceptor_reads_are_noted_first(make_job, tmp_path) -> None:
    job = make_job("a zarquon", output__folder=str(tmp_path))
    generation = build(tiny_models(), [job])
    note, hint, started, *_ = drive(generation, Writer.for_jobs([job]), never)
    assert isinstance(note, Note)
    assert "zarquon" in note.text
    assert isinstance(hint, Note)
    assert "--preset" in hint.text
    assert isinstance(started, Started)


def test_traces_previews_and_checkpoints_fall_due(make_job, tmp_path) -> None:
    settings = {"trace": True, "save_every": 2, "checkpoint_every": 3}
    changes = {f"output__{key}": value for key, value in settings.items()}
    generation, writer = batch(make_job, tmp_path, **changes)
    events = drive(generation, writer, never)
    seen = [(type(event), writer.checkpoint_path.exists()) for event in events]
    assert seen == [
        *((Started, False), (Step, False), (Step, False)),
        *((Checkpointed, True), (Step, True), (Step, True), (Finished, True)),
    ]
    assert not writer.checkpoint_path.exists()
    for path in writer.paths:
        lines = path.with_suffix(".trace.jsonl").read_text().splitlines()
        assert [json.loads(line)["step"] for line in lines] == [1, 2, 3, 4]
        previews = path.with_suffix(".steps").iterdir()
        assert sorted(preview.name for preview in previews) == ["000002.png", "000004.png"]


def test_a_batch_that_was_left_off_continues_to_the_same_bytes(make_job, tmp_path) -> None:
    generation, whole = batch(make_job, tmp_path / "whole")
    list(drive(generation, whole, never))
    generation, writer = batch(make_job, tmp_path / "part")
    *_, last = drive(generation, writer, stop_after(1))
    assert last == Interrupted(tuple(job.id for job in generation.jobs), 2)
    assert all(path.exists() for path in writer.paths)
    checkpoint = Checkpoint.read(writer.checkpoint_path)
    again = checkpoint.restore(tiny_models(), checkpoint.jobs(tmp_path / "part"))
    first, *_ = drive(again, writer, never)
    assert first.step == 2
    for path, other in zip(writer.paths, whole.paths, strict=True):
        assert path.read_bytes() == other.read_bytes()
    assert not writer.checkpoint_path.exists()


def test_a_stop_after_the_last_step_is_an_end(make_job, tmp_path) -> None:
    generation, writer = batch(make_job, tmp_path)
    *_, last = drive(generation, writer, stop_after(3))
    assert isinstance(last, Finished)


def test_a_series_keeps_no_unfinished_pictures(make_job, tmp_path) -> None:
    generation, writer = batch(make_job, tmp_path)
    writer.close()
    writer = Writer(writer.paths, keep_unfinished=False)
    *_, last = drive(generation, writer, stop_after(1))
    assert isinstance(last, Interrupted)
    assert list(tmp_path.iterdir()) == [writer.checkpoint_path]


def test_the_last_good_pictures_are_kept_where_the_loss_diverges(
    make_job, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(values, "MOST_NUMBER", math.inf)
    generation, stopped = batch(make_job, tmp_path / "stopped")
    list(drive(generation, stopped, stop_after(1)))
    changes = {"losses__total_variation": DIVERGES, "output__checkpoint_every": 1}
    generation, writer = batch(make_job, tmp_path / "diverged", **changes)
    with pytest.raises(DivergedError, match="step 3") as caught:
        list(drive(generation, writer, never))
    assert caught.value.images == (0, 1)
    assert not writer.checkpoint_path.exists()
    assert [path.exists() for path in writer.paths] == [True, True]


def test_a_picture_of_a_series_that_diverges_is_kept_alone(make_job, tmp_path) -> None:
    jobs = [make_job(text, output__folder=str(tmp_path)) for text in ("a hen", "a fox")]
    paths = (tmp_path / "a-hen_s0.png", tmp_path / "a-fox_s0.png")
    writer = Writer(paths, keep_unfinished=False)
    generation = build(models_with(BlindPerceptor()), jobs)
    with pytest.raises(DivergedError):
        list(drive(generation, writer, never))
    assert list(tmp_path.iterdir()) == [paths[1]]
