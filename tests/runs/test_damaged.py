"""Damaged run folders: a sentence, and the rest goes on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.jsons import VALUES, damaged, refusal
from tests.runs.test_before import BEFORE
from vqclip.errors import OutputError, VqclipError
from vqclip.files.atomic import write
from vqclip.models.fetch.catalogue import VqganEntry
from vqclip.models.fetch.store import Record, Store
from vqclip.runs import manifest, record
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import Entry, Manifest
from vqclip.runs.pacelog import PaceLog
from vqclip.runs.picture import read_pictures
from vqclip.runs.selection import select_best
from vqclip.series.plan import make_plan
from vqclip.views.gallery import make_gallery

SERIES = json.loads((BEFORE / record.FILE).read_text(encoding="utf-8"))
LINES = [json.loads(line) for line in (BEFORE / manifest.FILE).read_text().splitlines()]
FEW = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
MANY = settings(FEW, max_examples=2000)


def show(folder: Path) -> None:
    """Read a run as sheets and galleries do."""
    known, pictures = read_pictures(folder)
    for picture in pictures:
        assert picture.prompts is not None
        assert isinstance(picture.seed, int)
    make_gallery(known, pictures, folder=folder).encode()


def check_record(folder: Path, content: object) -> None:
    write(folder / record.FILE, json.dumps(content).encode())
    assert len(refusal(OutputError, lambda: show(folder)).splitlines()) <= 1


def check_lines(folder: Path, lines: list[object]) -> None:
    """A run continues whatever its manifest holds, and touches no file outside of its folder."""
    target = folder / "run"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(BEFORE, target)
    (target / "candidates").mkdir()
    text = "".join(json.dumps(line) + "\n" for line in [*lines, *LINES[:2]])
    (target / manifest.FILE).write_text(text)
    run = RunFolder.open(make_plan(target / "s.yaml", folder=target))
    for entry in run.manifest.read().values():
        if entry.checkpoint is not None:
            inside = run.pictures_folder / entry.checkpoint
            assert inside.resolve().parent == run.pictures_folder.resolve()
        if entry.result is not None:
            assert (target / entry.result.file).resolve().is_relative_to(target.resolve())
    assert len(run.pending()) == 8  # no picture exists
    select_best(run)
    show(target)


@given(damaged(SERIES))
@FEW
def test_a_damaged_record_is_a_sentence(tmp_path, content) -> None:
    check_record(tmp_path, content)


@given(st.lists(st.sampled_from(LINES).flatmap(damaged) | VALUES, max_size=4))
@FEW
def test_damaged_lines_are_passed_over(tmp_path, lines) -> None:
    check_lines(tmp_path, lines)


@pytest.mark.slow
@given(damaged(SERIES))
@MANY
def test_thousands_of_damaged_records(tmp_path, content) -> None:
    check_record(tmp_path, content)


@pytest.mark.slow
@given(st.lists(st.sampled_from(LINES).flatmap(damaged) | VALUES, max_size=4))
@MANY
def test_thousands_of_damaged_manifests(tmp_path, lines) -> None:
    check_lines(tmp_path, lines)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("checkpoint", "../../thesis.checkpoint"),
        ("checkpoint", "/home/thesis.checkpoint"),
        ("checkpoint", "thesis.txt"),
        ("checkpoint", "..\\thesis.checkpoint"),
        ("file", "../x.png"),
        ("file", "/x.png"),
        ("file", "candidates/../../x.png"),
        ("file", "x" * 300),
        ("step", "3"),
        ("losses", [1]),
        ("kept", 1),
        ("score", {}),
    ],
)
def test_a_manifest_names_files_of_its_folder_alone(key, value) -> None:
    line = next(line for line in LINES if key in line)
    assert Entry.from_line(json.dumps(line).encode()) is not None
    assert Entry.from_line(json.dumps({**line, key: value}).encode()) is None


def test_damaged_lines_are_counted(tmp_path) -> None:
    (tmp_path / manifest.FILE).write_text('[]\n{"job"\n\n' + json.dumps(LINES[0]) + "\n")
    log = Manifest(tmp_path)
    assert (log.damaged, len(log.read())) == (2, 1)


def test_a_folder_in_place_of_a_file_is_said(tmp_path) -> None:
    (tmp_path / manifest.FILE).mkdir()
    with pytest.raises(OutputError, match="cannot be read"):
        Manifest(tmp_path).read()
    (tmp_path / record.FILE).mkdir()
    with pytest.raises(OutputError, match="cannot be read"):
        read_pictures(tmp_path)


@given(damaged([{"files": {"https://x": "0" * 64}, "slim": "1" * 64, "source": "x"}]))
@FEW
def test_a_damaged_record_of_a_model_is_an_empty_one(tmp_path, content) -> None:
    store, entry = Store(tmp_path), VqganEntry("x", ())
    own = content[0] if isinstance(content, list) and content else content
    (tmp_path / "x.json").write_text(json.dumps(own))
    found = store.record(entry)
    store.write_record(entry, Record({**found.files, "y": "z"}, found.slim, found.source))
    problem = refusal(VqclipError, lambda: store.check(entry, "2" * 64))
    assert "has changed" in problem or not problem


@given(st.lists(st.none() | VALUES, max_size=3) | VALUES)
@FEW
def test_a_damaged_log_of_paces_is_an_empty_one(tmp_path, content) -> None:
    from vqclip.config.schema import Config

    (tmp_path / "paces.json").write_text(json.dumps(content))
    assert PaceLog(tmp_path / "paces.json").find(Config(), "cpu") is None
