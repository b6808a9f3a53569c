"""A batch of a run: it continues from checkpoints, whole or in part, and notes what happens."""

from __future__ import annotations

from filelock import FileLock

from tests.running import TinyCache, draw, first_steps, never, pictures, states, stop_after
from vqclip.runs.events import Interrupted, Waiting
from vqclip.runs.manifest import LOCKS
from vqclip.runs.worker import Worker


def test_what_is_finished_is_kept_and_the_rest_continues_from_its_checkpoint(plan_of) -> None:
    whole = pictures(draw(plan_of(folder="whole"))[0])
    run, events = draw(plan_of(), stop_after(11), checkpoint_every=2)
    assert isinstance(events[-1], Interrupted)
    assert sorted(states(run)) == ["done"] * 4 + ["interrupted"] * 4
    before = {path: path.stat().st_mtime_ns for path in run.folder.glob("*.png")}
    run, events = draw(plan_of())
    assert first_steps(events) == [4]
    assert pictures(run) == whole
    assert before == {path: path.stat().st_mtime_ns for path in before}
    assert not list(run.folder.glob("*.checkpoint"))
    assert first_steps(draw(plan_of())[1]) == []


def test_a_part_of_a_batch_continues_alone(plan_of) -> None:
    whole = pictures(draw(plan_of(folder="whole"))[0])
    run, _ = draw(plan_of(), stop_after(4), checkpoint_every=2)
    taken = run.plan.jobs[1]
    with FileLock(str(run.folder / LOCKS / f"{taken.id}.lock")):
        for event in Worker(run, TinyCache(), never).work():
            if isinstance(event, Waiting):
                assert event.jobs == (taken.id,)
                break
    run, events = draw(plan_of())
    assert first_steps(events) == [4]
    assert pictures(run) == whole


def test_a_lost_picture_and_a_damaged_checkpoint_are_made_again(plan_of) -> None:
    whole = pictures(draw(plan_of(folder="whole"))[0])
    run, _ = draw(plan_of(), stop_after(11), checkpoint_every=2)
    run.path(run.plan.jobs[0]).unlink()
    (checkpoint,) = run.folder.glob("*.checkpoint")
    checkpoint.write_bytes(b"damaged")
    run, events = draw(plan_of())
    assert first_steps(events) == [0, 0]
    assert pictures(run) == whole


def test_a_finished_picture_is_noted_with_all_that_is_known(plan_of) -> None:
    run, events = draw(plan_of(), stop_after(4), checkpoint_every=2)
    run, events = draw(plan_of())
    job = run.plan.jobs[0]
    result = run.manifest.entry(job.id).result
    assert (result.file, result.step, result.begun) == (f"{job.name}.png", 6, 4)
    assert (result.batch, result.device) == (4, "cpu")
    assert -1 <= result.score <= 1
    assert result.seconds > 0
    steps = [event for event in events if event.kind == "step" and job.id in event.jobs]
    assert result.losses == steps[-1].losses[steps[-1].jobs.index(job.id)]
