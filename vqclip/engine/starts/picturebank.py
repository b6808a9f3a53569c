"""A bank: captioned pictures to start from, as codes beside their embeddings; and its file.

Starting from the encoding of a picture near the prompt, instead of from random codes, is what makes
guided tokens recognisable (Lao Beyer et al. 2025, arXiv:2506.08257).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from vqclip.config.choices import MINI
from vqclip.engine.starts.sketcher import sketcher_hash
from vqclip.engine.starts.wording import Wording
from vqclip.errors import CheckpointError
from vqclip.files.atomic import sha256
from vqclip.memory import pass_on
from vqclip.models.load import Models
from vqclip.models.shipped import MINI_BANK
from vqclip.models.textprior import prior_file

VQGAN, PERCEPTOR = f"vqgan {MINI}", f"perceptor {MINI}"
"""What the hashes of the small pair stand under."""


@dataclass(frozen=True)
class Bank:
    """N captioned pictures to start from.

    Attributes:
        codes: index of the code of every cell (N, h, w).
        embeddings: unit vectors of the pictures (N, E).
        captions: what each shows.
        perceptor: which of the perceptors that guide made the embeddings.
    """

    codes: Tensor
    embeddings: Tensor
    captions: tuple[str, ...]
    perceptor: int = 0

    @cached_property
    def wording(self) -> Wording:
        """The words of the captions."""
        return Wording(self.captions)


@dataclass(frozen=True)
class Owners:
    """SHA-256 of the weights that a bank was made with.

    Attributes:
        vqgan: whose codes are meant.
        perceptor: whose embeddings are meant.
    """

    vqgan: str
    perceptor: str


def write_bank(path: Path, bank: Bank, owners: Owners) -> None:
    """Write a bank and the weights it was made with."""
    tensors = {"codes": bank.codes.to(torch.uint16), "embeddings": bank.embeddings.half()}
    captions = json.dumps(bank.captions, ensure_ascii=False)
    made_with = {"vqgan": owners.vqgan, "perceptor": owners.perceptor, "captions": captions}
    save_file(tensors, path, metadata=made_with)


def read_owners(path: Path) -> Owners:
    """Read the weights that a bank was made with.

    Raises:
        CheckpointError: it is missing or damaged.
    """
    try:
        with safe_open(path, framework="pt") as file:
            made_with = file.metadata() or {}
        return Owners(made_with["vqgan"], made_with["perceptor"])
    except (SafetensorError, OSError, KeyError) as error:
        raise CheckpointError(f"{path} is not a bank of pictures to start from: {error}") from error


def read_bank(path: Path, owners: Owners) -> Bank:
    """Read a bank, float32 on the CPU.

    Args:
        path: what `write_bank` wrote.
        owners: the weights it is to be used with.

    Raises:
        CheckpointError: it is missing, damaged, or was made with other weights.
    """
    made_with = read_owners(path)
    for owner, own, other in (
        ("vqgan", made_with.vqgan, owners.vqgan),
        ("perceptor", made_with.perceptor, owners.perceptor),
    ):
        if own != other:
            raise CheckpointError(
                f"{path} was made with another {owner} ({own[:12]}) than the one loaded "
                f"({other[:12]}); rebuild it"
            )
    try:
        with safe_open(path, framework="pt") as file:
            codes, embeddings = file.get_tensor("codes"), file.get_tensor("embeddings")
            captions = tuple(map(str, json.loads(file.metadata()["captions"])))
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        pass_on(error)
        raise CheckpointError(f"{path} is not a bank of pictures to start from: {error}") from error
    return Bank(codes.long(), embeddings.float(), captions)


def find_bank(models: Models) -> Bank | None:
    """Return the bank of the package where its own VQGAN and perceptor are loaded by their names.

    A copy of the same weights under another name brings none: recipes that name it began without.

    Raises:
        CheckpointError: the bank is missing, damaged, or was made with other weights.
    """
    perceptor = _guide_of_bank(models)
    if perceptor is None:
        return None
    owners = Owners(models.hashes[VQGAN], models.hashes[PERCEPTOR])
    return _shipped(models.generator.device, perceptor, owners)


def all_hashes(models: Models) -> dict[str, str]:
    """Return the SHA-256 of every file a picture depends on: models, and what they bring.

    Raises:
        CheckpointError: the bank of the package is missing or damaged.
    """
    found = {} if _guide_of_bank(models) is None else {f"bank {MINI}": _shipped_hash()}
    for key in models.hashes:
        name = key.removeprefix("perceptor ")
        if name != key and (path := prior_file(name)) is not None:
            found[f"prior {name}"] = sha256(path)
    return {**models.hashes, **found, **sketcher_hash(models)}


def _guide_of_bank(models: Models) -> int | None:
    """Return which perceptor embeds the bank of the package, if the small pair is loaded."""
    vqgan, *perceptors = models.hashes or [""]
    if vqgan != VQGAN or PERCEPTOR not in perceptors:
        return None
    return perceptors.index(PERCEPTOR)


@lru_cache(maxsize=1)
def _shipped_hash() -> str:
    return sha256(MINI_BANK)


@lru_cache(maxsize=1)
def _shipped(device: torch.device, perceptor: int, owners: Owners) -> Bank:
    bank = read_bank(MINI_BANK, owners)
    return Bank(bank.codes.to(device), bank.embeddings.to(device), bank.captions, perceptor)
