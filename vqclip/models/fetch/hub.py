"""Perceptors from the Hugging Face hub, through its own client and into its own cache."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from huggingface_hub import (
    constants,
    hf_hub_download,
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
from vqclip.models.fetch.bars import Bars, Silent
from vqclip.models.fetch.cache import cache_folder, repository_folder
from vqclip.models.fetch.home import offline

CONFIG = "open_clip_config.json"
WEIGHTS_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
BESIDE = [CONFIG, "tokenizer*", "special_tokens_map.json", "vocab*", "merges.txt*", "*.model"]
"""The files that a perceptor needs beside its weights."""


def weights(
    repository: str, names: Sequence[str], *, model_dir: Path | None = None, bars: Bars = Silent
) -> Path:
    """Return the weights of a repository; download them first if necessary.

    Args:
        repository: as ORG/REPO.
        names: names of the weights file, in order of preference.
        model_dir: the folder of models, instead of the hub's own cache.
        bars: the class of progress bars.

    Raises:
        CheckpointError: the hub does not give them, or the repository has none of the names.
    """
    folder = cache_folder(model_dir)
    if offline():
        found = [try_to_load_from_cache(repository, name, cache_dir=folder) for name in names]
        paths = [Path(path) for path in found if isinstance(path, str)]
        if not paths:
            problem = f"{repository} is not downloaded, and the network is switched off"
            raise CheckpointError(f"{problem}; {_advice(repository, model_dir)}")
        return paths[0]
    for name in names:
        try:
            return Path(hf_hub_download(repository, name, cache_dir=folder, tqdm_class=bars))
        except EntryNotFoundError as error:
            missing = error
            if isinstance(error, LocalEntryNotFoundError):  # no answer, whatever the name
                break
        except Exception as error:  # of the network, the disk or the client
            raise CheckpointError(_reason(repository, model_dir, error)) from error
    raise CheckpointError(_reason(repository, model_dir, missing)) from missing


def snapshot(repository: str, *, model_dir: Path | None = None, bars: Bars = Silent) -> Path:
    """Return the folder of a repository; download its weights, configuration and tokenizer first.

    Raises:
        CheckpointError: the hub does not give it, or it is not a repository of open_clip.
    """
    folder = weights(repository, WEIGHTS_FILES, model_dir=model_dir, bars=bars).parent
    if offline():
        return folder
    try:
        return Path(
            snapshot_download(
                repository,
                cache_dir=cache_folder(model_dir),
                allow_patterns=BESIDE,
                tqdm_class=bars,
            )
        )
    except Exception as error:
        raise CheckpointError(_reason(repository, model_dir, error)) from error


def _reason(repository: str, model_dir: Path | None, error: Exception) -> str:
    """Return the message for an error of the client: what went wrong, and what to do."""
    if isinstance(error, GatedRepoError):
        return (
            f"the terms of {repository} have to be accepted first: see "
            f"{constants.ENDPOINT}/{repository}"
        )
    if isinstance(error, RepositoryNotFoundError):
        return f"there is no repository {repository} at {constants.ENDPOINT}, or it is private"
    advice = _advice(repository, model_dir)
    if isinstance(error, LocalEntryNotFoundError):
        cause = " ".join(str(error.__cause__ or "no connection").split())[:200]
        return (
            f"{repository} is not downloaded, and {constants.ENDPOINT} does not provide it "
            f"({cause}); {advice}"
        )
    if isinstance(error, EntryNotFoundError):
        return f"the repository {repository} has no {' or '.join(WEIGHTS_FILES)}"
    text = " ".join(str(error).split())[:200] or type(error).__name__
    return (
        f"the download of {repository} failed ({text}); run the same command again to resume, or "
        f"{advice}"
    )


def _advice(repository: str, model_dir: Path | None) -> str:
    """Say how to bring the files of a repository from another machine."""
    folder = repository_folder(repository, model_dir)
    return (
        f"download it on any machine with `hf download {repository}` and copy the folder "
        f"{folder.name} of its cache into {folder.parent}, or give the folder that holds the files "
        "as local-dir:FOLDER"
    )
