"""The cache of the Hugging Face hub, by its paths alone."""

from __future__ import annotations

import shutil
from pathlib import Path

from huggingface_hub import constants

from vqclip.errors import CheckpointError
from vqclip.files.atomic import sha256

SUFFIXES = (".safetensors", ".bin", ".pt")
"""Endings of the weights of perceptors."""

OWN_FOLDER = "hub"
"""Name of the cache in a folder of models that the user names."""


def cache_folder(model_dir: Path | None) -> Path:
    """Return the hub's own cache, or the one in a folder of models."""
    return Path(constants.HF_HUB_CACHE) if model_dir is None else model_dir / OWN_FOLDER


def repository_folder(repository: str, model_dir: Path | None = None) -> Path:
    """Return the folder of a repository in the cache; it may not exist."""
    return cache_folder(model_dir) / f"models--{repository.replace('/', '--')}"


def downloaded_weights(repository: str, model_dir: Path | None = None) -> list[Path]:
    """Return the weights files of a repository that are in the cache."""
    snapshots = repository_folder(repository, model_dir) / "snapshots"
    return sorted(path for path in snapshots.glob("*/*") if path.suffix in SUFFIXES)


def remove(repository: str, model_dir: Path | None = None) -> list[Path]:
    """Remove a repository from the cache, for all programs that share it; return what existed."""
    folder = repository_folder(repository, model_dir)
    if not folder.is_dir():
        return []
    shutil.rmtree(folder)
    return [folder]


def verify(path: Path) -> str:
    """Return the SHA-256 of a weights file; the cache names large files by theirs.

    Raises:
        CheckpointError: the hash differs from the file's name in the cache.
    """
    expected, found = path.resolve().name, sha256(path)
    if len(expected) == len(found) and expected != found:
        raise CheckpointError(f"{path} is damaged: its sha256 is {found}, expected {expected}")
    return found
