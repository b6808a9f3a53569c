"""The files of a batch: the same picture gives the same bytes, and what is due is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.tiny import tiny_models
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.errors import ForeignFileError, OutputError
from vqclip.outputs import recipe
from vqclip.outputs.writer import Writer


def batch(make_job, folder: Path, **changes) -> tuple[Generation, Writer]:
    job = make_job("a fox: part two", output__folder=str(folder), **changes)
    return build(tiny_models(), [job]), Writer.for_jobs([job])


def draw(make_job, folder: Path, **changes) -> Path:
    generation, writer = batch(make_job, folder, **changes)
    for iterate in generation:
        writer.step(generation, iterate)
    writer.save(generation)
    return writer.paths[0]


@pytest.mark.parametrize("format", ["png", "jpg", "webp"])
def test_a_picture_carries_its_recipe_and_the_mark(make_job, tmp_path, format) -> None:
    path = draw(make_job, tmp_path, output__format=format, width=21)
    assert path.name == f"a-fox-part-two_s0.{format}"
    with Image.open(path) as image:
        assert image.size == (21, 16)
    found = recipe.read(path)
    assert found.config.width == 21
    assert found.config.all_prompts()[0].content == "a fox: part two"
    assert found.models == {"vqgan tiny": "0" * 64}
    assert found.versions["torch"]
    assert b"trainedAlgorithmicMedia" in path.read_bytes()


def test_the_same_picture_gives_the_same_bytes(make_job, tmp_path) -> None:
    first, second = (draw(make_job, tmp_path / name) for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_nothing_is_overwritten_unless_told(make_job, tmp_path) -> None:
    names = [draw(make_job, tmp_path).name for _ in range(3)]
    assert names == [f"a-fox-part-two_s0{end}.png" for end in ("", "-2", "-3")]
    assert draw(make_job, tmp_path, output__overwrite=True).name == names[0]


def test_a_file_that_came_in_the_meantime_is_not_replaced(make_job, tmp_path) -> None:
    generation, writer = batch(make_job, tmp_path)
    list(generation)
    writer.checkpoint(generation)
    foreign = writer.paths[0]
    foreign.write_bytes(b"foreign")
    writer.save(generation)
    assert foreign.read_bytes() == b"foreign"
    assert writer.paths[0].name == "a-fox-part-two_s0-2.png"
    names = {foreign.name, writer.paths[0].name, "a-fox-part-two_s0-2.checkpoint"}
    assert {path.name for path in tmp_path.iterdir() if path.suffix != ".lock"} == names


def test_a_fixed_name_is_refused_where_a_file_has_taken_it(make_job, tmp_path) -> None:
    generation, free = batch(make_job, tmp_path)
    list(generation)
    path = free.paths[0]
    free.close()
    path.write_bytes(b"foreign")
    with pytest.raises(ForeignFileError, match="already exists, and is not the picture"):
        Writer((path,)).save(generation)
    assert path.read_bytes() == b"foreign"


def test_a_trace_begins_anew_with_a_run(make_job, tmp_path) -> None:
    for steps in (4, 3):
        draw(make_job, tmp_path, output__trace=True, output__overwrite=True, steps=steps)
    lines = (tmp_path / "a-fox-part-two_s0.trace.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [1, 2, 3]
    assert set(json.loads(lines[0])) == {"step", "steps", "prompt 1"}


def test_a_preview_is_the_picture_of_its_step(make_job, tmp_path) -> None:
    path = draw(make_job, tmp_path, output__save_every=2)
    last = path.with_suffix(".steps") / "000004.png"
    assert last.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(("every", "due"), [(0, []), (1, [1, 2, 3]), (3, [3]), (4, [])], ids=str)
def test_a_checkpoint_is_due_between_the_steps(make_job, tmp_path, every, due) -> None:
    generation, writer = batch(make_job, tmp_path, output__checkpoint_every=every)
    assert [iterate.step for iterate in generation if writer.is_checkpoint_due(iterate)] == due


def test_a_trace_that_cannot_be_written_is_said(make_job, tmp_path) -> None:
    generation, writer = batch(make_job, tmp_path, output__trace=True)
    (tmp_path / "a-fox-part-two_s0.trace.jsonl").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        writer.step(generation, next(iter(generation)))
