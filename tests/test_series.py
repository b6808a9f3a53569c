"""Series: batches, the manifest, continuing, failures, sharing, choosing, and the cluster."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from filelock import FileLock
from PIL import Image

from vqclip import cli
from vqclip.capacity import is_out_of_memory, picture_bytes, pictures_at_once
from vqclip.errors import DivergedError, OutputError
from vqclip.generation import Generation
from vqclip.manifest import Manifest
from vqclip.models import load_models
from vqclip.pictures import choose, read_pictures
from vqclip.runfolder import RunFolder
from vqclip.series.plan import Plan, make_plan
from vqclip.sheet import make_sheets
from vqclip.studio import Event, Studio
from vqclip.worker import Worker

MATRIX = "matrix:\n  subjects: [a fox, a hen]\n  styles: [none, oil]\n  seeds: 0-1\n"


@pytest.fixture
def plan_of(pair, tmp_path) -> Callable[..., Plan]:
    """Make a plan of tiny pictures; sections as `cutouts__count`."""
    vqgan, perceptors = (one.partition("=")[2] for one in pair[:2])

    def make(text: str = MATRIX, folder: str = "run", **changes) -> Plan:
        settings = {
            "vqgan": vqgan,
            "perceptors": perceptors,
            "width": 20,
            "height": 16,
            "steps": 6,
            "cutouts.count": 2,
            "start.candidates": 2,
            "start.candidate_steps": 2,
            **{key.replace("__", "."): value for key, value in changes.items()},
        }
        lines = [f"  {key}: {value}\n" for key, value in settings.items()]
        path = tmp_path / "many.yaml"
        path.write_text("defaults:\n" + "".join(lines) + text)
        return make_plan(path, folder=tmp_path / folder)

    return make


def never() -> bool:
    return False


def draw(plan: Plan, stop: Callable[[], bool] = never, **options) -> tuple[RunFolder, list[Event]]:
    run = RunFolder.open(plan)
    studio = options.pop("studio", None) or Studio("cpu", plan.judge)
    return run, list(Worker(run, studio, stop, **options).work())


def stop_after(steps: int) -> Callable[[], bool]:
    """Stop at the n-th question."""
    left = [steps]

    def stop() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stop


def pictures(run: RunFolder) -> dict[str, bytes]:
    return {job.id: run.path(job).read_bytes() for job in run.plan.jobs}


def states(run: RunFolder) -> list[str]:
    entries = run.manifest.read()
    return [entries[job.id].state if job.id in entries else "" for job in run.plan.jobs]


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


def invoke(words: list[str], code: int = 0) -> None:
    """Run the command line in this process."""
    before, handler = sys.argv, signal.getsignal(signal.SIGINT)
    sys.argv = ["vqclip", *words]
    try:
        with pytest.raises(SystemExit) as done:
            cli.main()
    finally:
        sys.argv = before
        signal.signal(signal.SIGINT, handler)
    assert (done.value.code or 0) == code


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
        "vqclip.studio.load_models", lambda *a, **k: loads.append(1) or load_models(*a, **k)
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
    advance = Generation._advance

    def diverge(self: Generation):
        bad = [k for k, job in enumerate(self.jobs) if job.prompts[0].content == "a fox"]
        if self.step == 3 and bad:
            raise DivergedError(4, bad[:1])
        return advance(self)

    monkeypatch.setattr(Generation, "_advance", diverge)
    run, _ = draw(plan_of())
    assert states(run) == ["failed"] * 2 + ["done"] * 6
    assert all(run.path(job).read_bytes() == whole[job.id] for job in run.plan.jobs[2:])


def test_when_memory_runs_out_the_batch_is_halved(plan_of, monkeypatch) -> None:
    advance = Generation._advance

    def run_out(self: Generation):
        if len(self.jobs) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return advance(self)

    monkeypatch.setattr(Generation, "_advance", run_out)
    run, events = draw(plan_of())
    assert states(run) == ["done"] * 8
    sizes = {entry.facts["batch"] for entry in run.manifest.read().values()}
    assert sizes == {2}
    monkeypatch.setattr(Generation, "_advance", lambda self: (_ for _ in ()).throw(MemoryError()))
    run, _ = draw(plan_of(folder="never"))
    assert states(run) == ["failed"] * 8


def test_batches_follow_the_memory(plan_of, monkeypatch) -> None:
    job = plan_of().jobs[0].job
    models = load_models(job.config.vqgan, job.config.all_perceptors())
    one = picture_bytes(models, job.config)
    assert one > 20 * 16 * 3 * 4
    for room, count in {0: 1, 2: 2, 3: 3, 99: 4}.items():
        monkeypatch.setattr(
            "vqclip.capacity.free_bytes", lambda device, room=room: (room + 0.1) * one / 0.8
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


def test_the_best_of_several_are_kept(plan_of, pair) -> None:
    judge = pair[1].partition("=")[2].strip("[]")
    text = f"candidates: 3\nkeep: 2\njudge: {judge}\nmatrix: {{subjects: [a fox, a hen]}}\n"
    run, _ = draw(plan_of(text))
    assert len(choose(run)) == 6
    assert not choose(run)
    plan, shown = read_pictures(run.plan.folder)
    assert plan["judge"] == judge
    for group in {one.group for one in shown}:
        ranked = sorted((one for one in shown if one.group == group), key=lambda one: one.rank or 0)
        assert [one.kept for one in ranked] == [True, True, False]
        assert ranked[0].score >= ranked[1].score >= ranked[2].score
        assert (run.plan.folder / f"{ranked[0].name}.png").exists()
        assert not (run.plan.folder / f"{ranked[2].name}.png").exists()
    (sheet,) = make_sheets(plan["axes"], shown)
    assert sheet.width > 2 * 192


def test_the_command_draws_shows_and_says_all(plan_of, tmp_path, capsys) -> None:
    plan_of(MATRIX + "jobs:\n  - {prompt: a sea </script>, name: sea}\n")
    words = ["series", str(tmp_path / "many.yaml"), "--output", str(tmp_path / "run")]
    invoke([*words, "--dry-run"])
    said = capsys.readouterr().out
    assert "pictures: 9" in said
    assert all(f"{name}: about" in said for name in ("time", "memory", "disk"))
    assert not (tmp_path / "run").exists()
    invoke([*words, "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["pictures_done"] == 9
    assert {"started", "step", "done"} <= {line["event"] for line in lines}
    page = (tmp_path / "run" / "gallery.html").read_text()
    assert page.count("data:image/webp;base64,") == 9
    assert page.count("</script>") == 1
    assert (tmp_path / "run" / "sheet-2.png").exists()
    invoke(["sheet", str(tmp_path / "run"), "--columns", "seed"])
    with Image.open(tmp_path / "run" / "sheet.png") as sheet:
        assert sheet.height > sheet.width
    invoke(["sheet", str(tmp_path / "run"), "--columns", "sed"], 2)
    assert "did you mean 'seed'" in capsys.readouterr().err
    invoke([*words, "--engine", "ray", "--workers", "2"], 2)
    invoke([*words, "--engine", "slurm"], 2)
    invoke([*words, "--device", "cuda:99"], 2)
    invoke([*words, "--address", "auto"], 2)


def command(tmp_path: Path, *words: str) -> list[str]:
    file, run = str(tmp_path / "many.yaml"), str(tmp_path / "run")
    return [sys.executable, "-m", "vqclip", "series", file, "--output", run, "--quiet", *words]


def test_killed_at_any_moment_it_continues(plan_of, tmp_path) -> None:
    whole = pictures(draw(plan_of(folder="whole", steps=60))[0])
    plan = plan_of(steps=60)
    manifest = tmp_path / "run" / "manifest.jsonl"
    process = subprocess.Popen(command(tmp_path, "--checkpoint-every", "5"))
    try:
        while not (manifest.exists() and manifest.read_text().count('"checkpoint"') > 8):
            assert process.poll() is None, "it ended before it was killed"
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    run, events = draw(plan)
    begun = [one.facts["step"] for one in events if one.kind == "started"]
    assert begun[0] > 0
    assert pictures(run) == whole
    assert not [path for path in run.plan.folder.glob(".*") if path.name != ".locks"]


def test_workers_share_a_series_without_doing_a_picture_twice(plan_of, tmp_path) -> None:
    plan = plan_of()
    invoke([*command(tmp_path)[3:], "--workers", "2", "--at-once", "1"])
    manifest = tmp_path / "run" / "manifest.jsonl"
    lines = [json.loads(one) for one in manifest.read_text().splitlines()]
    done = [one for one in lines if one["state"] == "done"]
    assert len(done) == len({one["job"] for one in done}) == len(plan.jobs)
    assert len({one["by"] for one in lines}) == 2
    assert (tmp_path / "run" / "sheet.png").exists()
