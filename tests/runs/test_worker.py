"""A worker: its batches, and what it does with jobs that fail."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from PIL import Image

from tests.running import (
    MATRIX,
    BlindPerceptor,
    NarrowVQGAN,
    TinyCache,
    draw,
    first_steps,
    invoke,
    models_with,
    never,
    of_kind,
    pictures,
    states,
    stop_after,
)
from tests.tiny import tiny_models
from vqclip.runs.events import Done, Failed, Note, Started, Step
from vqclip.runs.folder import RunFolder
from vqclip.runs.modelcache import ModelCache
from vqclip.runs.pacelog import PaceLog
from vqclip.runs.work import WorkOptions
from vqclip.runs.worker import Worker


def batch_sizes(events) -> list[int]:
    return [len(event.jobs) for event in of_kind(events, Started)]


def test_a_series_is_drawn_in_batches_equal_to_single_pictures(plan_of, pair, tmp_path) -> None:
    run, events = draw(plan_of(), cache=ModelCache("cpu"))
    assert batch_sizes(events) == [4, 4]
    assert [event.jobs[0] for event in of_kind(events, Done)] == [
        job.id for style in ("none", "oil") for job in run.plan.jobs if job.labels["style"] == style
    ]
    words = ["generate", "a fox", *pair[:2], "width=20", "height=16", "steps=6", "cutouts.count=2"]
    words += ["start.candidates=2", "start.candidate_steps=2", "--style", "oil", "--device", "cpu"]
    invoke([*words, "--output", str(tmp_path / "alone"), "--quiet", "device=auto"])
    (alone,) = (tmp_path / "alone").glob("*.png")
    assert alone.read_bytes() == run.path(run.plan.jobs[2]).read_bytes()


def test_words_no_perceptor_reads_are_noted_once(plan_of) -> None:
    words = "word " * 20
    _, events = draw(plan_of(f"jobs:\n  - {{prompt: {words}, seeds: 0-5}}\n"))
    assert ["not seen" in note.text for note in of_kind(events, Note)] == [True]


def test_a_batch_is_as_large_as_told(plan_of) -> None:
    _, events = draw(plan_of(), at_once=3)
    assert batch_sizes(events) == [3, 3, 1, 1]


def test_a_short_list_is_shared_by_workers(plan_of) -> None:
    _, events = draw(plan_of(), workers=4)
    assert batch_sizes(events)[0] == 2


def test_a_file_of_somebody_else_is_not_replaced(plan_of) -> None:
    run = RunFolder.open(plan_of())
    foreign, *rest = run.plan.jobs
    run.path(foreign).write_bytes(b"foreign")
    run, events = draw(run.plan)
    assert run.path(foreign).read_bytes() == b"foreign"
    assert [event.name for event in of_kind(events, Failed)] == [foreign.name]
    assert "already exists, and is not the picture" in run.errors()[foreign.name]
    assert states(run) == ["failed"] + ["done"] * len(rest)


def test_a_picture_whose_record_was_lost_is_drawn_again(plan_of) -> None:
    run, _ = draw(plan_of())
    before = pictures(run)
    run.manifest.path.unlink()  # as if it was killed before it could write
    run, events = draw(run.plan)
    assert len(of_kind(events, Done)) == len(before)
    assert pictures(run) == before


def test_a_worker_stops_where_it_is_told(plan_of) -> None:
    run, events = draw(plan_of(), stop_after(3))
    assert [event.step for event in of_kind(events, Step)] == [1, 2, 3]
    assert states(run).count("interrupted") == 4
    _, events = draw(plan_of(), stop_after(0))
    assert events == []


def test_a_bad_job_is_noted_and_the_rest_go_on(plan_of, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    jobs = "jobs:\n  - {prompt: a cow, start.image: none.png}\n  - {prompt: [a, {image: no.png}]}\n"
    run, events = draw(plan_of(MATRIX + jobs))
    assert states(run) == ["done"] * 8 + ["failed"] * 2
    failed = of_kind(events, Failed)
    assert all("there is no picture" in event.error for event in failed)
    assert run.errors() == {event.name: event.error for event in failed}
    assert first_steps(draw(plan_of(MATRIX + jobs))[1]) == []
    Image.new("RGB", (20, 20)).save(tmp_path / "none.png")
    run, events = draw(plan_of(MATRIX + jobs), retry_failed=True)
    assert states(run)[8:] == ["done", "failed"]
    assert len(of_kind(events, Failed)) == 1


def test_a_picture_that_diverges_does_not_take_its_neighbors_along(plan_of) -> None:
    whole = pictures(draw(plan_of(folder="whole"))[0])
    run, events = draw(plan_of(), cache=TinyCache(models_with(BlindPerceptor())))
    assert states(run) == ["failed"] * 2 + ["done"] * 6
    assert all("is not finite" in event.error for event in of_kind(events, Failed))
    assert all(run.path(job).read_bytes() == whole[job.id] for job in run.plan.jobs[2:])
    assert all(run.path(job).exists() for job in run.plan.jobs[:2])  # the last good ones


def test_when_memory_runs_out_the_batch_is_halved(plan_of) -> None:
    # Two candidates of each of two pictures fit.
    run, events = draw(plan_of(), cache=TinyCache(replace(tiny_models(), generator=NarrowVQGAN(4))))
    assert states(run) == ["done"] * 8
    assert {run.manifest.entry(job.id).result.batch for job in run.plan.jobs} == {2}
    assert "continuing with 2 pictures at once" in of_kind(events, Note)[0].text


def test_a_picture_that_fits_nowhere_has_failed(plan_of) -> None:
    run, events = draw(plan_of(), cache=TinyCache(replace(tiny_models(), generator=NarrowVQGAN(1))))
    assert states(run) == ["failed"] * 8
    assert all(event.error.startswith("memory ran out") for event in of_kind(events, Failed))


class NoCache:
    """A cache whose models cannot be loaded, for a reason nobody thought of."""

    def load(self, config):
        raise ZeroDivisionError("no")


def test_an_error_of_the_program_itself_is_not_hidden(plan_of) -> None:
    run = RunFolder.open(plan_of())
    with pytest.raises(ZeroDivisionError):
        list(Worker(run, NoCache(), never).work())
    other = RunFolder.open(plan_of())
    assert len(other.claim_batch(lambda job, left: 8)) == 4  # the claims were given back


def test_the_pace_of_whole_batches_is_remembered(plan_of, tmp_path) -> None:
    paces = PaceLog(tmp_path / "paces.json")
    run = RunFolder.open(plan_of())
    config = run.plan.jobs[0].config
    list(Worker(run, TinyCache(), stop_after(3), WorkOptions(), paces).work())
    assert paces.find(config, "cpu") is None  # it was interrupted
    list(Worker(run, TinyCache(), never, WorkOptions(at_once=2), paces).work())
    found = paces.find(run.plan.jobs[2].config, "cpu")
    assert found.pace.pictures == 2
    assert found.pace.step > 0
    assert found.memory > 0


def test_models_are_loaded_once_for_jobs_that_share_them(plan_of, monkeypatch) -> None:
    from vqclip.runs import modelcache

    loads = []
    load = modelcache.load_models
    monkeypatch.setattr(modelcache, "load_models", lambda *a, **k: loads.append(a) or load(*a, **k))
    cache = ModelCache("cpu")
    first, second = plan_of().jobs[0].config, plan_of(steps=7).jobs[2].config
    assert cache.load(first)[0] is cache.load(second)[0]
    assert len(loads) == 1
    assert cache.load(first)[0].generator.device == torch.device("cpu")
