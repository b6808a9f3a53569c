"""The manifest: lines that earlier versions wrote are read, lines cut off are passed over."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from vqclip.errors import OutputError
from vqclip.runs.manifest import DONE, FAILED, LOCKS, RUNNING, Entry, Manifest, Result

DONE_LINE = (
    b'{"job": "25fe57d2abd9", "state": "done", "at": "2026-11-28T01:57:37.353+00:00", '
    b'"by": "vm:4969", "name": "a-red-star_s0-c2", "file": "candidates/a-red-star_s0-c2.png", '
    b'"step": 30, "losses": {"prompt 1": 0.25}, "score": 0.66, "seconds": 5.5, "begun": 0, '
    b'"batch": 2, "device": "cpu", "rank": 1, "kept": true}\n'
)
RUNNING_LINE = (
    b'{"job": "a", "state": "running", "at": "2026-11-28T01:57:37.353+00:00", "by": "vm:1", '
    b'"name": "x", "step": 4, "checkpoint": "x.checkpoint"}\n'
)
FAILED_LINE = (
    b'{"job": "b", "state": "failed", "at": "2026-11-28T01:57:37.353+00:00", "by": "vm:1", '
    b'"name": "y", "error": "there is no picture"}\n'
)


@pytest.fixture
def manifest(tmp_path) -> Manifest:
    (tmp_path / LOCKS).mkdir()
    return Manifest(tmp_path)


@pytest.mark.parametrize("line", [DONE_LINE, RUNNING_LINE, FAILED_LINE])
def test_a_line_is_read_and_written_to_the_byte(manifest, line) -> None:
    entry = Entry.from_line(line)
    assert entry is not None
    manifest.append(entry)
    assert manifest.path.read_bytes() == line


def test_lines_are_read_as_what_they_say() -> None:
    done, running, failed = map(Entry.from_line, (DONE_LINE, RUNNING_LINE, FAILED_LINE))
    assert done.result.score == 0.66
    assert (done.result.rank, done.result.kept) == (1, True)
    assert (running.step, running.checkpoint) == (4, "x.checkpoint")
    assert failed.error == "there is no picture"


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"3", b"[]", b'{"job": "a"}', b'{"job": "a", "state": "odd"}', DONE_LINE[:99]],
)
def test_other_lines_are_passed_over(line) -> None:
    assert Entry.from_line(line) is None


def test_an_entry_is_stamped_with_the_time_and_the_process(manifest) -> None:
    manifest.append(Entry("a", RUNNING, name="x"))
    entry = manifest.entry("a")
    assert entry.at.endswith("+00:00")
    assert ":" in entry.by
    assert replace(entry, at="", by="") == Entry("a", RUNNING, name="x")


def test_a_line_cut_off_by_a_kill_does_not_spoil_the_next(manifest) -> None:
    manifest.append(Entry("a", RUNNING))
    with manifest.path.open("ab") as file:
        file.write(b'{"job": "a", "state": "do')
    assert manifest.entry("a").state == RUNNING
    result = Result("b.png", 6, {}, 0.5, 1.0, 0, 1, "cpu")
    manifest.append(Entry("b", DONE, result=result))
    assert Manifest(manifest.path.parent).read().keys() == {"a", "b"}
    assert manifest.entry("b").result == result
    assert manifest.entry("c") == Entry("c")


def test_the_last_line_of_a_picture_counts(manifest) -> None:
    other = Manifest(manifest.path.parent)
    manifest.append(Entry("a", RUNNING))
    assert other.entry("a").state == RUNNING
    manifest.append(Entry("a", FAILED, error="no"))
    assert other.entry("a").error == "no"
    assert len(manifest.path.read_text().splitlines()) == 2
    assert json.loads(manifest.path.read_text().splitlines()[1])["state"] == "failed"


def test_a_manifest_that_cannot_be_written_is_said(manifest) -> None:
    manifest.path.mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        manifest.append(Entry("a", RUNNING))
