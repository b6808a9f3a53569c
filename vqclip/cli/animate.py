"""The command that draws moving pictures: animate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from vqclip.cli.console import app
from vqclip.cli.options import (
    OVERRIDE,
    Device,
    DryRun,
    Measure,
    ModelDir,
    Overwrite,
    Preset,
    Quiet,
    Seeds,
    Size,
    Styles,
    size_assignments,
)
from vqclip.cli.pathtype import PATH
from vqclip.errors import ConfigError, Mistakes
from vqclip.files.paths import user_path

if TYPE_CHECKING:
    from vqclip.animation.animation import Animation

FORMAT = "mp4"

AnimationWords = Annotated[
    Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Argument(
        metavar="FILE.yaml|PROMPT [KEY=VALUE]...",
        help="The animation, or what --input becomes, and any setting.",
    ),
]
Source = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--input", parser=PATH, help="Film or folder of pictures to draw anew."),
]
Blend = Annotated[
    float,
    typer.Option(min=0, max=0.95, help="With --input: share of the last frame in the next one."),
]
Flow = Annotated[
    bool, typer.Option("--flow/--no-flow", help="With --input: the last frame moves along.")
]
Keep = Annotated[
    float, typer.Option(min=0, max=1000, help="With --input: pull of frames towards the film.")
]
FolderRate = Annotated[
    Optional[float],  # noqa: UP045
    typer.Option(min=0.1, max=240, help="With --input FOLDER: frames per second; 12."),
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
    words: AnimationWords = None,
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
    source: Source = None,
    preset: Preset = None,
    style: Styles = None,
    blend: Blend = 0.6,
    flow: Flow = True,
    keep: Keep = 1.0,
    fps: FolderRate = None,
) -> None:
    """Draw a film from one YAML file, or --input FILM in another style; run again to continue."""
    flags = {"device": ("--device", device), "model_dir": ("--model-dir", model_dir)}
    if source is not None:
        from vqclip.animation.styled import Styling
        from vqclip.cli.styledfilms import StyleRequest, style_film

        refuse({"--preview": preview, "--measure": measure}, "cannot be used with --input")
        flags["seed"] = ("--seed", seeds)
        how = Styling(blend, flow, keep)
        places = (fps, how, output, frames, overwrite)
        request = StyleRequest(source, words or [], preset, style or [], size, flags, *places)
        style_film(request, quiet=quiet, as_json=json, dry_run=dry_run)
        return
    refuse({"--preset": preset, "--style": style, "--fps": fps}, "needs --input")
    file, overrides = file_of(words or [])
    from vqclip.cli.filming import FilmJob, draw_films, show_cost

    mistakes = Mistakes()
    if measure and not dry_run:
        mistakes.add("--measure: needs --dry-run")
    numbers: list[int] = mistakes.read(lambda: _seeds(seeds), [])
    animation = read(file, overrides, size, flags, mistakes, preview=preview)
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


def refuse(flags: Mapping[str, object], reason: str) -> None:
    """Refuse the flags that were given.

    Raises:
        ConfigError: with every one.
    """
    mistakes = Mistakes()
    mistakes.add(*(f"{flag}: {reason}" for flag, value in flags.items() if value))
    mistakes.check()


def file_of(words: Sequence[str]) -> tuple[Path, list[str]]:
    """Separate the file from the settings among the words of the command.

    Raises:
        ConfigError: there is none.
    """
    files = [word for word in words if not OVERRIDE.match(word)]
    if not files:
        raise ConfigError("name the FILE.yaml of an animation, or a film by --input")
    return user_path(files[0]), [word for word in words if word != files[0]]


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
