"""What the index of embeddings survives: damage, vectors that are none, a disk that is full."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

import pytest
import torch

import vqclip
from tests.discs import write_discs, write_flats
from vqclip.perception.index import FILE, Index


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures that were made a while ago."""
    then = time.time() - 100
    for path in write_discs(tmp_path / "pictures"):
        os.utime(path, (then, then))
    return tmp_path / "pictures"


def drop_a_table(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE embeddings")
    connection.close()


def drop_a_column(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE files RENAME COLUMN stamp TO other")
    connection.close()


def corrupt_pages(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


def cut_the_end(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 2 + 100])


@pytest.mark.parametrize("damage", [drop_a_table, drop_a_column, corrupt_pages, cut_the_end])
def test_an_index_found_damaged_while_it_is_used_is_rebuilt(tiny, folder, home, damage) -> None:
    expected = vqclip.search("a fox", folder, perceptor=tiny)
    damage(home / FILE)
    with pytest.warns(UserWarning, match=rf"{FILE} was damaged \(.*\), and was rebuilt"):
        again = vqclip.search("a fox", folder, perceptor=tiny)
    assert again.matches == expected.matches
    vqclip.search("a fox", folder, perceptor=tiny)
    assert vqclip.search("a fox", folder, perceptor=tiny).encoded == 0


@pytest.mark.parametrize("blob", [b"", b"abc", b"\0" * 12, b"\xff" * 12, "text", None, 7])
def test_vectors_that_are_none_are_encoded_again(tiny, folder, home, blob) -> None:
    expected = vqclip.search("a fox", folder, perceptor=tiny)
    connection = sqlite3.connect(home / FILE)
    with connection:
        connection.execute("UPDATE embeddings SET vector = ?", (blob,))
    connection.close()
    again = vqclip.search("a fox", folder, perceptor=tiny)
    assert again.matches == expected.matches
    assert again.encoded > 0
    assert vqclip.search("a fox", folder, perceptor=tiny).encoded == 0


def test_a_vector_of_another_length_is_not_compared(tiny, folder, home) -> None:
    expected = vqclip.search("a fox", folder, perceptor=tiny)
    connection = sqlite3.connect(home / FILE)
    with connection:
        (content,) = connection.execute("SELECT content FROM embeddings").fetchone()
        unit = torch.eye(5)[0].numpy().tobytes()
        connection.execute("UPDATE embeddings SET vector = ? WHERE content = ?", (unit, content))
    connection.close()
    assert vqclip.search("a fox", folder, perceptor=tiny).matches == expected.matches


def test_what_cannot_be_written_is_still_read(tiny, folder, home, monkeypatch) -> None:
    vqclip.search("a fox", folder, perceptor=tiny)
    write_flats(folder, 3)
    opened = Index._open

    def full(self: Index) -> None:
        opened(self)
        self.connection.execute("PRAGMA query_only = 1")

    monkeypatch.setattr(Index, "_open", full)
    with pytest.warns(UserWarning, match=rf"{FILE} cannot be used: .*; nothing new is remembered"):
        found = vqclip.search("a fox", folder, perceptor=tiny)
    assert (found.searched, found.encoded) == (6, 3)
