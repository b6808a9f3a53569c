"""Keep a bank for a new decoder: `python -m vqclip.training.rehash OLD NEW [--bank FILE]`.

A bank names the weights that its codes belong to. If only the decoder was trained, the encoder and
the codebook are unchanged, and so is the meaning of every code: then only that name changes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import torch
import typer

from vqclip.engine.starts.picturebank import Owners, read_bank, read_owners, write_bank
from vqclip.errors import ConfigError
from vqclip.files.atomic import atomic, sha256
from vqclip.models.shipped import MINI_BANK
from vqclip.models.weights.checkpoints import read_vqgan
from vqclip.training.commands import reported_errors, start

DECODER = ("decoder.", "post_quant_conv.")


def rehash(bank: Path, old: Path, new: Path) -> None:
    """Rewrite a bank that was made with the weights `old` for the weights `new`.

    Raises:
        ConfigError: they differ in more than the decoder.
        CheckpointError: a file is missing or damaged, or the bank was made with other weights.
    """
    before, after = read_vqgan(old), read_vqgan(new)
    names = [name for name in {**before, **after} if not name.startswith(DECODER)]
    changed = [
        name
        for name in names
        if name not in before or name not in after or not torch.equal(before[name], after[name])
    ]
    if changed:
        raise ConfigError(
            f"{new} differs from {old} in {changed[0]}, not only in the decoder, so codes do not "
            "keep their meaning; make the bank again with python -m vqclip.training.bank"
        )
    perceptor = read_owners(bank).perceptor
    kept = read_bank(bank, Owners(sha256(old), perceptor))
    with atomic(bank) as temporary:
        write_bank(temporary, kept, Owners(sha256(new), perceptor))


def main(
    old: Annotated[Path, typer.Argument(help="Weights of the VQGAN that the bank was made with.")],
    new: Annotated[Path, typer.Argument(help="The same weights with another decoder.")],
    bank: Annotated[Path, typer.Option(help="The bank.")] = MINI_BANK,
) -> None:
    """Keep a bank for a new decoder."""
    with reported_errors():
        rehash(bank, old, new)


if __name__ == "__main__":
    start(main)
