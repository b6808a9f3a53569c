"""Drawing a film of the user's in another style, for animate --input."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vqclip.cli.console import say
from vqclip.cli.display import Looks
from vqclip.cli.drawing import load
from vqclip.cli.dryrun import clock
from vqclip.cli.filming import follow
from vqclip.cli.options import size_assignments, split_words
from vqclip.errors import Mistakes, VqclipError
from vqclip.files.paths import user_path
from vqclip.machine.interrupt import interruptible

if TYPE_CHECKING:
    from vqclip.animation.styled import StyledFilm, Styling
    from vqclip.config.schema import Config
    from vqclip.film.frame import FrameSource

FRAME_SETTINGS = {
    "steps": "10",
    "start.candidates": "1",
    "optimizer.warmup": "0",
    "latent.average": "0.5",
}
"""Settings of a frame, which starts near its end; the user's own come after them."""
SIDES = 8
"""What the sides of a film are multiples of, unless its size is given."""


@dataclass(frozen=True)
class StyleRequest:
    """What the command says about a film in another style.

    Attributes:
        source: the film or folder.
        words: prompt and settings.
        preset: name of a preset, or None.
        styles: names of styles.
        size: WIDTHxHEIGHT, or None.
        flags: keys of the configuration, each with its flag and its value.
        fps: frames per second of a folder, or None.
        styling: how.
        output: path of the film, or None.
        frames: folder that keeps the frames, or None.
        overwrite: whether a film may be replaced.
    """

    source: Path
    words: Sequence[str]
    preset: str | None
    styles: Sequence[str]
    size: str | None
    flags: dict[str, tuple[str, str | None]]
    fps: float | None
    styling: Styling
    output: Path | None
    frames: Path | None
    overwrite: bool


@dataclass(frozen=True)
class StyleJob:
    """A film to draw in another style, checked.

    Attributes:
        film: what to draw.
        source: its frames.
        path: where it goes.
        frames: folder that keeps the frames, or None.
        overwrite: whether a film may be replaced.
    """

    film: StyledFilm
    source: FrameSource
    path: Path
    frames: Path | None
    overwrite: bool

    def is_drawn(self) -> bool:
        """Return whether the film exists, drawn in the same way."""
        from vqclip.animation.filmrecipe import recipe_text_of
        from vqclip.files.jsontable import JsonTable

        try:
            text = recipe_text_of(self.path)
            return JsonTable.parse(text).table("styling").text("id") == self.film.id
        except (VqclipError, ValueError):
            return False

    def check(self, mistakes: Mistakes) -> None:
        """Note, before any model is loaded, what keeps the film from being written."""
        from vqclip.animation.reel import SUFFIX, check_folder
        from vqclip.film.formats import check_rate, check_writable, film_format
        from vqclip.machine.device import check_device
        from vqclip.outputs.names import check_folder as check_place
        from vqclip.outputs.rehearsal import check_space

        config, folder = self.film.job.config, self.frames or self.path.with_suffix(SUFFIX)
        with mistakes.noted():
            format = film_format(self.path)
            with mistakes.noted():
                check_writable(format)
            with mistakes.noted():
                check_rate(format, self.source.fps)
            if self.path.exists() and not self.overwrite and not self.is_drawn():
                mistakes.add(
                    f"{self.path} already exists, and is another film: give --overwrite or another "
                    "--output"
                )
        with mistakes.noted():
            check_folder(folder, self.film.id, replace=self.overwrite)
        with mistakes.noted():
            check_device(config.device)
        try:
            check_place(self.path.parent)
            check_space(folder, [config] * self.source.count)
        except VqclipError as error:
            mistakes.add(str(error))


def style_film(request: StyleRequest, *, quiet: bool, as_json: bool, dry_run: bool) -> None:
    """Draw a film in another style, or say what that would cost.

    Raises:
        ConfigError: with every mistake of the request.
        FilmError: the source cannot be read.
        typer.Exit: it was interrupted.
    """
    job = read(request)
    if dry_run:
        show_cost(job)
    elif job.is_drawn() and not job.overwrite:
        say(f"{job.path} is drawn already")
        print(job.path)
    else:
        draw(job, quiet=quiet, as_json=as_json)


def read(request: StyleRequest) -> StyleJob:
    """Check a request before any model is loaded.

    Raises:
        ConfigError: with every mistake.
        FilmError: the source cannot be read.
    """
    from vqclip.animation.flow import check_flow
    from vqclip.animation.styled import StyledFilm, hash_of
    from vqclip.config.job import Job
    from vqclip.config.schema import Config
    from vqclip.film.filmreader import open_frames

    mistakes = Mistakes()
    config = mistakes.read(lambda: settings_of(request), Config())
    if request.styling.flow:
        with mistakes.noted():
            check_flow()
    mistakes.check()
    source = open_frames(request.source, fps=request.fps)
    if not has_size(request):
        config = fitted(config, *source.size)
    path = request.output or default_path(request.source, config)
    film = StyledFilm(request.source, hash_of(request.source), Job.of(config), request.styling)
    job = StyleJob(film, source, path, request.frames, request.overwrite)
    job.check(mistakes)
    mistakes.check()
    return job


def settings_of(request: StyleRequest) -> Config:
    """Return the configuration of every frame.

    Raises:
        ConfigError: with every mistake.
    """
    from vqclip.config.job import Job
    from vqclip.config.layers import Assignment, load_config

    prompt, overrides = split_words(request.words)
    given = [Assignment(key, value, "animate --input") for key, value in FRAME_SETTINGS.items()]
    given += [] if prompt is None else [Assignment("prompts", [prompt], "prompt")]
    given += size_assignments(request.size)
    given += [
        Assignment(key, value, flag)
        for key, (flag, value) in request.flags.items()
        if value is not None
    ]
    config = load_config(
        preset=request.preset, styles=request.styles, assignments=[*given, *overrides]
    )
    Job.of(config)  # there is a prompt
    return config


def has_size(request: StyleRequest) -> bool:
    """Return whether the size of the film was given."""
    named = any(re.match(r"\s*(size|width|height)\s*=", word) for word in request.words)
    return request.size is not None or named


def fitted(config: Config, width: int, height: int) -> Config:
    """Return a configuration with the shape of a source, at about the same number of pixels."""
    scale = math.sqrt(config.width * config.height / (width * height))
    sides = [max(2, round(side * scale / SIDES)) * SIDES for side in (width, height)]
    return replace(config, width=sides[0], height=sides[1])


def default_path(source: Path, config: Config) -> Path:
    """Return the path of a film that is named nowhere: after its source."""
    return user_path(config.output.folder) / f"{source.stem}-styled.mp4"


def draw(job: StyleJob, *, quiet: bool, as_json: bool) -> None:
    """Draw a film, with a bar over its frames, and print its path.

    Raises:
        typer.Exit: it was interrupted.
    """
    from tqdm import tqdm

    from vqclip.animation.filmevents import FilmInterrupted
    from vqclip.animation.styling import StyledShooting
    from vqclip.runs.capacity import check_memory

    models = load(job.film.job.config, Looks(quiet or as_json))
    check_memory(models, job.film.job.config)
    shooting = StyledShooting(
        models, job.film, job.source, job.path, job.frames, overwrite=job.overwrite
    )
    bar = tqdm(total=job.source.count, disable=quiet or as_json, unit="frame")
    with bar, interruptible() as interrupted:
        last = follow(shooting.run(interrupted.is_set), bar, quiet=quiet, as_json=as_json)
    if isinstance(last, FilmInterrupted):
        say(
            f"interrupted after {last.done} of {last.frames} frames; run the same command again to "
            "continue"
        )
    elif not as_json:
        print(job.path)
    if interrupted.is_set():
        raise typer.Exit(interrupted.exit_code)


def show_cost(job: StyleJob) -> None:
    """Print what a film is, and what it costs."""
    from vqclip.animation.cost import FILM_BYTES
    from vqclip.runs.estimate import FILE_BYTES
    from vqclip.runs.pacelog import PaceLog

    config, source, styling = job.film.job.config, job.source, job.film.styling
    print(f"{job.film.id}  {job.path}")
    print(f"prompts: {' | '.join(map(str, job.film.job.prompts))}")
    print(
        f"frames: {source.count}, at {source.fps:g} a second: {source.seconds:g} seconds, "
        f"{config.width}x{config.height} pixels, {'with' if source.has_sound else 'without'} sound"
    )
    steps = styling.steps(job.film.job, 0), styling.steps(job.film.job, 1)
    print(f"steps: {steps[0]} for the first frame, {steps[1]} for each other")
    found = PaceLog.of_user().find(config, config.device)
    if found is None:
        print("time: not measured on this machine yet; a series --dry-run --measure does that")
    else:
        total = steps[0] + (source.count - 1) * steps[1]
        print(f"time: about {clock(total * found.pace.step / found.pace.pictures)}")
    pixels = config.width * config.height * source.count
    disk, film = pixels * (FILE_BYTES["png"] + FILM_BYTES) / 1e6, pixels * FILM_BYTES / 1e6
    print(f"disk: about {disk:.1f} MB while the film is drawn, {film:.1f} MB after that")
