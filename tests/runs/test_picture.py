"""Pictures of a run, and the selection of the best."""

from __future__ import annotations

from dataclasses import replace

from tests.running import MATRIX, draw, stop_after
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import DONE, FAILED, Entry, Result
from vqclip.runs.picture import read_pictures
from vqclip.runs.selection import select_best

CANDIDATES = "candidates: 3\nkeep: 2\nmatrix: {subjects: [a fox, a hen]}\n"


def test_a_picture_says_what_was_planned_and_what_became_of_it(plan_of) -> None:
    run, _ = draw(plan_of(MATRIX), stop_after(8))
    record, found = read_pictures(run.folder)
    assert list(record.axes) == ["subject", "style", "seed"]
    assert [picture.name for picture in found] == [job.name for job in run.plan.jobs]
    done = [picture for picture in found if picture.state == DONE]
    assert len(done) == 4
    for picture in done:
        assert picture.path == run.folder / f"{picture.name}.png"
        assert picture.steps == 6
        assert not picture.was_continued
        assert picture.kept
    left = next(picture for picture in found if picture.state != DONE)
    assert (left.path, left.score, left.seconds, left.rank, left.losses) == (
        *(None, None, None, None),
        {},
    )
    oil = next(picture for picture in found if picture.labels["style"] == "oil")
    assert oil.prompts.startswith("an oil painting of a fox | ")
    assert {picture.seed for picture in found} == {0, 1}


def test_a_picture_that_was_continued_says_so(plan_of) -> None:
    draw(plan_of(), stop_after(3))
    run, _ = draw(plan_of())
    _, found = read_pictures(run.folder)
    assert sum(picture.was_continued for picture in found) == 4


def test_the_error_of_a_picture_is_known(plan_of) -> None:
    run = RunFolder.open(plan_of())
    run.manifest.append(Entry(run.plan.jobs[0].id, FAILED, error="no"))
    assert read_pictures(run.folder)[1][0].error == "no"


def test_the_best_of_every_group_are_kept(plan_of) -> None:
    run, _ = draw(plan_of(CANDIDATES))
    assert len(select_best(run)) == 6
    assert select_best(run) == []
    _, found = read_pictures(run.folder)
    for group in {picture.group for picture in found}:
        ranked = sorted(
            (picture for picture in found if picture.group == group),
            key=lambda picture: picture.rank,
        )
        assert [picture.rank for picture in ranked] == [1, 2, 3]
        assert [picture.kept for picture in ranked] == [True, True, False]
        assert ranked[0].score >= ranked[1].score >= ranked[2].score
        copies = [(run.folder / f"{picture.name}.png").exists() for picture in ranked]
        assert copies == [True, True, False]


def note(run: RunFolder, index: int, score: float | None) -> None:
    job = run.plan.jobs[index]
    path = run.path(job)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(job.name.encode())
    file = str(path.relative_to(run.folder))
    run.manifest.append(Entry(job.id, DONE, result=Result(file, 6, {}, score, 1.0, 0, 1, "cpu")))


def test_a_group_is_ranked_once_all_of_it_is_drawn_or_has_failed(plan_of) -> None:
    run = RunFolder.open(plan_of(CANDIDATES))
    jobs = run.plan.jobs
    note(run, 0, 0.1)
    note(run, 1, 0.3)
    assert select_best(run) == []
    run.manifest.append(Entry(jobs[2].id, FAILED, error="no"))
    assert select_best(run) == [jobs[1].id, jobs[0].id]
    assert [run.manifest.entry(job.id).result.rank for job in jobs[:2]] == [2, 1]


def test_a_rank_that_changes_moves_the_copies(plan_of) -> None:
    run = RunFolder.open(plan_of(CANDIDATES))
    for index, score in enumerate((0.1, 0.2, 0.3)):
        note(run, index, score)
    select_best(run)
    worst = run.plan.jobs[0]
    assert not (run.folder / run.path(worst).name).exists()
    entry = run.manifest.entry(worst.id)
    run.manifest.append(replace(entry, result=replace(entry.result, score=0.9)))
    select_best(run)
    assert (run.folder / run.path(worst).name).exists()
    assert not (run.folder / run.path(run.plan.jobs[1]).name).exists()
