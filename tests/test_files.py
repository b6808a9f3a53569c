"""Files are written completely or not at all."""

from __future__ import annotations

import hashlib

import pytest

from vqclip.errors import OutputError
from vqclip.files import atomic, sha256, write


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
