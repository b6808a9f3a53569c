"""The index of embeddings: what it remembers, and what it survives."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

import vqclip
from tests.discs import write_discs, write_flats
from tests.tiny import TinyPerceptor
from vqclip.perception import index as index_module
from vqclip.perception.collection import embed
from vqclip.perception.embedder import Embedder
from vqclip.perception.index import FILE, Entry, Index, stamp_of

EMBED = """
import resource, sys, time
from pathlib import Path
import torch
from vqclip.perception.collection import embed
from vqclip.perception.index import FILE, Index
from vqclip.perception.embedder import Embedder

class Slow:
    size, context_length = 8, 16
    def encode_image(self, cutouts):
        time.sleep(float(sys.argv[3]))
        return torch.nn.functional.normalize(cutouts.mean(dim=(2, 3)), dim=-1)

def peak():
    unit = 2**20 if "darwin" in sys.platform else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit

torch.set_num_threads(1)
embedder = Embedder(Slow(), "slow")
paths = sorted(Path(sys.argv[1]).glob("*.png"))
with Index(Path(sys.argv[2]) / FILE) as index:
    embed(embedder, paths[:64], index=index)
    before = peak()
    print("begun", flush=True)
    collection = embed(embedder, paths, index=index)
print(collection.encoded, len(collection.pictures), peak() - before)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures that were made a while ago."""
    for path in write_discs(tmp_path / "pictures"):
        age(path)
    return tmp_path / "pictures"


def age(path: Path, seconds: float = 100) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def start(script: str, *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_the_second_search_reads_and_encodes_nothing(tiny, folder, home, monkeypatch) -> None:
    first = vqclip.search("a fox", folder, perceptor=tiny)
    assert (first.encoded, first.searched) == (3, 3)
    assert (home / FILE).is_file()
    assert sorted(path.suffix for path in folder.rglob("*.*")) == [".jpg", ".png", ".webp"]
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail(f"{self} is read"))
    second = vqclip.search("a fox", folder, perceptor=tiny)
    assert second.encoded == 0
    assert second.matches == first.matches


def test_another_perceptor_has_its_own_embeddings(tiny, folder) -> None:
    first = vqclip.search("a fox", folder, perceptor=tiny)
    other = Embedder(TinyPerceptor(seed=3), "another")
    second = vqclip.search("a fox", folder, perceptor=other)
    assert second.encoded == 3
    assert second.matches != first.matches
    assert vqclip.search("a fox", folder, perceptor=tiny).encoded == 0


def test_changed_moved_copied_and_deleted_files_are_noticed(tiny, folder) -> None:
    before = vqclip.search("a fox", folder, perceptor=tiny)
    red, green = folder / "red.png", folder / "green.jpg"
    green.rename(folder / "moved.jpg")
    (folder / "copy.png").write_bytes(red.read_bytes())
    (folder / "below" / "blue.webp").unlink()
    after = vqclip.search("a fox", folder, perceptor=tiny)
    assert (after.encoded, after.searched, after.gone) == (0, 3, 2)
    assert after.copies == 1
    scores = {match.path.name: match.score for match in before.matches}
    found = {match.path.name: match.score for match in after.matches}
    assert found == {
        "copy.png": scores["red.png"],
        "moved.jpg": scores["green.jpg"],
    }
    red.write_bytes((folder / "moved.jpg").read_bytes())
    age(red)
    changed = vqclip.search("a fox", folder, perceptor=tiny)
    found = {match.path.name: match.score for match in changed.matches}
    assert found == {"copy.png": scores["red.png"], "moved.jpg": scores["green.jpg"]}
    assert (changed.copies, changed.gone) == (1, 0)


def test_a_change_that_keeps_size_and_time_is_noticed(tiny, tmp_path) -> None:
    path, other = write_flats(tmp_path / "flats", 2)
    path.write_bytes(path.read_bytes().ljust(200, b"\0"))
    other.write_bytes(other.read_bytes().ljust(200, b"\0"))
    age(path)
    before = path.stat()
    vqclip.search("a fox", path, perceptor=tiny)
    path.write_bytes(other.read_bytes())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert vqclip.search("a fox", path, perceptor=tiny).encoded == 1


def test_a_file_changed_just_now_is_hashed_again(tmp_path) -> None:
    (path,) = write_flats(tmp_path / "flats", 1)
    assert stamp_of(path) == ""
    age(path)
    assert stamp_of(path) != ""


def test_only_the_searched_folders_are_checked_for_deleted_files(tiny, tmp_path) -> None:
    for name in ("a", "ab"):
        write_flats(tmp_path / name, 2)
    vqclip.search("a fox", [tmp_path / "a", tmp_path / "ab"], perceptor=tiny)
    (tmp_path / "a" / "0000.png").unlink()
    (tmp_path / "ab" / "0000.png").unlink()
    assert vqclip.search("a fox", tmp_path / "a", perceptor=tiny).gone == 1
    assert vqclip.search("a fox", tmp_path / "a", perceptor=tiny).gone == 0
    assert vqclip.search("a fox", tmp_path / "ab", perceptor=tiny).gone == 1


def test_what_is_long_gone_is_dropped(tiny, folder, home, monkeypatch) -> None:
    vqclip.search("a fox", folder, perceptor=tiny)
    (folder / "red.png").unlink()
    vqclip.search("a fox", folder, perceptor=tiny)
    assert count(home, "embeddings") == 3
    monkeypatch.setattr(index_module, "KEPT", -1)
    vqclip.search("a fox", folder, perceptor=tiny)
    assert (count(home, "embeddings"), count(home, "files")) == (2, 2)


def count(home: Path, table: str) -> int:
    connection = sqlite3.connect(home / FILE)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    finally:
        connection.close()


def test_without_an_index_nothing_is_written(tiny, folder, home) -> None:
    for _ in range(2):
        assert vqclip.search("a fox", folder, perceptor=tiny, index=False).encoded == 3
    assert not home.exists()


def test_an_index_of_another_version_is_rebuilt_and_that_is_said(tiny, folder, home) -> None:
    vqclip.search("a fox", folder, perceptor=tiny)
    connection = sqlite3.connect(home / FILE)
    connection.executescript("PRAGMA user_version = 99; ALTER TABLE files ADD COLUMN color TEXT;")
    connection.close()
    with pytest.warns(UserWarning, match=r"another version \(its format is 99, this one's 1\)"):
        assert vqclip.search("a fox", folder, perceptor=tiny).encoded == 3
    assert vqclip.search("a fox", folder, perceptor=tiny).encoded == 0


def test_a_damaged_index_is_rebuilt_and_that_is_said(tiny, folder, home) -> None:
    home.mkdir()
    (home / FILE).write_bytes(b"this is not a database" * 100)
    with pytest.warns(UserWarning, match="damaged"):
        assert vqclip.search("a fox", folder, perceptor=tiny).encoded == 3
    assert vqclip.search("a fox", folder, perceptor=tiny).encoded == 0


def test_an_index_that_cannot_be_opened_is_done_without(tiny, folder, home) -> None:
    home.write_text("a file where the folder should be")
    with pytest.warns(UserWarning, match="cannot be used: .*every picture is encoded"):
        assert vqclip.search("a fox", folder, perceptor=tiny).searched == 3


def test_a_batch_is_stored_whole_or_not_at_all(home) -> None:
    vector = torch.tensor([0.6, -0.8])
    entry = Entry(Path("a"), "1", "x")
    with Index(home / FILE) as index:
        bad = [entry, Entry(Path("b"), object(), "y")]  # type: ignore[arg-type]
        index.store(bad, {"x": vector}, perceptor="p")
        assert index.vector("x", "p") is None
        assert index.content(Path("a"), "1") is None
        assert "nothing new is remembered" in index.note
    with Index(home / FILE) as index:
        index.store([entry], {"x": vector}, perceptor="p")
        assert torch.equal(index.vector("x", "p"), vector)
        assert index.content(Path("a"), "1") == "x"
        assert index.content(Path("a"), "") is None


def test_a_killed_search_loses_nothing_that_was_stored(tmp_path, home) -> None:
    write_flats(tmp_path / "flats", 400)
    process = start(EMBED, tmp_path / "flats", home, 0.05)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(0.25)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    stored = count(home, "embeddings")
    assert 64 <= stored < 400
    assert stored % 32 == 0
    embedder = Embedder(TinyPerceptor(), "slow")
    with Index(home / FILE) as index:
        paths = sorted((tmp_path / "flats").glob("*.png"))[:stored]
        assert embed(embedder, paths, index=index).encoded == 0


def test_processes_share_the_index_and_memory_is_bounded(tmp_path, home) -> None:
    flats = tmp_path / "flats"
    write_flats(flats, 320, size=400)
    processes = [start(EMBED, flats, home, 0.0) for _ in range(2)]
    for process in processes:
        out, _ = process.communicate()
        assert process.returncode == 0
        encoded, searched, growth = map(float, out.split()[1:])
        assert searched == 320
        assert 0 <= encoded <= 320
        assert growth < 50, "megabytes, where all pixels are 154"
    assert count(home, "files") == count(home, "embeddings") == 320
