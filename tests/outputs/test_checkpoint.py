"""Checkpoints: plain values alone, which lead to the same picture, beside it."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
import torch

from tests.tiny import tiny_models
from vqclip.engine.build import build
from vqclip.errors import ConfigError, OutputError
from vqclip.outputs.checkpoint import Checkpoint
from vqclip.outputs.writer import Writer


def written(make_job, folder: Path, **changes) -> Path:
    """The checkpoint of two pictures after their first step."""
    settings = {"output__folder": str(folder), "output__quality": 80, **changes}
    jobs = [make_job(text, output__trace=True, **settings) for text in ("a fox", "a hen")]
    generation, writer = build(tiny_models(), jobs), Writer.for_jobs(jobs)
    next(iter(generation))
    writer.checkpoint(generation)
    return writer.checkpoint_path


def test_a_checkpoint_holds_the_jobs_and_where_they_go(make_job, tmp_path) -> None:
    path = written(make_job, tmp_path)
    checkpoint = Checkpoint.read(path)
    assert checkpoint.names == ("a-fox_s0.png", "a-hen_s0.png")
    jobs = checkpoint.jobs(tmp_path / "moved")
    assert [job.prompts[0].content for job in jobs] == ["a fox", "a hen"]
    output = jobs[0].config.output
    assert (output.folder, output.quality, output.trace) == (str(tmp_path / "moved"), 80, True)
    assert jobs[0].batch == jobs[1].batch
    again = tmp_path / "again.checkpoint"
    checkpoint.write(again)
    assert Checkpoint.read(again).recipes == checkpoint.recipes


def test_a_restored_batch_goes_on_as_the_first_would_have(make_job, tmp_path) -> None:
    checkpoint = Checkpoint.read(written(make_job, tmp_path))
    jobs = checkpoint.jobs(tmp_path)
    whole, restored = build(tiny_models(), jobs), checkpoint.restore(tiny_models(), jobs)
    assert list(restored)[-1] == list(whole)[-1]
    assert torch.equal(restored.images(), whole.images())


def test_a_checkpoint_of_other_models_is_refused(make_job, tmp_path) -> None:
    checkpoint = Checkpoint.read(written(make_job, tmp_path))
    jobs = checkpoint.jobs(tmp_path)[:1]
    with pytest.raises(OutputError, match="does not fit"):
        checkpoint.restore(tiny_models(), jobs)


@pytest.mark.parametrize(
    "names",
    [
        [".bashrc", "a-hen_s0.png"],
        ["../a-fox_s0.png", "a-hen_s0.png"],
        ["a-fox_s0.exe", "a-hen_s0.png"],
        ["a-fox_s0.png", "a-fox_s0.png"],
        ["a-fox_s0.png"],
        [3, "a-hen_s0.png"],
    ],
)
def test_a_checkpoint_of_a_stranger_names_no_other_files(make_job, tmp_path, names) -> None:
    path = written(make_job, tmp_path)
    content = torch.load(path, weights_only=True)
    torch.save({**content, "paths": names}, path)
    with pytest.raises(OutputError, match="file names are not those of pictures"):
        Checkpoint.read(path)


def test_a_format_that_is_a_path_is_refused(make_job, tmp_path) -> None:
    path = written(make_job, tmp_path)
    content = torch.load(path, weights_only=True)
    content["output"]["format"] = "x/../../../home/bashrc"
    torch.save(content, path)
    with pytest.raises(OutputError, match="damaged"):
        Checkpoint.read(path)


class Payload:
    """Would make a file when unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def test_a_checkpoint_is_never_code(tmp_path) -> None:
    evil, trace = tmp_path / "evil.checkpoint", tmp_path / "ran"
    torch.save({"state": Payload(trace)}, evil)
    plain = tmp_path / "plain.checkpoint"
    plain.write_bytes(pickle.dumps(Payload(trace)))
    text = tmp_path / "text.checkpoint"
    text.write_text("hello")
    for path in (evil, plain, text):
        with pytest.raises(OutputError, match="is not a readable checkpoint"):
            Checkpoint.read(path)
    assert not trace.exists()
    with pytest.raises(OutputError, match="does not exist"):
        Checkpoint.read(tmp_path / "missing")
    torch.save({"state": 1}, text)
    with pytest.raises(OutputError, match="is not a checkpoint of vqclip"):
        Checkpoint.read(text)


@pytest.mark.parametrize(
    "change",
    [
        {"paths": ["../x.png", "y.png"]},
        {"paths": ["/x.png", "y.png"]},
        {"paths": []},
        {"paths": [3, "y.png"]},
        {"paths": ["x.png"]},
        {"output": {}},
        {"output": 3},
        {"output": {"folder": "x", "format": "gif"}},
    ],
    ids=str,
)
def test_a_checkpoint_writes_beside_itself_alone(make_job, tmp_path, change) -> None:
    path = written(make_job, tmp_path)
    content = torch.load(path, weights_only=True)
    torch.save({**content, **change}, path)
    with pytest.raises(OutputError, match="damaged"):
        Checkpoint.read(path)


def test_a_recipe_that_asks_for_the_unknown_is_said(make_job, tmp_path) -> None:
    path = written(make_job, tmp_path)
    content = torch.load(path, weights_only=True)
    recipe = content["recipes"][0].replace('"adam"', '"adagrad3"')
    torch.save({**content, "recipes": [recipe, recipe]}, path)
    with pytest.raises(ConfigError, match="adagrad3"):
        Checkpoint.read(path)
