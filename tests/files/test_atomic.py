"""Files are written completely or not at all."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vqclip.errors import OutputError
from vqclip.files import atomic as files
from vqclip.files.atomic import atomic, sha256, write


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


def test_a_file_and_its_folders_are_written(tmp_path) -> None:
    path = tmp_path / "a" / "b" / "x.txt"
    write(path, b"first")
    write(path, b"second")
    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o644
    assert sha256(path) == hashlib.sha256(b"second").hexdigest()


def test_a_file_that_cannot_be_written_is_named(tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"file/x\.txt cannot be written"):
        write(tmp_path / "file" / "x.txt", b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="folder cannot be written"):
        write(tmp_path / "folder", b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_file_that_exists_is_kept_where_it_is_not_to_be_replaced(tmp_path) -> None:
    path = tmp_path / "x.png"
    write(path, b"first", replace=False)
    with pytest.raises(FileExistsError):
        write(path, b"second", replace=False)
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_without_hard_links_too(tmp_path, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    test_a_file_that_exists_is_kept_where_it_is_not_to_be_replaced(tmp_path)


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path) -> None:
    path = tmp_path / ("é" * 125 + ".txt")
    write(path, b"x")
    assert path.read_bytes() == b"x"


KILLED = """
import os, signal, sys
from pathlib import Path
from vqclip.files.atomic import atomic
with atomic(Path(sys.argv[1])) as temporary:
    temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def aged(path: Path, minutes: float) -> None:
    then = time.time() - 60 * minutes
    os.utime(path, (then, then))


def test_what_a_killed_process_left_is_removed_once_it_is_old(tmp_path, monkeypatch) -> None:
    path = tmp_path / "x.png"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    (left,) = tmp_path.iterdir()
    monkeypatch.setattr(files, "_swept", set())
    write(path, b"whole")
    assert left.exists()  # it is young: its process might be another machine's
    aged(left, files.MINUTES + 1)
    monkeypatch.setattr(files, "_swept", set())
    write(path, b"whole")
    assert list(tmp_path.iterdir()) == [path]


def test_temporary_files_of_others_stay(tmp_path, monkeypatch) -> None:
    here, there = files.HOST, "0" * 8
    names = (
        f".x.{here}-{os.getpid()}-{there}.part",  # this process lives
        f".x.{here}-1-{there}.part",  # so does the first one
        f".x.{there}-999999999-{there}.part",  # another machine's
        f"x.{here}-999999999-{there}.part",  # not hidden
        ".x.part",
    )
    for name in names:
        (tmp_path / name).touch()
        aged(tmp_path / name, 1e4)
    gone = tmp_path / f".x.{here}-999999999-{there}.part"
    gone.touch()
    aged(gone, 1e4)
    monkeypatch.setattr(files, "_swept", set())
    write(tmp_path / "y", b"")
    assert {path.name for path in tmp_path.iterdir()} == {"y", *names}
