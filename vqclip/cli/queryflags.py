"""What the commands classify, score and search share: their arguments, options and progress bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vqclip.cli.console import FAILED, say, spoken_warnings
from vqclip.cli.options import Device, ModelDir, Quiet
from vqclip.cli.pathtype import PATH
from vqclip.cli.tables import Style, style_of
from vqclip.config.choices import MINI

if TYPE_CHECKING:
    from vqclip.perception.collection import Picture, Progress
    from vqclip.perception.folders import SkippedFile
    from vqclip.perception.queries import QueryKeywords

NAMED = 10
"""How many of the files that are not pictures are named."""

Pictures = Annotated[
    list[Path],
    typer.Argument(parser=PATH, metavar="IMAGE...", help="Pictures, or folders of pictures."),
]


@dataclass(frozen=True)
class QueryFlags:
    """The options of every query."""

    perceptor: Annotated[
        str, typer.Option(help="mini, a NAME:TAG of open_clip, or an open_clip folder.")
    ] = MINI
    device: Device = None
    precision: Annotated[str, typer.Option(help="auto, float32 or bfloat16.")] = "auto"
    model_dir: ModelDir = None
    no_index: Annotated[
        bool, typer.Option("--no-index", help="Neither use nor write remembered embeddings.")
    ] = False
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False
    quiet: Quiet = False

    @property
    def style(self) -> Style:
        """How results are printed.

        Raises:
            ConfigError: as JSON and as CSV.
        """
        return style_of(self.as_json, self.as_csv)

    @contextmanager
    def keywords(self) -> Iterator[QueryKeywords]:
        """Give the keyword arguments of a query; within the block, its warnings are printed."""
        from tqdm.auto import tqdm

        with spoken_warnings(), progress_bar(self.quiet) as progress:
            yield {
                "perceptor": self.perceptor,
                "device": self.device or "auto",
                "precision": self.precision,
                "model_dir": self.model_dir,
                "bars": None if self.quiet else tqdm,
                "index": not self.no_index,
                "progress": progress,
            }


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Progress]:
    """Give a function that shows how many pictures are done; the bar appears with the first."""
    from tqdm import tqdm

    bar = tqdm(disable=True)

    def show(done: int, total: int) -> None:
        nonlocal bar
        if bar.disable and not quiet:
            bar = tqdm(total=total, unit="picture", leave=False)
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        bar.close()


def report_skipped(skipped: Sequence[SkippedFile], named: Sequence[Path]) -> None:
    """Print the skipped files; if the user named one of them, leave with exit code 1."""
    from vqclip.perception.folders import OTHER, printable

    others = [printable(file.path) for file in skipped if file.reason == OTHER]
    if others:
        more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
        say(f"skipped {len(others)} that are not pictures: {', '.join(others[:NAMED])}{more}")
    for file in skipped:
        if file.reason != OTHER:
            say(f"skipped {file}")
    if {file.path for file in skipped} & set(named):
        raise typer.Exit(FAILED)


def picture_name(picture: Picture) -> str:
    """Return what a table calls a picture."""
    from vqclip.perception.folders import printable

    return printable(picture) if isinstance(picture, Path) else "a picture"
