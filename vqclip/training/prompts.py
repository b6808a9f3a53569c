"""Draw prompts to evaluate with: `python -m vqclip.training.prompts FOLDER [--drawings DIR]`.

Captions that are held out of training and of the bank, each once; the lists share none. Defaults
are tuned on the development list alone. With `--pictures`, a true picture of each is kept, so
that a judge can be judged: `vqclip eval LIST --pictures FOLDER`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Optional

import typer
from PIL import Image

from vqclip.files import atomic, write
from vqclip.training.run import command, plainly
from vqclip.training.split import held_out
from vqclip.world.drawings import EMOJI, Drawing, compose, read_drawings
from vqclip.world.scenes import scene

LISTS = {"held-out": 200, "development": 60}
"""File -> prompts of it."""
DRAWN = 0.8
"""Share of the prompts that this package's own scenes give; the rest name drawings."""
SIZE = 128
"""Side of the true pictures, in pixels."""

Pair = tuple[Image.Image, str]


def prompts(seed: int, drawings: list[Drawing]) -> Iterator[Pair]:
    """Yield held-out captions without end, each once, with a picture of each."""
    rng = random.Random(f"prompts {seed}")
    # A long name would be found by its length alone.
    named = [one for one in drawings if one.cut_out and len(one.name.split()) <= 2]
    seen: set[str] = set()
    while True:
        image, caption = _draw(named, rng)
        if held_out(caption) and caption not in seen:
            seen.add(caption)
            yield image, caption


def _draw(named: list[Drawing], rng: random.Random) -> Pair:
    if not named or rng.random() < DRAWN:
        return scene(SIZE, rng)
    one = rng.choice(named)
    image, place = compose(one, SIZE, rng, plain=True)
    return image, f"{one.name} {place}"


def keep(folder: Path, pairs: list[Pair]) -> None:
    """Write pictures and captions.json, which says what they show."""
    files = {caption: f"{number:03d}.png" for number, (_, caption) in enumerate(pairs)}
    for image, caption in pairs:
        with atomic(folder / files[caption]) as temporary:
            image.save(temporary, "PNG")
    write(folder / "captions.json", json.dumps(files, indent=1).encode())


def main(
    folder: Annotated[Path, typer.Argument(help="Where the lists go.")],
    drawings: Annotated[
        Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option(help="Folder with captions.jsonl and its archives."),
    ] = None,
    pictures: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Folder for a true picture of every prompt, in a folder per list."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of everything random.")] = 0,
) -> None:
    """Write the lists of prompts."""
    with plainly():
        found = [] if drawings is None else read_drawings(drawings, EMOJI)
        drawn = prompts(seed, found)
        for name, count in LISTS.items():
            pairs = list(islice(drawn, count))
            head = f"# Held out of training and of the bank; vqclip.training.prompts, seed {seed}."
            text = "\n".join([head, *(caption for _, caption in pairs)]) + "\n"
            write(folder / f"{name}.txt", text.encode())
            if pictures is not None:
                keep(pictures / name, pairs)


if __name__ == "__main__":
    command(main)()
