"""Paces that are remembered: by kind, device and size; whatever happens to their file."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.conftest import small_config
from vqclip.runs import pacelog
from vqclip.runs.pace import Pace
from vqclip.runs.pacelog import PaceLog, kind_of

PACE = Pace(pictures=2, start=1.0, trying=4.0, step=2.0)


@pytest.fixture
def log(tmp_path) -> PaceLog:
    return PaceLog(tmp_path / "deep" / "paces.json")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "paces.json"


def test_a_pace_is_known_to_the_next_process(log, path) -> None:
    config = small_config()
    assert log.find(config, "cpu") is None
    log.remember(config, "cpu", PACE, 100)
    found = PaceLog(path).find(config, "cpu")
    assert (found.pace, found.memory, found.device) == (PACE, 100, "cpu")


def test_the_length_of_a_run_and_where_it_goes_make_no_difference() -> None:
    kind = kind_of(small_config())
    assert kind == kind_of(small_config(steps=99, width=64, seed=3, output__folder="x"))
    for other in (
        {"cutouts__count": 5},
        {"start__candidates": 2},
        {"vqgan": "x.ckpt"},
        {"perceptors": ["mini", "mini-judge"]},
        {"latent__levels": 1},
        {"augmentations": ["flip"]},
        {"precision": "float32"},
    ):
        assert kind_of(small_config(**other)) != kind


def test_another_size_is_scaled_by_its_pixels_from_the_nearest(log) -> None:
    log.remember(small_config(width=16, height=16), "cpu", PACE, 100)
    log.remember(small_config(width=160, height=160), "cpu", Pace(1, 50, 50, 50), 9000)
    found = log.find(small_config(width=32, height=16), "cpu")
    assert found.pace == Pace(pictures=2, start=2.0, trying=8.0, step=4.0)
    assert found.memory == 200
    assert log.find(small_config(width=80, height=160), "cpu").pace == Pace(1, 25, 25, 25)


def test_a_device_is_found_by_its_name_or_as_the_last_one(log) -> None:
    config = small_config()
    log.remember(config, "cpu", PACE, None)
    log.remember(config, "cuda:0", replace(PACE, step=0.1), None)
    assert log.find(config, "cpu").device == "cpu"
    assert log.find(config, "cuda").device == "cuda:0"
    assert log.find(config, "cuda:1") is None
    assert log.find(config, "auto").device == "cuda:0"
    log.remember(config, "cpu", PACE, None)
    assert log.find(config, "auto").device == "cpu"


def test_a_smaller_batch_does_not_replace_a_larger_one(log, path) -> None:
    config = small_config()
    log.remember(config, "cpu", PACE, 100)
    log.remember(config, "cpu", Pace(1, 9, 9, 9), 100)
    assert log.find(config, "cpu").pace == PACE
    log.remember(config, "cpu", Pace(2, 3, 3, 3), 100)
    assert log.find(config, "cpu").pace == Pace(2, 3, 3, 3)
    assert len(json.loads(path.read_text())) == 1


def test_the_oldest_are_forgotten(log, path, monkeypatch) -> None:
    monkeypatch.setattr(pacelog, "MOST", 2)
    for count in (1, 2, 3):
        log.remember(small_config(cutouts__count=count), "cpu", PACE, None)
    assert len(json.loads(path.read_text())) == 2
    known = [log.find(small_config(cutouts__count=count), "cpu") for count in (1, 2, 3)]
    assert [pace is not None for pace in known] == [False, True, True]


@pytest.mark.parametrize(
    "text",
    ["", "{", "3", "[3]", '[{"kind": "x"}]', '{"a": 1}', "\x00", '[{"pace": {"pictures": "x"}}]'],
)
def test_a_damaged_file_is_ignored_and_replaced(log, path, text) -> None:
    path.parent.mkdir()
    path.write_text(text)
    assert log.find(small_config(), "cpu") is None
    log.remember(small_config(), "cpu", PACE, 100)
    assert log.find(small_config(), "cpu").pace == PACE


def test_one_damaged_pace_of_no_pixels_is_damage(log, path) -> None:
    log.remember(small_config(), "cpu", PACE, 100)
    content = json.loads(path.read_text())
    content[0]["pixels"] = 0
    path.write_text(json.dumps(content))
    assert log.find(small_config(), "cpu") is None


def test_a_folder_that_cannot_be_written_is_no_matter(tmp_path) -> None:
    (tmp_path / "file").touch()
    log = PaceLog(tmp_path / "file" / "paces.json")
    log.remember(small_config(), "cpu", PACE, 100)
    assert log.find(small_config(), "cpu") is None


def test_the_log_of_a_user_lies_in_their_folder(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path))
    PaceLog.of_user().remember(small_config(), "cpu", PACE, 100)
    assert (tmp_path / "paces.json").exists()
