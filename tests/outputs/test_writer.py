"""Files: names, recipes inside pictures, atomic writes, checkpoints."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.tiny import tiny_models
from vqclip.config.job import batches, expand, parse_seeds, slug
from vqclip.engine.build import build
from vqclip.errors import ConfigError, ImageError, OutputError
from vqclip.files import atomic
from vqclip.outputs import recipe
from vqclip.outputs import writer as outputs
from vqclip.outputs.writer import Writer, free_path


def writer(make_job, folder: Path, **changes) -> Writer:
    job = make_job("a fox: part two", output__folder=str(folder), **changes)
    return Writer.for_batch(build(tiny_models(), [job]))


def draw(one: Writer) -> Path:
    for iterate in one.generation:
        one.after(iterate)
    one.save()
    return one.paths[0]


@pytest.mark.parametrize("format", ["png", "jpg", "webp"])
def test_a_picture_carries_its_recipe_and_the_mark(make_job, tmp_path, format) -> None:
    path = draw(writer(make_job, tmp_path, output__format=format, width=21))
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
    first, second = (draw(writer(make_job, tmp_path / name)) for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_nothing_is_overwritten_unless_told(make_job, tmp_path) -> None:
    names = [draw(writer(make_job, tmp_path)).name for _ in range(3)]
    assert names == [f"a-fox-part-two_s0{end}.png" for end in ("", "-2", "-3")]
    assert draw(writer(make_job, tmp_path, output__overwrite=True)).name == names[0]


def test_previews_traces_and_checkpoints(make_job, tmp_path) -> None:
    one = writer(
        make_job, tmp_path, output__trace=True, output__save_every=2, output__checkpoint_every=3
    )
    seen = []
    for iterate in one.generation:
        one.after(iterate)
        seen.append(one.checkpoint_path.exists())
    assert seen == [False, False, True, True]
    one.save()
    assert not one.checkpoint_path.exists()
    lines = (tmp_path / "a-fox-part-two_s0.trace.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [1, 2, 3, 4]
    previews = sorted(path.name for path in (tmp_path / "a-fox-part-two_s0.steps").iterdir())
    assert previews == ["000002.png", "000004.png"]


def test_a_failed_write_leaves_the_old_file(tmp_path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"old")

    def fail() -> None:
        with atomic(path) as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_is_named(make_job, tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file"):
        writer(make_job, tmp_path / "file")


def test_slugs() -> None:
    assert slug("Ein Haus — über dem Meer!") == "ein-haus-über-dem-meer"
    assert slug("!!!") == "picture"
    assert len(slug("x" * 300).encode()) <= 60
    assert slug("../../etc/passwd") == "etc-passwd"


def test_a_name_with_a_checkpoint_is_not_free(tmp_path) -> None:
    (tmp_path / "a.checkpoint").touch()
    assert free_path(tmp_path, "a", ".png", overwrite=False).name == "a-2.png"


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
    for path in (evil, plain, text, tmp_path / "missing"):
        with pytest.raises(OutputError):
            outputs.read_checkpoint(path)
    assert not trace.exists()


@pytest.mark.parametrize(
    "change",
    [{"paths": ["../x.png"]}, {"paths": ["/x.png"]}, {"paths": []}, {"output": {}}, {"paths": [3]}],
)
def test_a_checkpoint_writes_beside_itself_alone(make_job, tmp_path, change) -> None:
    path = writer(make_job, tmp_path).checkpoint()
    content = outputs.read_checkpoint(path)
    torch.save({**content, **change}, path)
    with pytest.raises(OutputError, match="damaged"):
        outputs.read_checkpoint(path)


def test_pictures_without_a_recipe_are_refused(tmp_path) -> None:
    path = tmp_path / "plain.png"
    Image.new("RGB", (4, 4)).save(path)
    with pytest.raises(OutputError, match="no recipe"):
        recipe.read(path)
    path.write_text("text")
    with pytest.raises(ImageError):
        recipe.read(path)
    with pytest.raises(ImageError, match="no picture"):
        recipe.read(tmp_path / "missing.png")
    with pytest.raises(OutputError, match="damaged"):
        recipe.Recipe.from_json("{}", "x")


def test_seeds_and_batches(make_job) -> None:
    assert parse_seeds("7") == [7]
    assert parse_seeds("0-2, 9,1") == [0, 1, 2, 9]
    for bad in ("9-0", "a", "", "1--2", "-1", "0-999999999999", "9" * 20):
        with pytest.raises(ConfigError, match="seeds"):
            parse_seeds(bad)
    config = make_job(prompts=["a fox"]).config
    jobs = expand(config, list(range(6)))
    assert [job.seed for batch in batches(jobs) for job in batch] == list(range(6))
    assert max(len(batch) for batch in batches(jobs)) <= 4
    with pytest.raises(ConfigError, match="no prompt"):
        expand(make_job(prompts=["a fox:-1"]).config, [])
