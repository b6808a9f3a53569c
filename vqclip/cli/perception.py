"""Commands that ask CLIP about pictures: classify, score and search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from vqclip.cli.console import app, say, spoken_warnings
from vqclip.cli.options import Device, ModelDir, Quiet
from vqclip.cli.printing import show_classification, show_matches, show_scores
from vqclip.cli.tables import one_format
from vqclip.errors import ConfigError

if TYPE_CHECKING:
    from vqclip.models.fetch.download import Bars
    from vqclip.perception.collection import Progress
    from vqclip.perception.folders import Skipped

NAMED = 10
"""Files that are not pictures are named up to so many."""
SOME_FAILED = 1

Pictures = Annotated[
    list[Path], typer.Argument(metavar="IMAGE...", help="Pictures, or folders of pictures.")
]
Perceptor = Annotated[
    str, typer.Option(help="mini, a NAME:TAG of open_clip, or an open_clip folder.")
]
Precision = Annotated[str, typer.Option(help="auto, float32 or bfloat16.")]
NoIndex = Annotated[
    bool, typer.Option("--no-index", help="Neither use nor write remembered embeddings.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]


@app.command()
def classify(
    images: Pictures,
    labels: Annotated[str, typer.Option(help="Two or more, with commas between them.")] = "",
    labels_file: Annotated[
        Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option(help="A file with one label a line."),
    ] = None,
    template: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="Frame of a label, such as 'a photo of a {}'; several are averaged."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Labels shown per picture.")] = 5,
    perceptor: Perceptor = "mini",
    device: Device = None,
    precision: Precision = "auto",
    model_dir: ModelDir = None,
    no_index: NoIndex = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
) -> None:
    """Say what pictures show: vqclip classify a.png b.jpg --labels "cat,dog,human"."""
    style = one_format(as_json, as_csv)
    from vqclip.perception import queries

    with spoken_warnings(), progress_bar(quiet) as progress:
        result = queries.classify(
            images,
            _all_labels(labels, labels_file),
            templates=template or queries.TEMPLATE,
            perceptor=perceptor,
            device=device or "auto",
            precision=precision,
            model_dir=model_dir,
            bars=bars_of(quiet),
            index=not no_index,
            progress=progress,
        )
    show_classification(result, top=top, style=style)
    finish(result.skipped, images)


@app.command()
def score(
    images: Pictures,
    prompt: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="As for generate, 'text:weight | text'; repeatable."),
    ] = None,
    perceptor: Perceptor = "mini",
    device: Device = None,
    precision: Precision = "auto",
    model_dir: ModelDir = None,
    no_index: NoIndex = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
) -> None:
    """Rank pictures by their nearness to prompts: vqclip score outputs --prompt "a fox"."""
    style = one_format(as_json, as_csv)
    from vqclip.perception import queries

    with spoken_warnings(), progress_bar(quiet) as progress:
        result = queries.score(
            images,
            prompt or [],
            perceptor=perceptor,
            device=device or "auto",
            precision=precision,
            model_dir=model_dir,
            bars=bars_of(quiet),
            index=not no_index,
            progress=progress,
        )
    show_scores(result, style=style)
    finish(result.skipped, images)


@app.command()
def search(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT FOLDER...",
            help="What to find, 'text:weight | text', and where. With --image, the text may be "
            "left out: then all are folders, if the first is there.",
        ),
    ],
    image: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="Picture to be like, PATH:weight; repeatable."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Pictures shown.")] = 20,
    sheet: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Also write a contact sheet: .png, .jpg or .webp."),
    ] = None,
    html: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Also write a page for the browser."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a sheet or page of the same name.")
    ] = False,
    perceptor: Perceptor = "mini",
    device: Device = None,
    precision: Precision = "auto",
    model_dir: ModelDir = None,
    no_index: NoIndex = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    quiet: Quiet = False,
) -> None:
    """Find pictures: vqclip search "a sailing boat | fog:-0.5" FOLDER --image like.png."""
    style = one_format(as_json, as_csv)
    from vqclip.perception import queries
    from vqclip.views.page import target_problems, write_page, write_sheet

    if problems := target_problems(sheet, html, top=top, overwrite=overwrite):
        raise ConfigError(problems)
    query, places = split_query(words, bool(image))
    with spoken_warnings(), progress_bar(quiet) as progress:
        result = queries.search(
            query,
            places,
            images=image or [],
            top=top,
            perceptor=perceptor,
            device=device or "auto",
            precision=precision,
            model_dir=model_dir,
            bars=bars_of(quiet),
            index=not no_index,
            progress=progress,
        )
    show_matches(result, style=style)
    if sheet is not None:
        write_sheet(sheet, result.matches)
    if html is not None:
        title = " + ".join([*([query] if query else []), *(image or [])])
        write_page(html, result.matches, title=title)
    if not quiet:
        gone = f", {result.gone} gone since the last time" if result.gone else ""
        say(f"searched {result.searched} pictures ({result.encoded} encoded now{gone})")
    finish(result.skipped, places)


def split_query(words: Sequence[str], with_image: bool) -> tuple[str | None, list[Path]]:
    """Tell what to find from where to find it."""
    if with_image and Path(words[0]).exists():
        return None, list(map(Path, words))
    return words[0], list(map(Path, words[1:]))


def bars_of(quiet: bool) -> Bars | None:
    """The class of the progress bars of downloads."""
    from tqdm.auto import tqdm

    return None if quiet else tqdm


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Progress]:
    """Give what is to be told how many pictures are done; it draws a bar once there are some."""
    from tqdm import tqdm

    bar: Any = tqdm(disable=True)

    def tell(done: int, total: int) -> None:
        nonlocal bar
        if bar.disable and not quiet:
            bar = tqdm(total=total, unit="picture", leave=False)
        bar.update(done - bar.n)

    yield tell
    bar.close()


def finish(skipped: Sequence[Skipped], named: Sequence[Path]) -> None:
    """Name what was skipped; if it was asked for by its name, the exit code is 1."""
    from vqclip.perception.folders import OTHER, shown

    others = [shown(one.path) for one in skipped if one.reason == OTHER]
    if others:
        more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
        say(f"skipped {len(others)} that are no pictures: {', '.join(others[:NAMED])}{more}")
    for one in skipped:
        if one.reason != OTHER:
            say(f"skipped {one}")
    if {one.path for one in skipped} & set(named):
        raise typer.Exit(SOME_FAILED)


def _all_labels(labels: str, file: Path | None) -> list[str]:
    found = labels.split(",") if labels else []
    if file is None:
        return found
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--labels-file {file}: cannot be read as text ({error})") from error
    return found + [line for line in lines if line.strip()]
