"""Loading models by name or path, frozen, onto one device.

What needs open_clip, taming or the network is imported where it is used: who wants a perceptor
alone waits for no VQGAN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from vqclip.config.choices import MINI
from vqclip.config.values import is_path
from vqclip.errors import CheckpointError
from vqclip.files.atomic import sha256
from vqclip.files.paths import user_path
from vqclip.models.protocols import Generator, Perceptor
from vqclip.models.shipped import MINI_FOLDER, SHIPPED

if TYPE_CHECKING:
    from vqclip.models.fetch.bars import Bars
    from vqclip.models.taming import TamingVQGAN


@dataclass(frozen=True)
class Models:
    """A generator and the perceptors that guide it.

    Attributes:
        perceptor_weights: weight of each perceptor in the loss, above 0; only ratios count.
        hashes: SHA-256 of each weights file by `vqgan NAME` (first) and `perceptor NAME` (in the
            order of the perceptors), where NAME is what the user wrote.
    """

    generator: Generator
    perceptors: tuple[Perceptor, ...]
    perceptor_weights: tuple[float, ...]
    hashes: Mapping[str, str]


def load_models(
    generator: str,
    perceptors: Mapping[str, float],
    *,
    device: torch.device | str = "cpu",
    model_dir: str | Path | None = None,
    bars: Bars | None = None,
) -> Models:
    """Load models by name or path, frozen, onto one device; download those not yet on disk.

    Args:
        generator: `mini`, a VQGAN of the catalogue, the path of a weights file or of its folder,
            or `hf-hub:ORG/REPO/FILE`.
        perceptors: `mini`, `mini-judge`, an open_clip `NAME:TAG` or `NAME:FILE`,
            `hf-hub:ORG/REPO`, or an open_clip folder -> weight.
        device: where they compute.
        model_dir: folder of downloaded models; None: this user's caches.
        bars: class of the progress bars of downloads; None: silent.

    Raises:
        CheckpointError: weights are missing, damaged, unsafe, or of something else.
    """
    vqgan, found = load_vqgan(generator, device=device, model_dir=model_dir, bars=bars)
    loaded, hashes = load_perceptors(perceptors, device=device, model_dir=model_dir, bars=bars)
    hashes = {f"vqgan {generator}": found, **hashes}
    return Models(vqgan, loaded, tuple(perceptors.values()), hashes)


def load_vqgan(
    name: str,
    *,
    device: torch.device | str = "cpu",
    model_dir: str | Path | None = None,
    bars: Bars | None = None,
) -> tuple[TamingVQGAN, str]:
    """Load a VQGAN alone, frozen, onto one device; download it if it is not yet on disk.

    Args:
        name: as the generator of `load_models`, and so are device, model_dir and bars.

    Returns:
        the VQGAN, and the SHA-256 of its weights file.

    Raises:
        CheckpointError: weights are missing, damaged, unsafe, or of something else.
    """
    from vqclip.models.fetch.bars import Silent
    from vqclip.models.fetch.catalogue import find_vqgan
    from vqclip.models.fetch.installation import obtain
    from vqclip.models.fetch.store import Store
    from vqclip.models.taming import TamingVQGAN
    from vqclip.models.weights.forms import weights_file

    if name == MINI or is_path(name):
        path = weights_file(MINI_FOLDER / "vqgan.safetensors" if name == MINI else user_path(name))
        return TamingVQGAN.from_file(path).to(device), sha256(path)
    store = Store.at(None if model_dir is None else user_path(model_dir))
    entry = find_vqgan(name)
    path = obtain(store, entry, bars=bars or Silent)
    found = sha256(path)
    store.check(entry, found)
    return TamingVQGAN.from_file(path).to(device), found


def load_perceptors(
    names: Iterable[str],
    *,
    device: torch.device | str = "cpu",
    model_dir: str | Path | None = None,
    bars: Bars | None = None,
) -> tuple[tuple[Perceptor, ...], dict[str, str]]:
    """Load perceptors alone, frozen, onto one device; download those not yet on disk.

    Args:
        names: as the perceptors of `load_models`, and so are device, model_dir and bars.

    Returns:
        the perceptors in order, and the SHA-256 of each weights file by `perceptor NAME`.

    Raises:
        CheckpointError: weights are missing, damaged, unsafe, or of something else.
    """
    from vqclip.models.fetch.bars import Silent
    from vqclip.models.perceptor import load_perceptor

    folder = None if model_dir is None else user_path(model_dir)
    loaded: list[Perceptor] = []
    hashes = {}
    for name in names:
        if name in SHIPPED and not SHIPPED[name].is_dir():
            raise CheckpointError(
                f"the perceptor {name} is not in this copy of the package: name another, such as "
                f"{MINI}, an open_clip NAME:TAG or a folder"
            )
        local = str(SHIPPED.get(name, name))
        perceptor, weights = load_perceptor(local, model_dir=folder, bars=bars or Silent)
        loaded.append(perceptor.to(device))
        hashes[f"perceptor {name}"] = sha256(weights)
    return tuple(loaded), hashes
