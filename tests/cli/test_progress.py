"""The progress of a series: what is printed where, whoever draws."""

from __future__ import annotations

import json

import pytest

from vqclip.cli.progress import Progress
from vqclip.runs.events import Done, Failed, Note, Started, Step
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import DONE, FAILED, RUNNING, Entry, Result

RESULT = Result("a.png", 6, {"prompt 1": 0.5}, 0.25, 1.0, 0, 1, "cpu")


@pytest.fixture
def run(plan_of) -> RunFolder:
    return RunFolder.open(plan_of("jobs:\n  - {prompt: a fox, seeds: 0-3}\n"))


def lines_of(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_event_is_a_json_line_with_the_state_of_the_run(run, capsys) -> None:
    first, second, *_ = run.plan.jobs
    with Progress(run, quiet=False, as_json=True) as progress:
        progress.show(Started((first.id, second.id), 0, 6))
        progress.show(Step((first.id, second.id), 3, 6, ({"prompt 1": 0.5}, {"prompt 1": 0.25})))
        run.manifest.append(Entry(first.id, DONE, result=RESULT))
        progress.show(Done((first.id,), first.name, RESULT))
        run.manifest.append(Entry(second.id, FAILED, error="no"))
        progress.show(Failed((second.id,), second.name, "no"))
        progress.show(Note((), "words"))
    captured = capsys.readouterr()
    started, step, done, failed, note = lines_of(captured.out)
    assert captured.err == ""
    assert started["seconds_left"] is None
    assert (step["event"], step["jobs"], step["step"]) == ("step", [first.id, second.id], 3)
    assert step["losses"] == [{"prompt 1": 0.5}, {"prompt 1": 0.25}]
    assert (done["pictures_done"], done["pictures_failed"], done["pictures"]) == (1, 0, 4)
    assert (done["name"], done["file"], done["score"]) == (first.name, "a.png", 0.25)
    assert (failed["error"], failed["pictures_failed"]) == ("no", 1)
    assert (note["event"], note["text"], note["jobs"]) == ("note", "words", [])


def test_the_time_that_is_left_follows_from_the_steps_that_were_made(run, capsys) -> None:
    now = [100.0]
    run.manifest.append(Entry(run.plan.jobs[3].id, DONE, result=RESULT))
    with Progress(run, quiet=False, as_json=True, clock=lambda: now[0]) as progress:
        run.manifest.append(Entry(run.plan.jobs[1].id, RUNNING, step=3))
        now[0] += 20
        progress.show(Note((), "words"))
    (line,) = lines_of(capsys.readouterr().out)
    # Another process has made 3 of the 18 steps that were left.
    assert line["seconds_left"] == 20 * 15 / 3


def test_the_bar_counts_the_steps_of_all_processes(run, capsys) -> None:
    first = run.plan.jobs[0]
    with Progress(run, quiet=False, as_json=False) as progress:
        progress.show(Step((first.id,), 2, 6, ({"prompt 1": 0.5},)))
        run.manifest.append(Entry(run.plan.jobs[1].id, RUNNING, step=4))
        progress.show(Note((), "words"))
        progress.show(Failed((first.id,), first.name, "no"))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "6/24" in captured.err
    assert "0/4 pictures" in captured.err
    assert "note: words\n" in captured.err
    assert f"failed: {first.name}: no\n" in captured.err


def test_quiet_shows_notes_and_failures_only(run, capsys) -> None:
    first = run.plan.jobs[0]
    with Progress(run, quiet=True, as_json=False) as progress:
        progress.show(Started((first.id,), 0, 6))
        progress.show(Note((), "words"))
        progress.show(Failed((first.id,), first.name, "no"))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"note: words\nfailed: {first.name}: no\n"
