"""The folder of a run: what fits into it, what is refused, and which jobs are left."""

from __future__ import annotations

import json

import pytest

from tests.running import MATRIX, draw, pictures, states, stop_after
from vqclip.errors import OutputError
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import CHECKPOINT, FAILED, RUNNING, Entry
from vqclip.runs.picture import read_pictures
from vqclip.runs.record import RunRecord


def names(jobs) -> list[str]:
    return [job.name for job in jobs]


def test_another_recipe_is_refused_with_the_difference(plan_of) -> None:
    run, _ = draw(plan_of())
    (run.folder.parent / "run-2").mkdir()
    with pytest.raises(OutputError) as caught:
        RunFolder.open(plan_of(steps=7))
    text = str(caught.value)
    assert "8 of its 8 pictures are not in this one" in text
    assert "  steps: 6 -> 7 (8 pictures)\n" in text
    assert text.endswith("--output " + str(run.folder.parent / "run-3"))


def test_a_series_that_has_grown_is_the_same(plan_of) -> None:
    draw(plan_of())
    more = RunFolder.open(plan_of(MATRIX.replace("0-1", "0-2")))
    assert sorted(states(more)) == ["done"] * 8 + ["waiting"] * 4
    with pytest.raises(OutputError, match="is missing"):
        RunFolder.open(plan_of(MATRIX.replace("0-1", "0")))


def test_what_failed_or_waits_may_be_corrected(plan_of) -> None:
    wrong = "jobs:\n  - {prompt: a fox}\n  - {prompt: a cow, start.image: none.png}\n"
    run, _ = draw(plan_of(wrong))
    assert states(run) == ["done", "failed"]
    more = wrong.replace("none.png}", "null}\n  - {prompt: a hen}")
    run = RunFolder.open(plan_of(more))
    assert states(run) == ["done", "waiting", "waiting"]
    assert len(RunRecord.read(run.folder).jobs) == 3
    run = RunFolder.open(plan_of(more.replace("a hen", "a cat")))
    run, _ = draw(run.plan)
    assert states(run) == ["done"] * 3
    with pytest.raises(OutputError, match="1 of its 3 pictures are not in this one"):
        RunFolder.open(plan_of(more))


def test_a_series_of_which_nothing_exists_may_become_another(plan_of) -> None:
    RunFolder.open(plan_of("candidates: 3\nkeep: 2\n" + MATRIX))
    run, _ = draw(plan_of("jobs:\n  - {prompt: a fox}\n"))
    assert states(run) == ["done"]


@pytest.mark.parametrize("after", ["claim", "checkpoint"])
def test_what_is_being_made_is_not_replaced(plan_of, after: str) -> None:
    if after == "claim":
        other = RunFolder.open(plan_of())
        assert other.claim_batch(lambda job, left: 1)
    else:
        draw(plan_of(), stop_after(2), at_once=1)
    with pytest.raises(OutputError, match="1 of its 8 pictures are not in this one"):
        RunFolder.open(plan_of(steps=7))


def test_other_weights_are_refused(plan_of) -> None:
    run = RunFolder.open(plan_of())
    run.check_models({"vqgan": "a"})
    run.check_models({"vqgan": "a", "perceptor": "b"})
    with pytest.raises(OutputError, match="the weights have changed"):
        run.check_models({"vqgan": "c"})
    assert RunRecord.read(run.folder).models == {"vqgan": "a", "perceptor": "b"}
    assert RunFolder.open(plan_of())
    assert RunRecord.read(run.folder).models == {"vqgan": "a", "perceptor": "b"}


def test_a_folder_of_something_else_is_refused(plan_of, tmp_path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match=r"contains letter\.txt"):
        RunFolder.open(plan_of(folder="full"))
    with pytest.raises(OutputError, match="is not the folder of a series"):
        read_pictures(tmp_path / "full")
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        RunFolder.open(plan_of(folder="file/run"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "is damaged"),
        ("3", "is damaged: it should be a table"),
        ('{"name": "x"}', "is damaged: axes is missing"),
    ],
)
def test_a_damaged_record_is_said(plan_of, text, problem) -> None:
    run = RunFolder.open(plan_of())
    (run.folder / "series.json").write_text(text)
    with pytest.raises(OutputError, match=problem):
        RunFolder.open(plan_of())


def test_a_record_reads_back(plan_of) -> None:
    plan = plan_of()
    run = RunFolder.open(plan)
    assert RunRecord.read(run.folder) == RunRecord.of(plan)
    before = (run.folder / "series.json").stat().st_mtime_ns
    RunFolder.open(plan_of())
    assert (run.folder / "series.json").stat().st_mtime_ns == before
    content = json.loads((run.folder / "series.json").read_text())
    assert list(content) == ["name", "axes", "candidates", "keep", "judge", "jobs", "models"]
    assert list(content["jobs"][0]) == ["id", "name", "group", "labels", "settings"]


def test_what_failed_is_tried_again_once_and_only_when_told(plan_of) -> None:
    run = RunFolder.open(plan_of())
    first, second = run.plan.jobs[:2]
    run.manifest.append(Entry(first.id, FAILED, error="no"))
    assert names(run.pending()) == names(run.plan.jobs[1:])
    assert run.errors() == {first.name: "no"}
    again = RunFolder.open(run.plan, retry_failed=True)
    assert names(again.pending()) == names(run.plan.jobs)
    other = RunFolder.open(run.plan, forgiven=again.forgiven)
    again.manifest.append(Entry(first.id, FAILED, at="later", error="no"))
    for folder in (again, other):
        assert names(folder.pending()) == names(run.plan.jobs[1:])


def test_a_picture_that_was_lost_is_pending(plan_of) -> None:
    run, _ = draw(plan_of())
    assert run.pending() == []
    run.path(run.plan.jobs[2]).unlink()
    assert names(run.pending()) == [run.plan.jobs[2].name]


def test_a_batch_holds_free_jobs_that_are_alike(plan_of) -> None:
    ours, theirs = RunFolder.open(plan_of()), RunFolder.open(plan_of())
    jobs = ours.plan.jobs
    asked = []

    def limit(job, left):
        asked.append((job.name, left))
        return 3

    plain = [job for job in jobs if job.batch == jobs[0].batch]
    oil = [job for job in jobs if job not in plain]
    assert names(ours.claim_batch(limit)) == names(plain[:3])
    assert names(theirs.claim_batch(limit)) == names(oil[:3])
    assert asked == [(jobs[0].name, 8), (oil[0].name, 8)]
    ours.give_back(plain[1])
    assert names(theirs.claim_batch(limit)) == [plain[1].name, plain[3].name]
    ours.give_all_back()
    theirs.give_all_back()
    assert names(theirs.claim_batch(lambda job, left: 99)) == names(plain)


def test_a_limit_that_fails_leaves_no_claim(plan_of) -> None:
    ours, theirs = RunFolder.open(plan_of()), RunFolder.open(plan_of())
    with pytest.raises(ZeroDivisionError):
        ours.claim_batch(lambda job, left: 1 // 0)
    assert names(theirs.claim_batch(lambda job, left: 1)) == [theirs.plan.jobs[0].name]


def test_jobs_of_other_checkpoints_are_not_drawn_together(plan_of) -> None:
    run = RunFolder.open(plan_of())
    plain = [job for job in run.plan.jobs if job.batch == run.plan.jobs[0].batch]
    (run.folder / "x.checkpoint").touch()
    for job in plain[:2]:
        run.manifest.append(Entry(job.id, CHECKPOINT, checkpoint="x.checkpoint", step=2))
    run.manifest.append(Entry(plain[2].id, RUNNING, checkpoint="lost.checkpoint", step=2))
    assert names(run.claim_batch(lambda job, left: 4)) == names(plain[:2])
    assert run.checkpoint_of(plain[0]) == run.folder / "x.checkpoint"
    assert run.checkpoint_of(plain[2]) is None
    run.drop_checkpoint(run.folder / "x.checkpoint")
    assert (run.folder / "x.checkpoint").exists()  # two jobs are to continue from it


def test_half_written_files_of_a_killed_process_are_removed(plan_of) -> None:
    run = RunFolder.open(plan_of())
    stale = run.folder / f".{run.plan.jobs[0].name}.png.x7"
    stale.touch()
    run.claim_batch(lambda job, left: 1)
    assert not stale.exists()


def test_checkpoints_of_a_finished_run_are_removed(plan_of) -> None:
    run, _ = draw(plan_of(), stop_after(3))
    (run.folder / "x.checkpoint").touch()
    run.tidy()
    assert (run.folder / "x.checkpoint").exists()
    run, _ = draw(plan_of())
    run.tidy()
    assert not list(run.folder.glob("*.checkpoint"))
    assert len(pictures(run)) == 8
