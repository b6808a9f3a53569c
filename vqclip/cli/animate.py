"""The command that draws moving pictures: animate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from vqclip.cli.console import app
from vqclip.cli.options import (
    Device,
    DryRun,
    Measure,
    ModelDir,
    Overrides,
    Overwrite,
    Quiet,
    Seeds,
    Size,
    size_assignments,
)
from vqclip.cli.pathtype import PATH
from vqclip.errors import Mistakes
from vqclip.files.paths import user_path

if TYPE_CHECKING:
    from vqclip.animation.animation import Animation

FORMAT = "mp4"

AnimationFile = Annotated[
    Path, typer.Argument(parser=PATH, metavar="FILE.yaml", help="The animation.")
]
FilmOutput = Annotated[
    Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Option(
        "--output", "-o", parser=PATH, help="The film: .mp4, .webm, .gif, .apng or .webp."
    ),
]
Frames = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(parser=PATH, help="Folder that keeps the frames, as PNG files."),
]
Preview = Annotated[
    bool, typer.Option("--preview", help="Draw every tenth frame, with the preset draft.")
]
Json = Annotated[bool, typer.Option("--json", help="Print progress as JSON lines.")]


@app.command()
def animate(
    file: AnimationFile,
    overrides: Overrides = None,
    output: FilmOutput = None,
    frames: Frames = None,
    preview: Preview = False,
    seeds: Seeds = None,
    size: Size = None,
    device: Device = None,
    model_dir: ModelDir = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
    json: Json = False,
    dry_run: DryRun = False,
    measure: Measure = False,
) -> None:
    """Draw a film from one YAML file; the same command continues."""
    from vqclip.cli.filming import FilmJob, draw_films, show_cost

    mistakes = Mistakes()
    if measure and not dry_run:
        mistakes.add("--measure: needs --dry-run")
    numbers: list[int] = mistakes.read(lambda: _seeds(seeds), [])
    flags = {"device": ("--device", device), "model_dir": ("--model-dir", model_dir)}
    animation = read(file, overrides or [], size, flags, mistakes, preview=preview)
    animations = [animation.with_seed(seed) for seed in numbers] or [animation]
    wished = output or default_path(animation, file, preview=preview)
    films = [
        FilmJob(
            own,
            with_seed(wished, own, many=len(animations) > 1),
            None if frames is None else with_seed(frames, own, many=len(animations) > 1),
        )
        for own in animations
    ]
    for film in films:
        film.check(mistakes, overwrite=overwrite)
    mistakes.check()
    if dry_run:
        show_cost(films, measure=measure)
    else:
        draw_films(films, overwrite=overwrite, quiet=quiet, as_json=json)


def read(
    file: Path,
    overrides: list[str],
    size: str | None,
    flags: dict[str, tuple[str, str | None]],
    mistakes: Mistakes,
    *,
    preview: bool,
) -> Animation:
    """Read the file of an animation, with the changes of the command, and hear its sounds.

    Raises:
        ConfigError: with every mistake, those noted before included.
    """
    from vqclip.animation.animation import Animation
    from vqclip.animation.animationfile import read_animation
    from vqclip.animation.hearing import hear
    from vqclip.config.layers import Assignment, parse_override

    given: list[Assignment] = mistakes.read(lambda: size_assignments(size), [])
    given += [
        Assignment(key, value, flag) for key, (flag, value) in flags.items() if value is not None
    ]
    for text in overrides:
        with mistakes.noted():
            given.append(parse_override(text))
    with mistakes.noted():
        script, config = read_animation(file, given, preset="draft" if preview else None)
    mistakes.check()
    with mistakes.noted():
        animation = Animation(script, config, hear(script))
    mistakes.check()
    return animation.preview() if preview else animation


def _seeds(text: str | None) -> list[int]:
    from vqclip.config.job import parse_seeds

    return [] if text is None else parse_seeds(text)


def default_path(animation: Animation, file: Path, *, preview: bool) -> Path:
    """Return the path of a film that is named nowhere: after its file."""
    folder = user_path(animation.config.output.folder)
    return folder / f"{file.stem}{'-preview' if preview else ''}.{FORMAT}"


def with_seed(path: Path, animation: Animation, *, many: bool) -> Path:
    """Return a path with the seed in its name, where there are many films."""
    return path.with_stem(f"{path.stem}_s{animation.config.seed}") if many else path
