"""Let a bank go on with a new decoder: `python -m vqclip.training.rehash OLD NEW [--bank FILE]`.

A bank names the weights its codes are meant for. A decoder trained alone leaves the encoder and the
codebook, and so the meaning of every code, as they were: then the name alone changes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import torch
import typer

from vqclip.engine.starts.picturebank import Owners, read_bank, read_owners, write_bank
from vqclip.errors import ConfigError
from vqclip.files import atomic, sha256
from vqclip.models.shipped import MINI_BANK
from vqclip.models.weights.checkpoints import read_vqgan
from vqclip.training.run import command, plainly

DECODER = ("decoder.", "post_quant_conv.")


def rehash(bank: Path, old: Path, new: Path) -> None:
    """Rewrite a bank made with the weights `old` for the weights `new`.

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
            f"{new} differs from {old} in {changed[0]}, not in the decoder alone: codes do not "
            "keep their meaning; make the bank again with python -m vqclip.training.bank"
        )
    perceptor = read_owners(bank).perceptor
    kept = read_bank(bank, Owners(sha256(old), perceptor))
    with atomic(bank) as temporary:
        write_bank(temporary, kept, Owners(sha256(new), perceptor))


def main(
    old: Annotated[Path, typer.Argument(help="Weights of the VQGAN the bank was made with.")],
    new: Annotated[Path, typer.Argument(help="The same with another decoder.")],
    bank: Annotated[Path, typer.Option(help="The bank.")] = MINI_BANK,
) -> None:
    """Let a bank go on with a new decoder."""
    with plainly():
        rehash(bank, old, new)


if __name__ == "__main__":
    command(main)()
