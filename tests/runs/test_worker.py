"""Series: batches, the manifest, continuing, failures and refusals."""

from __future__ import annotations

import pytest
import torch
from filelock import FileLock
from PIL import Image

from tests.running import MATRIX, draw, invoke, never, pictures, states, stop_after
from vqclip.engine.generation import Generation
from vqclip.errors import DivergedError, OutputError
from vqclip.models.load import load_models
from vqclip.runs.capacity import is_out_of_memory, picture_bytes, pictures_at_once
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import Manifest
from vqclip.runs.picture import read_pictures
from vqclip.runs.studio import Studio
from vqclip.runs.worker import Worker


def test_a_series_is_drawn_in_batches_equal_to_single_pictures(plan_of, pair, tmp_path) -> None:
    run, events = draw(plan_of())
    batches = [one.jobs for one in events if one.kind == "started"]
    assert [len(one) for one in batches] == [4, 4]
    entry = run.manifest.read()[run.plan.jobs[2].id]
    assert {"file", "losses", "score", "seconds", "device", "at", "by"} <= set(entry.facts)
    words = ["generate", "a fox", *pair[:2], "width=20", "height=16", "steps=6", "cutouts.count=2"]
    words += ["start.candidates=2", "start.candidate_steps=2", "--style", "oil", "--device", "cpu"]
    invoke(words + ["--output", str(tmp_path / "alone"), "--quiet", "device=auto"])
    (alone,) = (tmp_path / "alone").glob("*.png")
    assert alone.read_bytes() == run.path(run.plan.jobs[2]).read_bytes()


def test_words_no_perceptor_reads_are_noted_once(plan_of) -> None:
    words = "word " * 20
    _, events = draw(plan_of(f"jobs:\n  - {{prompt: {words}, seeds: 0-5}}\n"))
    assert ["not seen" in one.facts["text"] for one in events if one.kind == "note"] == [True]


def test_a_batch_is_as_large_as_told(plan_of) -> None:
    _, events = draw(plan_of(), at_once=3)
    assert [len(one.jobs) for one in events if one.kind == "started"] == [3, 3, 1, 1]


def test_models_are_loaded_once(plan_of, monkeypatch) -> None:
    loads = []
    monkeypatch.setattr(
        "vqclip.runs.studio.load_models", lambda *a, **k: loads.append(1) or load_models(*a, **k)
    )
    draw(plan_of())
    assert loads == [1]


def test_what_is_finished_is_kept_and_the_rest_continues_from_its_checkpoint(plan_of) -> None:
    whole = pictures(draw(plan_of(folder="whole"))[0])
    run, events = draw(plan_of(), stop_after(11), checkpoint_every=2)
    assert events[-1].kind == "interrupted"
    assert states(run).count("done") == 4
    assert states(run).count("interrupted") == 4
    before = {path: path.stat().st_mtime_ns for path in run.plan.folder.glob("*.png")}
    run, events = draw(plan_of())
    assert [one.facts["step"] for one in events if one.kind == "started"] == [4]
    assert pictures(run) == whole
    assert before == {path: path.stat().st_mtime_ns for path in before}
    assert not list(run.plan.folder.glob("*.checkpoint"))
    assert not [one for one in draw(plan_of())[1] if one.kind == "started"]


def test_a_part_of_a_batch_continues_alone(plan_of) -> None:
    whole = pictures(draw(plan_of(folder="whole"))[0])
    run, _ = draw(plan_of(), stop_after(4), checkpoint_every=2)
    taken = run.plan.jobs[1]
    other = FileLock(str(run.plan.folder / ".locks" / f"{taken.id}.lock"))
    with other:
        seen = Worker(run, Studio("cpu"), never).work()
        for event in seen:
            if event.kind == "waiting":
                assert event.jobs == (taken.id,)
                break
    run, events = draw(plan_of())
    assert [one.facts["step"] for one in events if one.kind == "started"] == [4]
    assert pictures(run) == whole


def test_a_lost_picture_and_a_damaged_checkpoint_are_made_again(plan_of) -> None:
    run, _ = draw(plan_of(), stop_after(11), checkpoint_every=2)
    done = run.path(run.plan.jobs[0])
    done.unlink()
    (checkpoint,) = run.plan.folder.glob("*.checkpoint")
    checkpoint.write_bytes(b"damaged")
    run, _ = draw(plan_of())
    assert done.exists()
    assert states(run) == ["done"] * 8


def test_a_manifest_survives_a_line_cut_off(tmp_path) -> None:
    manifest = Manifest(tmp_path / "manifest.jsonl")
    manifest.append("a", "running", step=0)
    with manifest.path.open("a") as file:
        file.write('{"job": "a", "state": "do')
    assert manifest.read()["a"].state == "running"
    manifest.append("b", "done", file="b.png")
    again = Manifest(manifest.path).read()
    assert (again["a"].state, again["b"].facts["file"]) == ("running", "b.png")


def test_a_bad_job_is_noted_and_the_rest_go_on(plan_of, tmp_path) -> None:
    jobs = "jobs:\n  - {prompt: a cow, start.image: none.png}\n  - {prompt: [a, {image: no.png}]}\n"
    run, events = draw(plan_of(MATRIX + jobs))
    assert states(run) == ["done"] * 8 + ["failed"] * 2
    failed = [one.facts["error"] for one in events if one.kind == "failed"]
    assert all("there is no picture" in one for one in failed)
    assert not [one for one in draw(plan_of(MATRIX + jobs))[1] if one.kind == "started"]
    Image.new("RGB", (20, 20)).save(tmp_path / "none.png")
    again, _ = draw(plan_of(MATRIX + jobs), retried=run.failed())
    assert states(again)[8:] == ["failed"] * 2
    invoke(["series", str(tmp_path / "many.yaml"), "--output", str(tmp_path / "run"), "--quiet"], 1)


def test_a_picture_that_diverges_does_not_take_its_neighbours_along(plan_of, monkeypatch) -> None:
    whole = pictures(draw(plan_of(folder="whole"))[0])
    advance = Generation.advance

    def diverge(self: Generation):
        bad = [k for k, job in enumerate(self.jobs) if job.prompts[0].content == "a fox"]
        if self.step == 3 and bad:
            raise DivergedError(4, bad[:1])
        return advance(self)

    monkeypatch.setattr(Generation, "advance", diverge)
    run, _ = draw(plan_of())
    assert states(run) == ["failed"] * 2 + ["done"] * 6
    assert all(run.path(job).read_bytes() == whole[job.id] for job in run.plan.jobs[2:])


def test_when_memory_runs_out_the_batch_is_halved(plan_of, monkeypatch) -> None:
    advance = Generation.advance

    def run_out(self: Generation):
        if len(self.jobs) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return advance(self)

    monkeypatch.setattr(Generation, "advance", run_out)
    run, events = draw(plan_of())
    assert states(run) == ["done"] * 8
    sizes = {entry.facts["batch"] for entry in run.manifest.read().values()}
    assert sizes == {2}
    monkeypatch.setattr(Generation, "advance", lambda self: (_ for _ in ()).throw(MemoryError()))
    run, _ = draw(plan_of(folder="never"))
    assert states(run) == ["failed"] * 8


def test_batches_follow_the_memory(plan_of, monkeypatch) -> None:
    job = plan_of().jobs[0].job
    models = load_models(job.config.vqgan, job.config.perceptor_weights())
    one = picture_bytes(models, job.config)
    assert one > 20 * 16 * 3 * 4
    for room, count in {0: 1, 2: 2, 3: 3, 99: 4}.items():
        monkeypatch.setattr(
            "vqclip.runs.capacity.free_bytes", lambda device, room=room: (room + 0.1) * one / 0.8
        )
        assert pictures_at_once(models, job.config) == count
    assert is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory"))
    assert not is_out_of_memory(RuntimeError("shape"))


def test_another_recipe_is_refused_with_the_difference(plan_of) -> None:
    run, _ = draw(plan_of())
    (run.plan.folder.parent / "run-2").mkdir()
    with pytest.raises(OutputError) as caught:
        RunFolder.open(plan_of(steps=7))
    text = str(caught.value)
    assert "steps: 6 -> 7 (8 pictures)" in text
    assert "--output" in text
    assert text.endswith("run-3")
    more = RunFolder.open(plan_of(MATRIX.replace("0-1", "0-2")))
    assert states(more).count("done") == 8
    assert len(states(more)) == 12
    with pytest.raises(OutputError, match="is not in it"):
        RunFolder.open(plan_of())


def test_other_weights_and_other_folders_are_refused(plan_of, tmp_path) -> None:
    plan = plan_of()
    run = RunFolder.open(plan)
    run.check_models({"vqgan": "a"})
    run.check_models({"vqgan": "a", "perceptor": "b"})
    with pytest.raises(OutputError, match="the weights have changed"):
        run.check_models({"vqgan": "c"})
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match=r"holds letter\.txt"):
        RunFolder.open(plan_of(folder="full"))
    with pytest.raises(OutputError, match="is no folder of a series"):
        read_pictures(tmp_path / "full")
