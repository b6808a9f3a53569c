"""Make the bank of the small pair: `python -m vqclip.training.bank [--drawings FOLDER]`.

The bank has every shape and thing at every place and in every number, scenes of the world and, if a
folder of captioned drawings is given, its emoji on plain colors and in landscapes. Guidance turns a
red house blue, but no house into a castle, so the scenes differ in more than colors. The same pair,
drawings and count give the same bank.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Optional

import torch
import typer
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from vqclip.config.choices import MINI, MINI_SIZE
from vqclip.engine.starts.picturebank import Bank, Owners, write_bank
from vqclip.files.atomic import atomic
from vqclip.images import to_tensor
from vqclip.models.load import Models, load_models
from vqclip.models.shipped import MINI_BANK
from vqclip.training.commands import reported_errors, start
from vqclip.training.split import held_out
from vqclip.world.captions.synonyms import other_words
from vqclip.world.compositions import in_place, on_plain
from vqclip.world.drawings import EMOJI, Drawing, read_drawings
from vqclip.world.drawingstock import Stock
from vqclip.world.groups import every_group
from vqclip.world.pen import CaptionedImage
from vqclip.world.scenes import (
    every_shape,
    every_thing,
    scene,
    single_shape,
    single_thing,
)
from vqclip.world.stylized import without_colors

SIZE, BATCH = MINI_SIZE, 32
SHAPES_SHARE, THINGS_SHARE = 1.0, 0.12
"""Shares of all combinations of a shape or thing, its color and a background that are drawn."""
PLAIN = 0.75
"""Share of the drawings that are put on a plain color."""


def captioned(count: int, drawings: list[Drawing]) -> Iterator[CaptionedImage]:
    """Yield shapes, things, `count` scenes and every drawing, none with a held-out caption."""
    groups = every_group(SIZE, random.Random("groups"))
    figures = (pair for pair in itertools.chain(_figures(), groups) if not held_out(pair[1]))
    for image, caption in itertools.chain(figures, islice(scenes(), count)):
        yield image, noted(caption)
    for drawing in drawings:
        rng = random.Random(drawing.file)
        tries = (_composed(drawing, rng) for _ in itertools.count())
        yield next(pair for pair in tries if not held_out(pair[1]))


def structure(caption: str) -> str:
    """Return a canonical caption without its colors and without what follows `with`."""
    return without_colors(caption.split(" with ")[0])


def noted(caption: str) -> str:
    """Append the synonyms of a caption's words in parentheses."""
    others = ", ".join(other_words(caption))
    return f"{caption} ({others})" if others else caption


def scenes() -> Iterator[CaptionedImage]:
    """Yield scenes that are not held out, no two of which differ only in colors."""
    seen: set[str] = set()
    for index in itertools.count():
        image, caption = scene(SIZE, random.Random(f"scene {index}"))
        kind = structure(caption)
        if kind not in seen and not held_out(caption):
            seen.add(kind)
            yield image, caption


def _composed(drawing: Drawing, rng: random.Random) -> CaptionedImage:
    """Put a drawing somewhere; its keywords end the caption, so that it is also found by them."""
    compose = on_plain if rng.random() < PLAIN else in_place
    composition = compose(Stock([drawing]), SIZE, rng)
    if composition is None:
        raise ValueError(f"{drawing.file} is not cut out")
    image, caption = composition.image, composition.caption
    return image, f"{caption} ({' '.join(drawing.keywords)})" if drawing.keywords else caption


def _figures() -> Iterator[CaptionedImage]:
    for combinations, draw, share in (
        (every_shape(), single_shape, SHAPES_SHARE),
        (every_thing(), single_thing, THINGS_SHARE),
    ):
        for names in combinations:
            if random.Random(" ".join(names)).random() < share:
                yield draw(SIZE, random.Random(" ".join(names)), names)


@torch.no_grad()
def encode(models: Models, pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Return the codes (B, h, w) and unit embeddings (B, E) of pictures (B, 3, H, W) in [0, 1]."""
    vqgan, perceptor = models.generator, models.perceptors[0]
    if vqgan.codebook is None:
        raise ValueError("a bank holds codes; this generator has no codebook")
    z_q = vqgan.quantize(vqgan.encode(pictures))  # (B, D, h, w)
    flat = z_q.permute(0, 2, 3, 1)  # (B, h, w, D)
    codes = torch.cdist(flat.flatten(0, 2), vqgan.codebook).argmin(dim=1).view(flat.shape[:3])
    size = (perceptor.size, perceptor.size)
    small = F.interpolate(pictures, size=size, mode="bilinear", antialias=True)
    return codes, perceptor.encode_image(small)


def make_bank(models: Models, pictures: Iterable[CaptionedImage]) -> Bank:
    """Encode captioned pictures by the VQGAN and the first perceptor of some models."""
    rows: list[tuple[Tensor, Tensor]] = []
    captions: list[str] = []
    waiting = iter(pictures)
    batches = iter(lambda: list(islice(waiting, BATCH)), [])
    for batch in tqdm(batches, unit="batch"):
        rows.append(encode(models, torch.cat([to_tensor(image) for image, _ in batch])))
        captions += [caption for _, caption in batch]
    codes, embeddings = (torch.cat(column) for column in zip(*rows, strict=True))
    return Bank(codes, embeddings, tuple(captions))


def main(
    output: Annotated[Path, typer.Option(help="File of the bank.")] = MINI_BANK,
    count: Annotated[int, typer.Option(min=1, help="Number of scenes of the world.")] = 11000,
    drawings: Annotated[
        Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option(help="Folder of drawings: captions.jsonl and its archives."),
    ] = None,
) -> None:
    """Draw pictures, encode them by the small pair, and write the bank."""
    with reported_errors():
        models = load_models(MINI, {MINI: 1.0})
        emoji = [] if drawings is None else read_drawings(drawings, EMOJI)
        cut_out = [drawing for drawing in emoji if drawing.cut_out]
        bank = make_bank(models, captioned(count, cut_out))
        with atomic(output) as temporary:
            write_bank(temporary, bank, Owners(*models.hashes.values()))


if __name__ == "__main__":
    start(main)
