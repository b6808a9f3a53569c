"""Loading the models: by name or path, frozen, onto one device."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from vqclip.config.choices import MINI
from vqclip.models.protocols import VQGAN, Perceptor
from vqclip.models.shipped import MINI_BANK, MINI_FOLDER, SHIPPED

if TYPE_CHECKING:
    from vqclip.engine.starts.nearest import Bank
    from vqclip.models.fetch.bars import Bars
    from vqclip.models.taming import TamingVQGAN


@dataclass(frozen=True)
class Models:
    """One VQGAN and the perceptors that guide it, with their weights in the loss.

    Attributes:
        perceptor_weights: one positive number per perceptor; only their ratios count.
        hashes: SHA-256 of each local weights file, by the name the user gave.
        bank: pictures to start from, if the VQGAN and a perceptor bring some.
        bank_perceptor: which of the perceptors the bank was embedded by.
    """

    vqgan: VQGAN
    perceptors: tuple[Perceptor, ...]
    perceptor_weights: tuple[float, ...]
    hashes: Mapping[str, str]
    bank: Bank | None = None
    bank_perceptor: int = 0


def load_models(
    vqgan: str,
    perceptors: Mapping[str, float],
    *,
    device: torch.device | str = "cpu",
    model_dir: str | Path | None = None,
    bars: Bars | None = None,
    bank: bool = True,
) -> Models:
    """Load the models by name or path, frozen, onto one device; fetch what is not there yet.

    Args:
        vqgan: `mini`, a name of the catalogue, the path of a weights file or of its folder, or
            `hf-hub:ORG/REPO/FILE`.
        perceptors: `mini`, `mini-judge`, an open_clip `NAME:TAG` or `NAME:FILE`,
            `hf-hub:ORG/REPO`, or an open_clip folder -> weight.
        device: where they compute.
        model_dir: the folder of downloaded models; none: the caches of this user.
        bars: the class of progress bars of downloads; none: silent.
        bank: also load the pictures to start from, where there are some.

    Raises:
        CheckpointError: weights are missing, damaged, unsafe, or of something else.
    """
    from vqclip.models.fetch.bars import Silent

    shown = bars or Silent
    folder = None if model_dir is None else Path(model_dir).expanduser()
    generator, hashes = _load_vqgan(vqgan, folder, shown)
    loaded, more = load_perceptors(perceptors, device=device, model_dir=model_dir, bars=bars)
    models = Models(generator.to(device), loaded, tuple(perceptors.values()), hashes | more)
    return with_bank(models, list(perceptors), device) if bank and vqgan == MINI else models


def load_perceptors(
    names: Iterable[str],
    *,
    device: torch.device | str = "cpu",
    model_dir: str | Path | None = None,
    bars: Bars | None = None,
) -> tuple[tuple[Perceptor, ...], dict[str, str]]:
    """Load perceptors alone, frozen, onto one device; fetch what is not there yet.

    Args:
        names: as the perceptors of `load_models`; so are device, model_dir and bars.

    Returns:
        the perceptors in order, and the SHA-256 of each weights file by `perceptor NAME`.

    Raises:
        CheckpointError: weights are missing, damaged, unsafe, or of something else.
    """
    from vqclip.errors import CheckpointError
    from vqclip.files import sha256
    from vqclip.models.fetch.bars import Silent
    from vqclip.models.perceptor import load_perceptor

    folder = None if model_dir is None else Path(model_dir).expanduser()
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


def _load_vqgan(name: str, folder: Path | None, bars: Bars) -> tuple[TamingVQGAN, dict[str, str]]:
    from vqclip.config.values import is_path
    from vqclip.files import sha256
    from vqclip.models.fetch.catalogue import find_vqgan
    from vqclip.models.fetch.installation import obtain
    from vqclip.models.fetch.store import Store
    from vqclip.models.taming import TamingVQGAN
    from vqclip.models.weights.forms import weights_file

    if name == MINI or is_path(name):
        path = weights_file(MINI_FOLDER / "vqgan.safetensors" if name == MINI else Path(name))
        return TamingVQGAN.from_file(path), {f"vqgan {name}": sha256(path)}
    store, entry = Store.at(folder), find_vqgan(name)
    path = obtain(store, entry, bars=bars)
    found = sha256(path)
    store.check(entry, found)
    return TamingVQGAN.from_file(path), {f"vqgan {name}": found}


def with_bank(models: Models, perceptors: Sequence[str], device: torch.device | str) -> Models:
    """Add the small pair's bank, if its perceptor is among those that guide."""
    from vqclip.engine.starts.nearest import read_bank
    from vqclip.files import sha256

    if MINI not in perceptors:
        return models
    hashes = dict(models.hashes)
    bank = read_bank(
        MINI_BANK, vqgan=hashes[f"vqgan {MINI}"], perceptor=hashes[f"perceptor {MINI}"]
    )
    hashes[f"bank {MINI}"] = sha256(MINI_BANK)
    return replace(
        models, hashes=hashes, bank=bank.to(device), bank_perceptor=perceptors.index(MINI)
    )
