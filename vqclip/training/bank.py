"""Make the bank of the small pair: `python -m vqclip.training.bank [--drawings FOLDER]`.

Every shape and thing at every place and in every number, procedural scenes and, if a folder of
captioned drawings is given, those of them that are emoji, on plain colors and in landscapes.
Guidance turns a red house blue, but no house into a castle: so the scenes differ in more than
colors. The same pair, drawings and count give the same bank.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Optional

import torch
import typer
from PIL import Image
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from vqclip.config.choices import MINI
from vqclip.engine.starts.picturebank import Bank, Owners, write_bank
from vqclip.files import atomic
from vqclip.images import to_tensor
from vqclip.models.load import Models, load_models
from vqclip.models.shipped import MINI_BANK
from vqclip.training.split import held_out
from vqclip.world.captions.synonyms import other_words
from vqclip.world.drawings import EMOJI, Drawing, compose, read_drawings
from vqclip.world.groups import every_group
from vqclip.world.scenes import (
    every_shape,
    every_thing,
    scene,
    single_shape,
    single_thing,
    without_colors,
)

SIZE, BATCH = 128, 32
SHAPES_SHARE, THINGS_SHARE = 1.0, 0.12
"""Shares of the shapes and things in their colors on other colors that are drawn."""
PLAIN = 0.75
"""Share of the drawings that are put on a plain color."""


Pair = tuple[Image.Image, str]


def captioned(count: int, drawings: list[Drawing]) -> Iterator[Pair]:
    """Yield shapes, things, `count` scenes and every drawing, with captions not held out."""
    figures = itertools.chain(_figures(), every_group(SIZE, random.Random("groups")))
    yield from ((image, noted(said)) for image, said in figures if not held_out(said))
    yield from ((image, noted(said)) for image, said in islice(_scenes(), count))
    for drawing in drawings:
        rng = random.Random(drawing.file)
        tries = (_composed(drawing, rng) for _ in itertools.count())
        yield next(pair for pair in tries if not held_out(pair[1]))


def structure(caption: str) -> str:
    """Return what a canonical caption says beside colors and what else there is."""
    return without_colors(caption.split(" with ")[0])


def noted(caption: str) -> str:
    """Add to a caption, in parentheses, the other words for what it says."""
    others = ", ".join(other_words(caption))
    return f"{caption} ({others})" if others else caption


def _scenes() -> Iterator[Pair]:
    """Yield scenes that are not held out, no two of which differ in colors alone."""
    seen: set[str] = set()
    for index in itertools.count():
        image, caption = scene(SIZE, random.Random(f"scene {index}"))
        kind = structure(caption)
        if kind not in seen and not held_out(caption):
            seen.add(kind)
            yield image, caption


def _composed(drawing: Drawing, rng: random.Random) -> Pair:
    """Put a drawing somewhere; its keywords end the caption, so that it is found by them, too."""
    image, place = compose(drawing, SIZE, rng, plain=rng.random() < PLAIN)
    caption = f"{drawing.name} {place}"
    return image, f"{caption} ({' '.join(drawing.keywords)})" if drawing.keywords else caption


def _figures() -> Iterator[Pair]:
    for every, draw, share in (
        (every_shape(), single_shape, SHAPES_SHARE),
        (every_thing(), single_thing, THINGS_SHARE),
    ):
        for names in every:
            if random.Random(" ".join(names)).random() < share:
                yield draw(SIZE, random.Random(" ".join(names)), names)


def _cut_out(folder: Path) -> list[Drawing]:
    return [one for one in read_drawings(folder, EMOJI) if one.cut_out]


@torch.no_grad()
def encode(models: Models, pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Return codes (B, h, w) and unit embeddings (B, E) of pictures (B, 3, H, W) in [0, 1]."""
    vqgan, perceptor = models.generator, models.perceptors[0]
    if vqgan.codebook is None:
        raise ValueError("a bank holds codes; this generator has no codebook")
    z_q = vqgan.quantize(vqgan.encode(pictures))  # (B, D, h, w)
    flat = z_q.permute(0, 2, 3, 1)  # (B, h, w, D)
    codes = torch.cdist(flat.flatten(0, 2), vqgan.codebook).argmin(dim=1).view(flat.shape[:3])
    seen = F.interpolate(
        pictures, size=(perceptor.size, perceptor.size), mode="bilinear", antialias=True
    )
    return codes, perceptor.encode_image(seen)


def main(
    output: Annotated[Path, typer.Option(help="Where the bank goes.")] = MINI_BANK,
    count: Annotated[int, typer.Option(min=1, help="Procedural scenes.")] = 11000,
    drawings: Annotated[
        Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option(help="Folder with captions.jsonl and images128.zip."),
    ] = None,
) -> None:
    """Draw pictures, encode them by the small pair, and write the bank."""
    models = load_models(MINI, {MINI: 1.0})
    found = _cut_out(drawings) if drawings is not None else []
    pairs = captioned(count, found)
    rows: list[tuple[Tensor, Tensor]] = []
    captions: list[str] = []
    batches = iter(lambda: list(islice(pairs, BATCH)), [])
    for batch in tqdm(batches, unit="batch"):
        rows.append(encode(models, torch.cat([to_tensor(image) for image, _ in batch])))
        captions += [caption for _, caption in batch]
    codes, embeddings = (torch.cat(column) for column in zip(*rows, strict=True))
    bank = Bank(codes, embeddings, tuple(captions))
    with atomic(output) as temporary:
        write_bank(temporary, bank, Owners(*models.hashes.values()))


if __name__ == "__main__":
    typer.run(main)
