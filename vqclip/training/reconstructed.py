"""Pictures as the VQGAN decodes them: `python -m vqclip.training.reconstructed DATA`.

A perceptor that guides sees decoded pictures, most of them unfinished. So part of the pictures from
which it learns are encoded, disturbed by noise on the tokens, and decoded, with the same captions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import torch
import typer
from torch import Tensor
from tqdm import tqdm

from vqclip.config.choices import MINI
from vqclip.machine.device import resolve_device
from vqclip.models.load import load_vqgan
from vqclip.models.taming import TamingVQGAN
from vqclip.randomness import stream
from vqclip.training.commands import reported_errors, start
from vqclip.training.shards import Pictures, Pixels, shard_files, write_shard

SPLIT, SHARD, CHUNK = "reconstructed", 1000, 50
"""Name of the split, pictures in a shard, and pictures that are decoded at once."""


@torch.no_grad()
def reconstruct(
    vqgan: TamingVQGAN, images: Tensor, *, noise: float, generator: torch.Generator
) -> Tensor:
    """Encode pictures (B, 3, H, W) in [0, 1], add noise to the tokens, and decode them.

    Args:
        vqgan: encodes, quantises and decodes.
        images: pictures whose sides are multiples of the VQGAN's factor.
        noise: largest strength in standard deviations of the codebook; random for each picture.
        generator: source of randomness, on the device of the images.

    Returns:
        The pictures (B, 3, H, W) in [0, 1].
    """
    z = vqgan.encode(images)  # (B, D, h, w)
    strength = torch.rand(len(z), 1, 1, 1, generator=generator, device=z.device) * noise
    normal = torch.randn(z.shape, generator=generator, device=z.device)
    disturbed = z + strength * vqgan.codebook.std() * normal
    return vqgan.decode(vqgan.quantize(disturbed)).clamp(0, 1)


def reconstruct_shard(
    vqgan: TamingVQGAN, pixels: Pixels, *, noise: float, generator: torch.Generator
) -> Pixels:
    """Reconstruct the pictures of a shard (N, S, S, 3)."""
    parts = []
    for part in torch.split(torch.from_numpy(pixels), CHUNK):
        images = part.to(generator.device).permute(0, 3, 1, 2).float() / 255
        decoded = reconstruct(vqgan, images, noise=noise, generator=generator)
        parts.append((decoded * 255).round().to(torch.uint8).permute(0, 2, 3, 1).cpu())
    reconstructed: Pixels = torch.cat(parts).numpy()
    return reconstructed


def main(
    data: Annotated[Path, typer.Argument(help="Folder that vqclip.training.data wrote.")],
    count: Annotated[int, typer.Option(min=1, help="Number of pictures.")] = 6000,
    vqgan: Annotated[str, typer.Option(help="The VQGAN, as in `vqclip generate`.")] = MINI,
    noise: Annotated[float, typer.Option(min=0, help="Largest, in deviations of codes.")] = 0.6,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda.")] = "auto",
) -> None:
    """Reconstruct pictures of the split `train` into the split `reconstructed`, or continue."""
    with reported_errors():
        place = resolve_device(device)
        pictures = Pictures(data / "train")
        loaded, _ = load_vqgan(vqgan, device=place)
        total = min(count, len(pictures))
        for index in tqdm(range(-(-total // SHARD)), unit="shard"):
            if shard_files(data / SPLIT, index)[1].is_file():
                continue
            rows = range(index * SHARD, min((index + 1) * SHARD, total))
            randomness = stream(seed, f"shard {index}", place)
            pixels = reconstruct_shard(
                loaded, pictures.pixels(rows), noise=noise, generator=randomness
            )
            write_shard(data / SPLIT, index, pixels, [pictures.captions[row] for row in rows])


if __name__ == "__main__":
    start(main)
