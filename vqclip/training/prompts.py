"""Draw prompts to evaluate with: `python -m vqclip.training.prompts FOLDER [--drawings DIR]`.

The prompts are captions that are held out of training. None occurs twice, and the
lists share none. Defaults are tuned only on the development list. With `--pictures`, a true picture
of each is kept, so that a judge can be tested: `vqclip eval LIST --pictures FOLDER`.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Optional

import typer

from vqclip.files.atomic import atomic, write
from vqclip.training.commands import reported_errors, start
from vqclip.training.split import held_out
from vqclip.world.compositions import composed, several, side_by_side
from vqclip.world.drawings import EMOJI, Drawing, read_drawings
from vqclip.world.drawingstock import Stock
from vqclip.world.groups import counted, related
from vqclip.world.habitats import COMMON
from vqclip.world.pen import CaptionedImage
from vqclip.world.scenes import scene
from vqclip.world.stylized import stylized

LISTS = {"held-out": 200, "development": 60}
"""Number of prompts of each list."""
DRAWN = 0.6
"""Share of the prompts that describe scenes of the world; the others name drawings."""
SIZE, SKETCHED = 256, 48
"""Width and height of the true pictures in pixels, and of those whose captions are looked at."""


def prompts(seed: int, drawings: list[Drawing]) -> Iterator[CaptionedImage]:
    """Yield pictures with held-out captions, endlessly and each caption once."""
    # A long name would be recognized by its length; those of held-out concepts are never learned.
    stock = Stock(
        [
            drawing
            for drawing in drawings
            if drawing.cut_out
            and drawing.group in COMMON
            and len(drawing.name.split()) <= 2
            and not held_out(drawing.concept)
        ]
    )
    seen: set[str] = set()
    for number in itertools.count():
        key = f"prompts {seed} {number}"
        draw = SLOTS.get(len(seen) % CYCLE, _any)
        _, caption = draw(stock, SKETCHED, random.Random(key))
        if not held_out(caption) or caption in seen:
            continue
        image, caption = draw(stock, SIZE, random.Random(key))
        if held_out(caption) and caption not in seen:
            seen.add(caption)
            yield image, caption


def _any(stock: Stock, size: int, rng: random.Random) -> CaptionedImage:
    if not stock.drawings or rng.random() < DRAWN:
        return scene(size, rng)
    composition = composed(stock, size, rng)
    return stylized(composition.image, composition.caption, rng)


def _sides(stock: Stock, size: int, rng: random.Random) -> CaptionedImage:
    """Draw something left or right of something else."""
    relation = rng.choice(("left of", "right of"))
    while stock.common and rng.random() < 0.5:
        composition = side_by_side(stock, size, rng)
        if composition is not None and f" {relation} " in composition.caption:
            return composition.image, composition.caption
    return related(size, rng, relation)


def _numbers(stock: Stock, size: int, rng: random.Random) -> CaptionedImage:
    """Draw several of something."""
    composition = several(stock, size, rng) if rng.random() < 0.5 else None
    return counted(size, rng) if composition is None else (composition.image, composition.caption)


CYCLE = 10
SLOTS = {3: _sides, 7: _numbers}
"""What every tenth prompt is about, by the first: sides and numbers would else be few."""


def keep(folder: Path, pairs: list[CaptionedImage]) -> None:
    """Write pictures, and captions.json with the file of each caption."""
    files = {caption: f"{number:03d}.png" for number, (_, caption) in enumerate(pairs)}
    for image, caption in pairs:
        with atomic(folder / files[caption]) as temporary:
            image.save(temporary, "PNG")
    write(folder / "captions.json", json.dumps(files, indent=1).encode())


def main(
    folder: Annotated[Path, typer.Argument(help="Folder that gets the lists.")],
    drawings: Annotated[
        Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option(help="Folder of drawings: captions.jsonl and its archives."),
    ] = None,
    pictures: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Folder that gets a true picture of every prompt, by list."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 0,
) -> None:
    """Write the lists of prompts."""
    with reported_errors():
        emoji = [] if drawings is None else read_drawings(drawings, EMOJI)
        drawn = prompts(seed, emoji)
        for name, count in LISTS.items():
            pairs = list(islice(drawn, count))
            head = f"# Held out of training; vqclip.training.prompts, seed {seed}."
            text = "\n".join([head, *(caption for _, caption in pairs)]) + "\n"
            write(folder / f"{name}.txt", text.encode())
            if pictures is not None:
                keep(pictures / name, pairs)


if __name__ == "__main__":
    start(main)
