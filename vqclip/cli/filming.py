"""Drawing films, with a bar over their frames, and saying what they would cost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from vqclip.cli.console import say
from vqclip.cli.display import Looks
from vqclip.cli.drawing import load
from vqclip.cli.dryrun import clock
from vqclip.errors import Mistakes, VqclipError
from vqclip.machine.interrupt import interruptible

if TYPE_CHECKING:
    from tqdm import tqdm

    from vqclip.animation.animation import Animation
    from vqclip.animation.filmevents import FilmDone
    from vqclip.models.load import Models
    from vqclip.runs.events import Event
    from vqclip.runs.pacelog import PaceLog


@dataclass(frozen=True)
class FilmJob:
    """A film to draw, and where it goes.

    Attributes:
        animation: what to draw.
        path: of the film.
        frames: folder that keeps the frames; None: none does.
    """

    animation: Animation
    path: Path
    frames: Path | None

    def check(self, mistakes: Mistakes, *, overwrite: bool) -> None:
        """Note, before any model is loaded, what keeps the film from being drawn and written."""
        from vqclip.animation.reel import SUFFIX, check_folder
        from vqclip.film.formats import check_rate, check_writable, film_format
        from vqclip.machine.device import check_device
        from vqclip.outputs.names import check_folder as check_place
        from vqclip.outputs.rehearsal import check_space

        config, folder = self.animation.config, self.frames or self.path.with_suffix(SUFFIX)
        with mistakes.noted():
            format = film_format(self.path)
            with mistakes.noted():
                check_writable(format)
            with mistakes.noted():
                check_rate(format, self.animation.fps)
            if self.path.exists() and not overwrite and not self.is_drawn():
                mistakes.add(
                    f"{self.path} already exists, and is another film: give --overwrite or another "
                    "--output"
                )
        with mistakes.noted():
            check_folder(folder, self.animation.id, replace=overwrite)
        with mistakes.noted():
            check_device(config.device)
        try:
            check_place(self.path.parent)
            check_space(folder, [config] * len(self.animation.numbers))
        except VqclipError as error:
            mistakes.add(str(error))

    def is_drawn(self) -> bool:
        """Return whether the film exists, from the same animation."""
        from vqclip.animation.filmrecipe import read_film_recipe

        try:
            return read_film_recipe(self.path).animation.to_dict() == self.animation.to_dict()
        except VqclipError:
            return False


def draw_films(
    films: Sequence[FilmJob],
    *,
    overwrite: bool = False,
    quiet: bool,
    as_json: bool = False,
    prepare: Callable[[Models], None] | None = None,
) -> None:
    """Draw films one after the other, each from its last whole frame on.

    Args:
        films: with the same settings but for their seeds.
        overwrite: whether films, and frames of other ones, may be replaced.
        quiet: whether to hide the progress bar.
        as_json: whether to print every event as a JSON line, instead of the bar.
        prepare: called with the models before the first film is drawn.

    Raises:
        typer.Exit: it was interrupted.
    """
    from vqclip.runs.capacity import check_memory

    left = [film for film in films if overwrite or not film.is_drawn()]
    for film in films:
        if film not in left:
            say(f"{film.path} is drawn already")
            print(film.path)
    if not left:
        return
    models = load(left[0].animation.config, Looks(quiet or as_json))
    if prepare is not None:
        prepare(models)
    check_memory(models, left[0].animation.config)
    for index, film in enumerate(left):
        try:
            draw_film(models, film, overwrite=overwrite, quiet=quiet, as_json=as_json)
        except typer.Exit:
            later = [str(other.path) for other in left[index + 1 :]]
            if later:
                say(f"not started: {', '.join(later)}")
            raise


def draw_film(
    models: Models, film: FilmJob, *, overwrite: bool, quiet: bool, as_json: bool
) -> None:
    """Draw a film, with a bar over its frames, and print its path.

    Raises:
        typer.Exit: it was interrupted.
    """
    from tqdm import tqdm

    from vqclip.animation.shooting import Shooting

    shooting = Shooting(models, film.animation, film.path, film.frames, overwrite=overwrite)
    total = len(film.animation.numbers)
    bar = tqdm(total=total, disable=quiet or as_json, unit="frame")
    with bar, interruptible() as interrupted:
        last = follow(shooting.run(interrupted.is_set), bar, quiet=quiet, as_json=as_json)
    _conclude(last, film, as_json=as_json)
    if interrupted.is_set():
        raise typer.Exit(interrupted.exit_code)


def follow(
    events: Iterator[Event], bar: tqdm[NoReturn], *, quiet: bool, as_json: bool
) -> Event | None:
    """Show the events of a film as they happen; return the last."""
    last = None
    for last in events:
        if as_json:
            line = {"event": last.kind, "jobs": list(last.jobs), **last.facts()}
            print(json.dumps(line), flush=True)
        else:
            show(last, bar, quiet=quiet)
    return last


def show(event: Event, bar: tqdm[NoReturn], *, quiet: bool) -> None:
    """Show one event on the bar, or above it."""
    from vqclip.animation.filmevents import FilmDone, FilmStarted, FrameDone
    from vqclip.runs.events import Note, Step

    if isinstance(event, Note):
        bar.clear()
        say(f"note: {event.text}")
    elif isinstance(event, FilmStarted):
        bar.n = event.done
        bar.refresh()
        if event.done and not quiet:
            say(f"continues after {event.done} of {event.frames} frames")
    elif isinstance(event, Step):
        bar.set_postfix_str(f"step {event.step}/{event.steps}", refresh=event.steps > 10)
    elif isinstance(event, FrameDone):
        flicker = "" if event.flicker is None else f", flicker {event.flicker:.1f}"
        bar.set_postfix_str(f"loss {event.loss:.3f}{flicker}", refresh=False)
        bar.update()
    elif isinstance(event, FilmDone) and not quiet:
        bar.clear()
        say(summary(event))


def summary(film: FilmDone) -> str:
    """Say in a line what a film has become."""
    text = f"{film.frames} frames, {film.seconds:g} seconds"
    if film.flicker is not None:
        text += f"; flicker {film.flicker:.2f} of 255"
    if film.closure is not None:
        text += f", from the last frame to the first {film.closure:.2f}"
    return f"{text}; drawn in {clock(film.took)}"


def _conclude(last: Event | None, film: FilmJob, *, as_json: bool) -> None:
    """Print the path of a film, or say how it goes on."""
    from vqclip.animation.filmevents import FilmInterrupted

    if isinstance(last, FilmInterrupted):
        say(
            f"interrupted after {last.done} of {last.frames} frames; run the same command again to "
            "continue"
        )
    elif not as_json:
        print(film.path)


def show_cost(films: Sequence[FilmJob], *, measure: bool) -> None:
    """Print what films are, and what they cost.

    Args:
        films: with the same settings but for their seeds.
        measure: whether to draw a few steps first.
    """
    from vqclip.animation.cost import cost_of
    from vqclip.runs.pacelog import PaceLog

    paces, first = PaceLog.of_user(), films[0].animation
    if measure:
        _measure(first, paces)
    script, config = first.script, first.config
    for film in films:
        print(f"{film.animation.id}  {film.path}")
    for index, job in enumerate(first.jobs):
        seconds = script.durations()[index] if script.scenes else script.length
        print(f"scene {index + 1}: {seconds:g} seconds: {' | '.join(map(str, job.prompts))}")
    drawn = len(first.numbers)
    tail = f", and {drawn - first.shown} for the loop" if drawn > first.shown else ""
    print(
        f"frames: {first.shown}{tail}, at {first.fps:g} a second: {first.shown / first.fps:g} "
        f"seconds, {config.width}x{config.height} pixels"
    )
    print(f"steps: {config.steps} for the first frame, {script.steps} for each other")
    cost = cost_of(first, paces, config.device)
    count = len(films)
    if cost.seconds is None:
        print("time and memory: not measured on this machine yet; --dry-run --measure does that")
    else:
        memory = "" if cost.memory is None else f"\nmemory: about {cost.memory / 1e9:.1f} GB"
        print(f"time: about {clock(cost.seconds * count)} on {cost.device}{memory}")
    print(
        f"disk: about {cost.disk / 1e6:.1f} MB while a film is drawn, {count * cost.film / 1e6:.1f}"
        " MB after that"
    )


def _measure(animation: Animation, paces: PaceLog) -> None:
    """Draw a few steps, and remember their pace."""
    from vqclip.runs.capacity import picture_bytes
    from vqclip.runs.probe import measure

    models = load(animation.config, Looks(True))
    pace = measure(models, [animation.jobs[0]])
    size = picture_bytes(models, animation.config)
    paces.remember(animation.config, str(models.generator.device), pace, size)
