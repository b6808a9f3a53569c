"""Draw prompts to evaluate with: `python -m vqclip.training.prompts FOLDER [--drawings DIR]`.

Captions that are held out of training and of the bank, each once, half of them of landscapes; the
lists share none. Defaults are tuned on the development list alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Optional

import typer

from vqclip.files import write
from vqclip.training.drawings import EMOJI, Drawing, read_drawings
from vqclip.training.run import command, plainly
from vqclip.training.scenes import scene
from vqclip.training.shapes import COLORS
from vqclip.training.split import held_out

LISTS = {"held-out": 200, "development": 60}
"""File -> prompts of it."""
DRAWN = 0.8
"""Share of the prompts that this package's own scenes give; the rest name drawings."""
SIZE = 16
"""Pixels a side of pictures that are drawn for their caption alone."""


def prompts(seed: int, drawings: list[Drawing]) -> Iterator[str]:
    """Yield held-out captions without end, each once."""
    rng = random.Random(f"prompts {seed}")
    # A long name would be found by its length alone.
    named = [one for one in drawings if one.cut_out and len(one.name.split()) <= 2]
    seen: set[str] = set()
    while True:
        if not named or rng.random() < DRAWN:
            _, caption = scene(SIZE, rng)
        else:
            caption = f"{rng.choice(named).name} on a {rng.choice(list(COLORS))} background"
        if held_out(caption) and caption not in seen:
            seen.add(caption)
            yield caption


def main(
    folder: Annotated[Path, typer.Argument(help="Where the lists go.")],
    drawings: Annotated[
        Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option(help="Folder with captions.jsonl and its archives."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of everything random.")] = 0,
) -> None:
    """Write the lists of prompts."""
    with plainly():
        found = [] if drawings is None else read_drawings(drawings, EMOJI)
        drawn = prompts(seed, found)
        for name, count in LISTS.items():
            lines = [f"# Held out of training and of the bank; seed {seed}.", *islice(drawn, count)]
            write(folder / f"{name}.txt", ("\n".join(lines) + "\n").encode())


if __name__ == "__main__":
    command(main)()
