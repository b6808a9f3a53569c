"""Perceptors from the Hugging Face hub, through its own client and into its own cache."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from huggingface_hub import (
    constants,
    hf_hub_download,
    scan_cache_dir,
    snapshot_download,
    try_to_load_from_cache,
)
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)

from vqclip.errors import CheckpointError
from vqclip.files import sha256
from vqclip.models.fetch.download import Bars, Silent, offline

SCHEME = "hf-hub:"
CONFIG = "open_clip_config.json"
WEIGHTS_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
BESIDE = [CONFIG, "tokenizer*", "special_tokens_map.json", "vocab*", "merges.txt", "*.model"]
"""What a perceptor needs beside its weights."""

OWN_FOLDER = "hub"
"""Of the cache within a folder of models that the user names."""


def cache_folder(model_dir: Path | None) -> Path:
    """Where the hub's files lie: its own cache, or within the folder of models."""
    return Path(constants.HF_HUB_CACHE) if model_dir is None else model_dir / OWN_FOLDER


def weights(
    repo: str, names: Sequence[str], *, model_dir: Path | None = None, bars: Bars = Silent
) -> Path:
    """Return a repository's weights: the first of `names` that it has.

    Raises:
        CheckpointError: it cannot be reached, or has none of them.
    """
    folder = cache_folder(model_dir)
    if offline():
        found = [try_to_load_from_cache(repo, name, cache_dir=folder) for name in names]
        here = [Path(one) for one in found if isinstance(one, str)]
        if not here:
            problem = f"{repo} is not here, and the network is switched off"
            raise CheckpointError(f"{problem}; {_by_hand(repo, folder)}")
        return here[0]
    for name in names:
        try:
            return Path(hf_hub_download(repo, name, cache_dir=folder, tqdm_class=bars))
        except EntryNotFoundError as error:
            missing = error
            if isinstance(error, LocalEntryNotFoundError):  # nobody answers, whatever is asked for
                break
        except Exception as error:  # of the network, the disk, or the hub's own
            raise CheckpointError(_reason(repo, folder, error)) from error
    raise CheckpointError(_reason(repo, folder, missing)) from missing


def snapshot(repo: str, *, model_dir: Path | None = None, bars: Bars = Silent) -> Path:
    """Return the folder of a repository with its weights, configuration and tokenizer.

    Raises:
        CheckpointError: it cannot be reached, or is not one of open_clip.
    """
    folder = weights(repo, WEIGHTS_FILES, model_dir=model_dir, bars=bars).parent
    if offline():
        return folder
    cache = cache_folder(model_dir)
    try:
        return Path(
            snapshot_download(repo, cache_dir=cache, allow_patterns=BESIDE, tqdm_class=bars)
        )
    except Exception as error:
        raise CheckpointError(_reason(repo, cache, error)) from error


def _reason(repo: str, folder: Path, error: Exception) -> str:
    """Say what went wrong with a repository and what to do."""
    if isinstance(error, GatedRepoError):
        return f"{repo} wants its terms accepted first: see {constants.ENDPOINT}/{repo}"
    if isinstance(error, RepositoryNotFoundError):
        return f"there is no repository {repo} at {constants.ENDPOINT}, or it is private"
    advice = _by_hand(repo, folder)
    if isinstance(error, LocalEntryNotFoundError):
        cause = " ".join(str(error.__cause__ or "no connection").split())[:200]
        return f"{repo} is not here, and {constants.ENDPOINT} does not give it ({cause}); {advice}"
    if isinstance(error, EntryNotFoundError):
        return f"the repository {repo} has no {' or '.join(WEIGHTS_FILES)}"
    text = " ".join(str(error).split())[:200] or type(error).__name__
    return f"the download of {repo} failed ({text}); start again to go on, or {advice}"


def _by_hand(repo: str, folder: Path) -> str:
    own = f"models--{repo.replace('/', '--')}"
    return (
        f"fetch it on any machine with `hf download {repo}` and copy the folder {own} of its cache "
        f"into {folder}, or name the files' own folder as local-dir:FOLDER"
    )


def cached(repo: str, model_dir: Path | None = None) -> list[Path]:
    """The weights of a repository that are in the cache."""
    folder = cache_folder(model_dir) / f"models--{repo.replace('/', '--')}" / "snapshots"
    found = (path for path in folder.glob("*/*") if path.suffix in (".safetensors", ".bin", ".pt"))
    return sorted(found)


def verify(path: Path) -> str:
    """Hash weights of the cache; the hub keeps large files under their own SHA-256.

    Raises:
        CheckpointError: the file is not what its name says.
    """
    expected, found = path.resolve().name, sha256(path)
    if len(expected) == len(found) and expected != found:
        raise CheckpointError(f"{path} is damaged: its sha256 is {found}, expected {expected}")
    return found


def remove(repo: str, model_dir: Path | None = None) -> list[Path]:
    """Remove a repository from the cache, for all programs that share it."""
    folder = cache_folder(model_dir)
    if not folder.is_dir():
        return []
    info: Any = scan_cache_dir(folder)
    found = [one for one in info.repos if one.repo_id == repo]
    revisions = [revision.commit_hash for one in found for revision in one.revisions]
    info.delete_revisions(*revisions).execute()
    return [one.repo_path for one in found]
