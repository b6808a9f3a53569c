"""Zip archives: their single weights file, and nothing beside it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from vqclip.errors import CheckpointError
from vqclip.models.weights import archives
from vqclip.models.weights.archives import extract, is_archive

WEIGHTS = b"weights" * 10_000


def write_archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("name", ["model.ckpt", "../../outside.ckpt", "/abs/model.safetensors"])
def test_the_weights_are_unpacked_and_nothing_beside(tmp_path, monkeypatch, name) -> None:
    monkeypatch.setattr(archives, "RATIO", 1000)
    members = {name: WEIGHTS, "../evil.txt": b"not weights: never unpacked"}
    path = write_archive(tmp_path / "x.zip", members)
    extract(path, tmp_path / "y")
    assert (tmp_path / "y").read_bytes() == WEIGHTS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.zip", "y"]
    assert not list(tmp_path.parent.glob("*outside*"))


@pytest.mark.parametrize(
    ("names", "found"), [([], "not none"), (["a.ckpt", "b.ckpt"], "not a.ckpt, b.ckpt")]
)
def test_an_archive_holds_exactly_one_weights_file(tmp_path, names, found) -> None:
    path = write_archive(tmp_path / "x.zip", {"readme.txt": b"hello", **dict.fromkeys(names, b"")})
    with pytest.raises(CheckpointError, match=f"exactly one weights file .*{found}"):
        extract(path, tmp_path / "y")
    assert not (tmp_path / "y").exists()


def test_what_unpacks_to_far_more_than_its_size_is_refused(tmp_path, monkeypatch) -> None:
    path = write_archive(tmp_path / "x.zip", {"model.ckpt": b"\0" * 3_000_000})
    with pytest.raises(CheckpointError, match="bytes would unpack to 3,000,000 bytes"):
        extract(path, tmp_path / "y")
    monkeypatch.setattr(archives, "RATIO", 10_000)
    extract(path, tmp_path / "y")
    monkeypatch.setattr(archives, "LARGEST", 1_000_000)
    with pytest.raises(CheckpointError, match="bytes would unpack to 3,000,000 bytes"):
        extract(path, tmp_path / "y")


def test_damage_is_named(forms, tmp_path) -> None:
    path = write_archive(tmp_path / "x.zip", {"model.ckpt": forms["lightning"].read_bytes()})
    broken = bytearray(path.read_bytes())
    broken[5000:6000] = bytes(1000)
    path.write_bytes(broken)
    with pytest.raises(CheckpointError, match=f"{path} .*is damaged"):
        extract(path, tmp_path / "y")


def test_archives_are_distinguished_from_checkpoints(forms, tmp_path) -> None:
    assert is_archive(write_archive(tmp_path / "x.zip", {"model.ckpt": WEIGHTS}))
    assert not any(is_archive(path) for path in forms.values())
