"""Draw captioned pictures to learn from: `python -m vqclip.training.data OUTPUT [--drawings DIR]`.

Scenes drawn by this package and, if a folder of captioned drawings is given, those on plain colors
and in landscapes. Picture `i` of a split depends on the seed, the split and `i` alone, so the work
may stop at any time and go on, in one process or in many. Captions and concepts that are held out
are in the split `held-out` alone.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Optional

import numpy as np
import typer
from PIL import Image
from tqdm import tqdm

from vqclip.config.option import option
from vqclip.training.run import command, plainly, read_settings
from vqclip.training.shards import Captions, Pictures, shard_files, write_shard
from vqclip.training.split import held_out
from vqclip.views.tiles import contact_sheet
from vqclip.world.captions.phrases import phrase
from vqclip.world.drawings import Drawing, compose, read_drawings, whole
from vqclip.world.scenes import scene

SHOWN = 48
"""Pictures on the sample sheet of a split."""


@dataclass(frozen=True)
class DataSettings:
    """What is drawn."""

    seed: int = option(0, "of everything random", low=0)
    size: int = option(128, "side of the pictures, in pixels", low=16)
    train: int = option(48_000, "pictures to learn from", low=1)
    held_out: int = option(2_000, "pictures whose captions and concepts are not among those", low=1)
    shard: int = option(1_000, "pictures in a file", low=1)
    drawn: float = option(0.6, "share of the scenes; the rest show drawings", low=0, high=1)
    plain: float = option(
        0.6, "share of the drawings on plain colors, not in landscapes", low=0, high=1
    )
    wordings: int = option(3, "captions of a picture, beside the plain one", low=0)


@lru_cache(maxsize=1)
def drawings_of(folder: Path | None, kept_out: bool) -> tuple[Drawing, ...]:
    """Return the drawings of a folder whose concepts are held out, or those that are not."""
    found = [] if folder is None else read_drawings(folder)
    return tuple(one for one in found if held_out(one.concept) == kept_out)


def captioned(
    settings: DataSettings, split: str, index: int, drawings: Sequence[Drawing]
) -> tuple[Image.Image, Captions]:
    """Draw picture `index` of a split; return it with its captions, the plain one first."""
    rng = random.Random(f"{settings.seed} {split} {index}")
    if not drawings or rng.random() < settings.drawn:
        image, caption = scene(settings.size, rng)
        while held_out(caption) != (split == "held-out"):
            image, caption = scene(settings.size, rng)
        return image, (caption, *(phrase(caption, rng) for _ in range(settings.wordings)))
    one = rng.choice(drawings)
    names = [one.name, *rng.sample(one.keywords, min(len(one.keywords), settings.wordings))]
    if not one.cut_out:
        said = [*names, f"{one.style} of {one.name}"]
        return whole(one, settings.size, rng), tuple(said[: settings.wordings + 1])
    image, place = compose(one, settings.size, rng, plain=rng.random() < settings.plain)
    said = [f"{name} {place}" if rng.random() < 0.7 else name for name in names[1:]]
    return image, (f"{one.name} {place}", *said, one.name)


def draw_shard(work: tuple[DataSettings, Path, Path | None, str, int]) -> int:
    """Draw one shard of a split into its folder, unless it is there; return its pictures."""
    settings, output, folder, split, index = work
    total = settings.train if split == "train" else settings.held_out
    first = index * settings.shard
    rows = range(first, min(first + settings.shard, total))
    if not shard_files(output / split, index)[1].is_file():
        drawings = drawings_of(folder, split == "held-out")
        pairs = [captioned(settings, split, row, drawings) for row in rows]
        pixels = np.stack([np.asarray(image, dtype=np.uint8) for image, _ in pairs])
        write_shard(output / split, index, pixels, [captions for _, captions in pairs])
    return len(rows)


def show(output: Path, split: str) -> None:
    """Write the sample sheet of a split."""
    pictures = Pictures(output / split)
    chosen = range(min(SHOWN, len(pictures)))
    images = [Image.fromarray(one) for one in pictures.pixels(chosen)]
    labels = [pictures.captions[row][0] for row in chosen]
    contact_sheet(images, labels, columns=8).save(output / f"{split}.png")


def main(
    output: Annotated[Path, typer.Argument(help="Folder of the pictures.")],
    config: Annotated[
        Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option(help="A YAML file, as configs/training/data.yaml."),
    ] = None,
    drawings: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Folder with captions.jsonl and its archives."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
) -> None:
    """Draw what is not there yet of the pictures of both splits."""
    with plainly():
        settings = read_settings(DataSettings, config)
        counts = {"train": settings.train, "held-out": settings.held_out}
        work = [
            (settings, output, drawings, split, index)
            for split, count in counts.items()
            for index in range(-(-count // settings.shard))
        ]
        with (
            get_context("spawn").Pool(workers) as pool,
            tqdm(total=sum(counts.values()), unit="picture") as bar,
        ):
            for drawn in pool.imap_unordered(draw_shard, work):
                bar.update(drawn)
        for split in counts:
            show(output, split)


if __name__ == "__main__":
    command(main)()
