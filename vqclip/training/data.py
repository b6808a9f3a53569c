"""Draw captioned pictures to learn from: `python -m vqclip.training.data OUTPUT [--drawings DIR]`.

The pictures are scenes of the world and, if a folder of captioned drawings is given, these on plain
colors and in landscapes. Picture `i` of a split depends only on the seed, the split and `i`, so the
work may be stopped and continued, in one process or in many. Captions and concepts that are held
out occur only in the split `held-out`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
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
from vqclip.training.commands import command, read_settings, reported_errors
from vqclip.training.shards import Captions, Pictures, shard_files, write_shard
from vqclip.training.split import held_out
from vqclip.views.tiles import contact_sheet
from vqclip.world.captions.phrases import phrase
from vqclip.world.drawings import Drawing, compose, read_drawings, read_records, whole
from vqclip.world.scenes import scene

SHOWN = 48
"""Pictures on the sample sheet of a split."""


@dataclass(frozen=True)
class DataSettings:
    """Which pictures are drawn, and how many."""

    seed: int = option(0, "random seed", low=0)
    size: int = option(128, "picture width and height in pixels", low=16)
    train: int = option(48_000, "pictures to learn from", low=1)
    held_out: int = option(
        2_000, "pictures whose captions and concepts are in no other split", low=1
    )
    shard: int = option(1_000, "pictures in a file", low=1)
    drawn: float = option(
        0.6, "share of scenes of the world; the others show drawings of the folder", low=0, high=1
    )
    plain: float = option(
        0.6, "share of the drawings on a plain color; the others are in a landscape", low=0, high=1
    )
    wordings: int = option(3, "captions of a picture besides the canonical one", low=0)


@dataclass(frozen=True)
class ShardTask:
    """A shard that is to be drawn.

    Attributes:
        settings: which pictures are drawn, and how many.
        output: folder of the splits.
        drawings: folder of captioned drawings, or None.
        split: `train` or `held-out`.
        index: of the shard in its split.
    """

    settings: DataSettings
    output: Path
    drawings: Path | None
    split: str
    index: int

    @property
    def rows(self) -> range:
        """The indices of its pictures in the split."""
        total = self.settings.train if self.split == "train" else self.settings.held_out
        first = self.index * self.settings.shard
        return range(first, min(first + self.settings.shard, total))


@lru_cache(maxsize=1)
def drawings_of(folder: Path | None, kept_out: bool) -> tuple[Drawing, ...]:
    """Return the drawings of a folder whose concepts are held out, or those whose are not."""
    drawings = [] if folder is None else read_drawings(folder)
    return tuple(drawing for drawing in drawings if held_out(drawing.concept) == kept_out)


def captioned(
    settings: DataSettings, split: str, index: int, drawings: Sequence[Drawing]
) -> tuple[Image.Image, Captions]:
    """Draw picture `index` of a split; return it with its captions, the canonical one first."""
    rng = random.Random(f"{settings.seed} {split} {index}")
    if not drawings or rng.random() < settings.drawn:
        image, caption = scene(settings.size, rng)
        while held_out(caption) != (split == "held-out"):
            image, caption = scene(settings.size, rng)
        return image, (caption, *(phrase(caption, rng) for _ in range(settings.wordings)))
    drawing = rng.choice(drawings)
    count = min(len(drawing.keywords), settings.wordings)
    names = [drawing.name, *rng.sample(drawing.keywords, count)]
    if not drawing.cut_out:
        captions = [*names, f"{drawing.style} of {drawing.name}"]
        return whole(drawing, settings.size, rng), tuple(captions[: settings.wordings + 1])
    image, place = compose(drawing, settings.size, rng, plain=rng.random() < settings.plain)
    captions = [f"{name} {place}" if rng.random() < 0.7 else name for name in names[1:]]
    return image, (f"{drawing.name} {place}", *captions, drawing.name)


def draw_shard(task: ShardTask) -> int:
    """Draw a shard unless it exists; return the number of its pictures."""
    folder, split = task.output / task.split, task.split
    if not shard_files(folder, task.index)[1].is_file():
        drawings = drawings_of(task.drawings, split == "held-out")
        pairs = [captioned(task.settings, split, row, drawings) for row in task.rows]
        pixels = np.stack([np.asarray(image, dtype=np.uint8) for image, _ in pairs])
        write_shard(folder, task.index, pixels, [captions for _, captions in pairs])
    return len(task.rows)


def draw_all(tasks: Sequence[ShardTask], workers: int) -> Iterator[int]:
    """Draw shards in several processes; yield the number of pictures of each finished shard."""
    if workers == 1:
        yield from map(draw_shard, tasks)
        return
    with get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(draw_shard, tasks)


def show(output: Path, split: str) -> None:
    """Write the sample sheet of a split."""
    pictures = Pictures(output / split)
    chosen = range(min(SHOWN, len(pictures)))
    images = [Image.fromarray(pixels) for pixels in pictures.pixels(chosen)]
    labels = [pictures.captions[row][0] for row in chosen]
    contact_sheet(images, labels, columns=8).save(output / f"{split}.png")


def main(
    output: Annotated[Path, typer.Argument(help="Folder that gets the pictures.")],
    config: Annotated[
        Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option(help="A YAML file such as configs/training/data.yaml."),
    ] = None,
    drawings: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Folder of drawings: captions.jsonl and its archives."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 1,
) -> None:
    """Draw the missing pictures of both splits."""
    with reported_errors():
        settings = read_settings(DataSettings, config)
        if drawings is not None:
            read_records(drawings)  # mistakes are found before anything is drawn
        counts = {"train": settings.train, "held-out": settings.held_out}
        tasks = [
            ShardTask(settings, output, drawings, split, index)
            for split, count in counts.items()
            for index in range(-(-count // settings.shard))
        ]
        with tqdm(total=sum(counts.values()), unit="picture") as bar:
            for drawn in draw_all(tasks, workers):
                bar.update(drawn)
        for split in counts:
            show(output, split)


if __name__ == "__main__":
    command(main)()
