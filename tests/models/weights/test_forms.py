"""Files and folders, recognised by their first bytes and names."""

from __future__ import annotations

import pytest

from vqclip.errors import CheckpointError
from vqclip.models.weights.forms import FOLDER_FILES, sniff, weights_file


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html><html>404", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"hello", r"allowed are \.safetensors, \.ckpt"),
    ],
)
def test_what_is_not_a_weights_file_is_named(tmp_path, content, message) -> None:
    (tmp_path / "x.ckpt").write_bytes(content)
    with pytest.raises(CheckpointError, match=f"x.ckpt is damaged or not a weights.*{message}"):
        sniff(tmp_path / "x.ckpt")


def test_forms_are_recognised_whatever_the_name(forms, tmp_path) -> None:
    for name, path in forms.items():
        other = tmp_path / "x.bin"
        other.write_bytes(path.read_bytes())
        assert sniff(other) == (".safetensors" if "safe" in name else ".ckpt")


def test_a_folder_stands_for_its_preferred_file(tmp_path) -> None:
    with pytest.raises(CheckpointError, match=f"the folder {tmp_path} has no weights: expected"):
        weights_file(tmp_path)
    for name in reversed(FOLDER_FILES):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        assert weights_file(tmp_path) == path
        assert weights_file(path) == path


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(CheckpointError, match="weights file .*x.ckpt does not exist"):
        weights_file(tmp_path / "x.ckpt")
