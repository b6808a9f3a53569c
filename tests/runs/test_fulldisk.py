"""A full disk: a sentence, and whatever was there before is there still.

A limit on the size of files stands for the disk: what is written beyond it fails in the same way.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.running import draw, pictures, states, stop_after
from tests.tiny import tiny_models
from vqclip.engine.build import build
from vqclip.errors import OutputError
from vqclip.outputs import recipe as recipes
from vqclip.outputs.checkpoint import Checkpoint
from vqclip.outputs.writer import Writer
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import FAILED, RUNNING, Entry
from vqclip.runs.record import RunRecord

resource = pytest.importorskip("resource", reason="this system has no limits on files")


@contextmanager
def full_at(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch) -> Path:
    """The folder of temporary files."""
    folder: Path = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_picture_leaves_no_half_file(make_job, tmp_path, elsewhere) -> None:
    job = make_job(output__folder=str(tmp_path / "out"))
    generation, writer = build(tiny_models(), [job]), Writer.for_jobs([job])
    list(generation)
    with full_at(100), pytest.raises(OutputError, match=r"a-fox_s0\.png cannot be written: File"):
        writer.save(generation)
    writer.close()
    assert list((tmp_path / "out").iterdir()) == []


def test_a_finished_picture_is_saved_elsewhere(make_job, tmp_path, elsewhere) -> None:
    job = make_job(output__folder=str(tmp_path / "out"))
    generation, writer = build(tiny_models(), [job]), Writer.for_jobs([job])
    list(generation)
    (tmp_path / "out").rename(tmp_path / "gone")
    (tmp_path / "out").touch()
    with pytest.raises(OutputError, match="the picture was saved as") as caught:
        writer.save(generation)
    (picture,) = elsewhere.glob("vqclip-*/a-fox_s0.png")
    assert str(picture) in str(caught.value)
    assert recipes.read(picture).config.steps == 4


def test_the_checkpoint_before_is_kept(make_job, tmp_path) -> None:
    job = make_job(output__folder=str(tmp_path))
    generation, writer = build(tiny_models(), [job]), Writer.for_jobs([job])
    writer.checkpoint(generation)
    before = writer.checkpoint_path.read_bytes()
    next(iter(generation))
    with full_at(1000), pytest.raises(OutputError, match="checkpoint cannot be written"):
        writer.checkpoint(generation)
    assert writer.checkpoint_path.read_bytes() == before
    assert Checkpoint.read(writer.checkpoint_path).names == ("a-fox_s0.png",)


def test_a_manifest_keeps_its_lines_and_takes_more_later(plan_of) -> None:
    run = RunFolder.open(plan_of())
    first, second, third = run.plan.jobs[:3]
    run.manifest.append(Entry(first.id, FAILED, error="no"))
    size = run.manifest.path.stat().st_size
    with full_at(size + 20), pytest.raises(OutputError, match=r"manifest\.jsonl cannot be written"):
        run.manifest.append(Entry(second.id, FAILED, error="no"))
    run.manifest.append(Entry(third.id, RUNNING))
    again = RunFolder.open(run.plan).manifest
    assert [again.entry(job.id).state for job in (first, second, third)] == [
        "failed",
        "waiting",
        "running",
    ]


def test_a_record_is_kept(plan_of) -> None:
    run = RunFolder.open(plan_of())
    with full_at(50), pytest.raises(OutputError, match=r"series\.json cannot be written"):
        run.check_models({"vqgan": "a"})
    assert RunRecord.read(run.folder) == RunRecord.of(run.plan)


@pytest.mark.parametrize("size", [100, 3000])
def test_a_series_stops_and_continues_to_the_same_bytes(plan_of, size: int) -> None:
    whole = pictures(draw(plan_of(folder="whole"))[0])
    run, _ = draw(plan_of(), stop_after(4))
    with full_at(size), pytest.raises(OutputError, match="cannot be written"):
        draw(run.plan)
    assert "failed" not in states(run)
    run, _ = draw(run.plan)
    assert pictures(run) == whole
    assert not [path for path in run.folder.glob(".*") if path.name != ".locks"]
