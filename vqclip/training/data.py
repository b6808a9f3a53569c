"""Draw captioned pictures to learn from: `python -m vqclip.training.data OUTPUT [--drawings DIR]`.

The pictures are scenes of the world and, if a folder of captioned drawings is given, these composed
on colors and in places. Picture `i` of a split depends only on the seed, the split and `i`, so the
work may be stopped and continued, in one process or in many. The split `held-out` is drawn first;
its captions occur nowhere else, and half of its drawings show concepts that occur nowhere else.
With `--minutes`, drawing ends after that time, however many pictures there are.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Optional

import numpy as np
import typer
from PIL import Image
from tqdm import tqdm

from vqclip.config.option import option
from vqclip.errors import OutputError
from vqclip.training.commands import read_settings, reported_errors, start
from vqclip.training.shards import Captions, Pictures, shard_files, write_shard
from vqclip.training.split import held_out
from vqclip.views.tiles import contact_sheet
from vqclip.world.captions.phrases import phrase
from vqclip.world.compositions import Composition, composed
from vqclip.world.depicting import alone, wording
from vqclip.world.drawings import read_drawings, read_records
from vqclip.world.drawingstock import Stock
from vqclip.world.scenes import scene
from vqclip.world.stylized import stylized

SHOWN = 48
"""Pictures on the sample sheet of a split."""
SKETCHED = 48
"""Width and height in pixels at which pictures with a held-out caption are searched for."""
BLUNDERS = 20
"""Pictures of a shard that may fail before it does."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DataSettings:
    """Which pictures are drawn, and how many."""

    seed: int = option(0, "random seed", low=0)
    size: int = option(256, "picture width and height in pixels", low=16)
    train: int = option(200_000, "pictures to learn from; at most, if minutes are given", low=1)
    held_out: int = option(600, "pictures whose captions are in no other split", low=1)
    shard: int = option(500, "pictures in a file", low=1)
    drawn: float = option(
        0.55, "share of scenes of the world; the others show drawings of the folder", low=0, high=1
    )
    alone: float = option(
        0.12, "share of the wordings of drawings that are but their names", low=0, high=1
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
        end: time of the system's clock at which drawing ends, in seconds; None: never.
    """

    settings: DataSettings
    output: Path
    drawings: Path | None
    split: str
    index: int
    end: float | None = None

    @property
    def rows(self) -> range:
        """The indices of its pictures in the split."""
        total = self.settings.train if self.split == "train" else self.settings.held_out
        first = self.index * self.length
        return range(first, min(first + self.length, total))

    @property
    def length(self) -> int:
        """Pictures in a full shard; few in one that is held out, so that many processes share."""
        return self.settings.shard if self.split == "train" else min(self.settings.shard, 50)


@dataclass(frozen=True)
class Stocks:
    """The drawings of a folder.

    Attributes:
        known: of concepts that occur in both splits.
        kept: of concepts that are held out.
    """

    known: Stock
    kept: Stock


@lru_cache(maxsize=1)
def stocks_of(folder: Path) -> Stocks:
    """Return the drawings of a folder, split by whether their concepts are held out."""
    drawings = read_drawings(folder)
    known, kept = (
        Stock([drawing for drawing in drawings if held_out(drawing.concept) == away])
        for away in (False, True)
    )
    return Stocks(known, kept)


def captioned(
    settings: DataSettings, split: str, index: int, stocks: Stocks | None
) -> tuple[Image.Image, Captions]:
    """Draw picture `index` of a split; return it with its captions, the canonical one first."""
    kept = split == "held-out"
    number = 0
    while True:
        key = f"{settings.seed} {split} {index} {number}"
        number += 1
        if kept:  # few captions are held out: they are searched for in small pictures
            _, strict = _drawn(settings, SKETCHED, random.Random(key), stocks, kept)
            if not strict:
                continue
        rng = random.Random(key)
        composition, right = _drawn(settings, settings.size, rng, stocks, kept)
        if right:
            return composition.image, _captions(settings, composition, rng)


def _drawn(
    settings: DataSettings, size: int, rng: random.Random, stocks: Stocks | None, kept: bool
) -> tuple[Composition, bool]:
    """Draw a picture; return also whether it belongs to the split."""
    if stocks is None or not stocks.known.drawings or rng.random() < settings.drawn:
        image, caption = scene(size, rng)
        return Composition(image, caption, ()), held_out(caption) == kept
    unseen = kept and bool(stocks.kept.drawings) and rng.random() < 0.05
    composition = composed(stocks.kept if unseen else stocks.known, size, rng)
    image, caption = stylized(composition.image, composition.caption, rng)
    right = unseen or held_out(caption) == kept
    return Composition(image, caption, composition.drawings), right


def _captions(settings: DataSettings, composition: Composition, rng: random.Random) -> Captions:
    caption, drawings = composition.caption, composition.drawings
    if not drawings:
        return (caption, *(phrase(caption, rng) for _ in range(settings.wordings)))
    return (
        caption,
        *(
            alone(drawings[0], rng)
            if len(drawings) == 1 and rng.random() < settings.alone
            else wording(caption, drawings, rng)
            for _ in range(settings.wordings)
        ),
    )


def draw_shard(task: ShardTask) -> int:
    """Draw a shard unless it exists; return the number of its pictures, 0 if time is over.

    A picture that cannot be drawn is reported, and the next one stands in for it.
    """
    folder, split = task.output / task.split, task.split
    if shard_files(folder, task.index)[1].is_file():
        return len(task.rows)
    stocks = None if task.drawings is None else stocks_of(task.drawings)
    pairs: list[tuple[Image.Image, Captions]] = []
    blunders = 0
    for row in task.rows:
        if task.end is not None and time.time() > task.end:
            return 0
        try:
            pairs.append(captioned(task.settings, split, row, stocks))
        except Exception:
            blunders += 1
            log.exception("picture %d of %s could not be drawn", row, split)
            if blunders > BLUNDERS or not pairs:
                raise
            pairs.append(pairs[-1])
    pixels = np.stack([np.asarray(image, dtype=np.uint8) for image, _ in pairs])
    write_shard(folder, task.index, pixels, [captions for _, captions in pairs])
    return len(pairs)


def draw_all(tasks: Sequence[ShardTask], workers: int) -> Iterator[int]:
    """Draw shards in several processes; yield the number of pictures of each finished shard.

    Raises:
        OutputError: a process was killed.
    """
    if workers == 1:
        yield from map(draw_shard, tasks)
        return
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        shards = [pool.submit(draw_shard, task) for task in tasks]
        try:
            for shard in as_completed(shards):
                yield shard.result()
        except BrokenProcessPool as error:
            raise OutputError(
                "a process that drew pictures was killed; too little memory?"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def tasks_of(
    settings: DataSettings, output: Path, drawings: Path | None, minutes: float
) -> list[ShardTask]:
    """Return the shards of both splits, the held-out one first."""
    end = time.time() + 60 * minutes if minutes else None
    tasks = []
    for split, count in (("held-out", settings.held_out), ("train", settings.train)):
        first = ShardTask(settings, output, drawings, split, 0, end if split == "train" else None)
        indices = range(-(-count // first.length))
        tasks += [replace(first, index=index) for index in indices]
    return tasks


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
    minutes: Annotated[
        float, typer.Option(min=0, help="When to end, however many were drawn; 0: never.")
    ] = 0,
) -> None:
    """Draw the missing pictures of both splits."""
    with reported_errors():
        settings = read_settings(DataSettings, config)
        if drawings is not None:
            read_records(drawings)  # mistakes are found before anything is drawn
        tasks = tasks_of(settings, output, drawings, minutes)
        with tqdm(total=settings.train + settings.held_out, unit="picture") as bar:
            for drawn in draw_all(tasks, workers):
                bar.update(drawn)
        for split in ("held-out", "train"):
            show(output, split)


if __name__ == "__main__":
    start(main)
