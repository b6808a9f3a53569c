"""Pictures as the VQGAN decodes them: `python -m vqclip.training.reconstructed DATA`.

A perceptor that guides sees decoded pictures, most of them unfinished. So part of what it learns
is encoded, disturbed by token noise, and decoded again, under the same captions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import torch
import typer
from torch import Tensor
from tqdm import tqdm

from vqclip.config.choices import MINI
from vqclip.device import resolve_device
from vqclip.models.load import load_vqgan
from vqclip.models.taming import TamingVQGAN
from vqclip.randomness import stream
from vqclip.training.run import command, plainly
from vqclip.training.shards import Pictures, Pixels, shard_files, write_shard

SPLIT, SHARD, CHUNK = "reconstructed", 1000, 50


@torch.no_grad()
def reconstruct(
    vqgan: TamingVQGAN, images: Tensor, *, noise: float, generator: torch.Generator
) -> Tensor:
    """Encode pictures (B, 3, H, W) in [0, 1], disturb the tokens, and decode them.

    Args:
        vqgan: encodes, quantises and decodes.
        images: sides are multiples of its factor.
        noise: largest strength, in standard deviations of the codebook; each picture's is drawn.
        generator: of everything random, on the device of the images.
    """
    z = vqgan.encode(images)  # (B, D, h, w)
    strength = torch.rand(len(z), 1, 1, 1, generator=generator, device=z.device) * noise
    drawn = torch.randn(z.shape, generator=generator, device=z.device)
    disturbed = z + strength * vqgan.codebook.std() * drawn
    return vqgan.decode(vqgan.quantize(disturbed)).clamp(0, 1)


def shard_of(
    vqgan: TamingVQGAN, pixels: Pixels, *, noise: float, generator: torch.Generator
) -> Pixels:
    """Reconstruct pictures (N, S, S, 3)."""
    parts = []
    for part in torch.split(torch.from_numpy(pixels), CHUNK):
        images = part.to(generator.device).permute(0, 3, 1, 2).float() / 255
        seen = reconstruct(vqgan, images, noise=noise, generator=generator)
        parts.append((seen * 255).round().to(torch.uint8).permute(0, 2, 3, 1).cpu())
    found: Pixels = torch.cat(parts).numpy()
    return found


def main(
    data: Annotated[Path, typer.Argument(help="Folder of vqclip.training.data.")],
    count: Annotated[int, typer.Option(min=1, help="Pictures, the first of the split.")] = 6000,
    vqgan: Annotated[str, typer.Option(help="The generator, as of `vqclip generate`.")] = MINI,
    noise: Annotated[float, typer.Option(min=0, help="Largest, in deviations of codes.")] = 0.6,
    seed: Annotated[int, typer.Option(min=0, help="Of everything random.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda.")] = "auto",
) -> None:
    """Reconstruct pictures of the split `train` into the split `reconstructed`; continues."""
    with plainly():
        place = resolve_device(device)
        pictures = Pictures(data / "train")
        loaded, _ = load_vqgan(vqgan, device=place)
        total = min(count, len(pictures))
        for index in tqdm(range(-(-total // SHARD)), unit="shard"):
            if shard_files(data / SPLIT, index)[1].is_file():
                continue
            rows = range(index * SHARD, min((index + 1) * SHARD, total))
            chance = stream(seed, f"shard {index}", place)
            pixels = shard_of(loaded, pictures.pixels(rows), noise=noise, generator=chance)
            write_shard(data / SPLIT, index, pixels, [pictures.captions[row] for row in rows])


if __name__ == "__main__":
    command(main)()
