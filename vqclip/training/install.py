"""Put a run of `vqclip.training.pair` into the package: `python -m vqclip.training.install RUN`.

Parts that the run does not have stay as they are. The codes of the bank keep their meaning under
another decoder, but its embeddings are those of the old guide: `--bank` makes them again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import torch
import typer
from torch.nn import functional as F

from vqclip.cli.console import say
from vqclip.config.choices import MINI
from vqclip.device import resolve_device
from vqclip.engine.starts.picturebank import Bank, Owners, read_bank, read_owners, write_bank
from vqclip.errors import ConfigError
from vqclip.files.atomic import atomic, write
from vqclip.models.fetch.hub import CONFIG, WEIGHTS_FILES
from vqclip.models.load import load_models
from vqclip.models.perceptor import MERGES_FILE, VOCABULARY_FILE
from vqclip.models.shipped import MINI_BANK, MINI_FOLDER, MINI_PRIOR, SHIPPED
from vqclip.models.textprior import PRIOR_FILE
from vqclip.training.commands import reported_errors, start

CLIP_FILES = (CONFIG, WEIGHTS_FILES[0], VOCABULARY_FILE, MERGES_FILE)
VQGAN_FILES = ("vqgan.safetensors", "vqgan.yaml")
SKETCH_FILE = "sketch.safetensors"
BATCH = 64
"""Pictures of the bank that are decoded at once."""


def files_of(run: Path) -> dict[Path, Path]:
    """Return the files of a run that belong into the package, and their places there."""
    places = {run / "sketch" / SKETCH_FILE: MINI_FOLDER / SKETCH_FILE}
    places[run / "prior" / PRIOR_FILE] = MINI_PRIOR
    for name in VQGAN_FILES:
        places[run / "vqgan" / name] = MINI_FOLDER / name
    for part, folder in zip(("guide", "judge"), SHIPPED.values(), strict=True):
        for name in CLIP_FILES:
            places[run / part / "clip" / name] = folder / name
    return {source: place for source, place in places.items() if source.is_file()}


def install(run: Path) -> Sequence[Path]:
    """Copy the files of a run into the package; return their places.

    Raises:
        ConfigError: the run has none.
        OutputError: the package cannot be written to.
    """
    places = files_of(run)
    if not places:
        raise ConfigError(f"{run} has no weights: make some with python -m vqclip.training.pair")
    for source, place in places.items():
        write(place, source.read_bytes())
    return list(places.values())


@torch.no_grad()
def embed_bank(device: torch.device, path: Path = MINI_BANK) -> None:
    """Decode the pictures of the bank by the VQGAN of the package, and embed them by its guide.

    Raises:
        CheckpointError: the bank or a model is missing or damaged.
    """
    bank = read_bank(path, read_owners(path))
    models = load_models(MINI, {MINI: 1.0}, device=device)
    vqgan, perceptor = models.generator, models.perceptors[0]
    if vqgan.codebook is None:
        raise ConfigError("a bank holds codes; this VQGAN has no codebook")
    size, rows = (perceptor.size, perceptor.size), []
    for codes in torch.split(bank.codes, BATCH):
        z_q = vqgan.codebook[codes.to(device)].permute(0, 3, 1, 2)  # (B, D, h, w)
        images = vqgan.decode(z_q).clamp(0, 1)  # (B, 3, H, W)
        small = F.interpolate(images, size=size, mode="bilinear", antialias=True)
        rows.append(perceptor.encode_image(small).cpu())
    embedded: Bank = replace(bank, embeddings=torch.cat(rows))
    with atomic(path) as temporary:
        write_bank(temporary, embedded, Owners(*models.hashes.values()))


def main(
    run: Annotated[Path, typer.Argument(help="Folder of a run of vqclip.training.pair.")],
    bank: Annotated[bool, typer.Option(help="Embed the bank again; slow on a CPU.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda.")] = "auto",
) -> None:
    """Put the weights of a run into the package."""
    with reported_errors():
        for place in install(run):
            say(json.dumps({"installed": place.name, "bytes": place.stat().st_size}))
        if bank:
            embed_bank(resolve_device(device))


if __name__ == "__main__":
    start(main)
