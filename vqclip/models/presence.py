"""Which models are on this machine, and which the catalogue knows by their SHA-256."""

from __future__ import annotations

from collections.abc import Iterable

from vqclip.config.choices import MINI
from vqclip.config.values import HUB_SCHEME, is_path
from vqclip.errors import CheckpointError, ConfigError
from vqclip.files.paths import user_path
from vqclip.models.fetch.cache import cache_folder
from vqclip.models.fetch.catalogue import PUBLISHED, find_vqgan
from vqclip.models.fetch.hub import WEIGHTS_FILES
from vqclip.models.fetch.store import Store
from vqclip.models.perceptor import LOCAL, check_name
from vqclip.models.pretrained import find_pretrained
from vqclip.models.shipped import SHIPPED


def is_verified(name: str) -> bool:
    """Return whether any download of a VQGAN is compared with a SHA-256 of the catalogue."""
    if name == MINI or is_path(name):
        return False
    files = find_vqgan(name).files
    return bool(files) and all(file.state == PUBLISHED for file in files)


def has_vqgan(name: str, model_dir: str | None = None) -> bool:
    """Return whether a VQGAN can be loaded without a download.

    Raises:
        CheckpointError: there is no VQGAN of that name.
    """
    if name == MINI or is_path(name):
        return name == MINI or _exists(name)
    store, entry = Store.at(model_dir), find_vqgan(name)
    return store.path(entry).is_file() or store.planted(entry) is not None


def has_perceptor(name: str, model_dir: str | None = None) -> bool:
    """Return whether a perceptor can be loaded without a download.

    Raises:
        CheckpointError: there is no perceptor of that name.
    """
    if name in SHIPPED:
        return True
    folder = name.removeprefix(LOCAL)
    if name.startswith(HUB_SCHEME):
        return _is_cached(name.removeprefix(HUB_SCHEME), WEIGHTS_FILES, model_dir)
    if name.startswith(LOCAL) or "/" in name.partition(":")[0]:
        return _exists(folder)
    check_name(name)
    if _exists(folder) or _exists(name.partition(":")[2] or name):
        return True
    entry = find_pretrained(name)
    return _is_cached(entry.repository, entry.weights_names, model_dir)


def absent_models(vqgan: str, perceptors: Iterable[str], model_dir: str | None = None) -> list[str]:
    """Return the models that are not on this machine, but for those the catalogue verifies.

    Raises:
        CheckpointError: there is no model of a name.
    """
    absent = [name for name in perceptors if not has_perceptor(name, model_dir)]
    if not has_vqgan(vqgan, model_dir) and not is_verified(vqgan):
        absent.insert(0, vqgan)
    return absent


def is_fetchable(name: str) -> bool:
    """Return whether a model that is absent can be downloaded: it is no path of this machine."""
    return name.startswith(HUB_SCHEME) or not (
        name.startswith(LOCAL) or "/" in name.partition(":")[0] or is_path(name)
    )


def _is_cached(repository: str, names: Iterable[str], model_dir: str | None) -> bool:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    folder = cache_folder(None if model_dir is None else user_path(model_dir))
    try:
        found = [try_to_load_from_cache(repository, name, cache_dir=folder) for name in names]
    except HFValidationError as error:
        raise CheckpointError(f"{repository[:80]!r} is no repository of the hub") from error
    return any(isinstance(path, str) for path in found)


def _exists(name: str) -> bool:
    try:
        return user_path(name).exists()
    except (ConfigError, OSError):  # no file can have this name
        return False
