"""Pictures to be judged: those of a run, and those of a folder with captions or recipes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.evaluation.painter import BALLS, COLORS, paint
from vqclip.errors import ConfigError
from vqclip.evaluation.comparison import make_plan, make_settings
from vqclip.evaluation.samples import Sample, samples_of_folder, samples_of_run
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import DONE, FAILED, Entry, Result


def test_a_folder_of_pictures_has_captions(tmp_path: Path) -> None:
    red, green, blue = (paint(tmp_path, "x", name).path for name in COLORS)
    captions = {
        "a green ball": green.name,
        "a blue ball": blue.name,
        "a red ball": [red.name, blue.name],
    }
    (tmp_path / "captions.json").write_text(json.dumps(captions))
    samples, others = samples_of_folder(tmp_path, ["a red ball", "a blue ball"])
    name = tmp_path.name
    assert samples == [
        Sample(name, "a red ball", red),
        Sample(name, "a red ball", blue),
        Sample(name, "a blue ball", blue),
    ]
    assert others == [str(green)]


def test_mistakes_of_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--pictures: there is no picture or folder"):
        samples_of_folder(tmp_path / "none", BALLS.texts)
    captions = tmp_path / "captions.json"
    captions.write_text(json.dumps({"a fox": "fox.png"}))
    with pytest.raises(ConfigError, match="none of the 1 pictures"):
        samples_of_folder(tmp_path, BALLS.texts)
    captions.write_text(json.dumps({"a red ball": 3, "a blue ball": ["x.png", None]}))
    with pytest.raises(ConfigError) as caught:
        samples_of_folder(tmp_path, BALLS.texts)
    assert [text.split(", ")[-1] for text in caught.value.messages] == ["not 3", "not None"]
    for text, reason in (("[]", "is not a table"), ("{", "cannot be read as JSON")):
        captions.write_text(text)
        with pytest.raises(ConfigError, match=reason):
            samples_of_folder(tmp_path, BALLS.texts)


def test_a_run_knows_the_time_of_whole_pictures_alone(tmp_path: Path) -> None:
    (setting,) = make_settings(presets=["draft"])
    plan = make_plan([setting], ["a fox", "a hen", "a cow", "a pig"], [3], folder=tmp_path / "run")
    run = RunFolder.open(plan)
    fox, hen, cow, pig = plan.jobs
    for picture in (fox, hen, cow):
        path = run.path(picture)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8)).save(path)
    for picture, seconds, begun in ((fox, 2.5, 0), (hen, 1.5, 4)):
        result = Result(run.path(picture).name, 9, {}, 0.5, seconds, begun, 1, "cpu")
        run.manifest.append(Entry(picture.id, DONE, result=result))
    run.manifest.append(Entry(pig.id, FAILED, error="no paint"))
    samples, unfinished = samples_of_run(run)
    assert samples == [
        Sample("draft", "a fox", run.path(fox), 3, 2.5, 9),
        Sample("draft", "a hen", run.path(hen), 3, None, 9),
    ]
    assert unfinished == [cow.name, pig.name]
