"""Drawing pictures with a progress bar, for generate, replay and resume."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import typer

from vqclip.cli.console import say
from vqclip.errors import DivergedError
from vqclip.files.paths import user_path
from vqclip.interrupt import interruptible

if TYPE_CHECKING:
    from vqclip.config.job import Job
    from vqclip.config.schema import Config
    from vqclip.engine.generation import Generation
    from vqclip.models.load import Models
    from vqclip.outputs.writer import Writer


def draw(
    jobs: Sequence[Job], *, quiet: bool, prepare: Callable[[Models], None] | None = None
) -> None:
    """Draw jobs that share their settings, batch after batch.

    Args:
        jobs: one or more.
        quiet: whether to hide the progress bar.
        prepare: called with the models before the first batch is built.
    """
    from vqclip.config.job import BATCH, batches
    from vqclip.engine.build import build
    from vqclip.outputs.progressfilm import check_films, one_film_each
    from vqclip.outputs.rehearsal import check_space, rehearse
    from vqclip.outputs.writer import Writer
    from vqclip.runs.capacity import check_memory

    check_space(user_path(jobs[0].config.output.folder), [job.config for job in jobs])
    rehearse(jobs, [job.stem for job in jobs])
    jobs = one_film_each(jobs)
    folder = user_path(jobs[0].config.output.folder)
    check_films(jobs, [folder / f"{job.stem}.{job.config.output.format}" for job in jobs])
    models = load(jobs[0].config, quiet=quiet)
    if prepare is not None:
        prepare(models)
    notes: set[str] = set()
    count = check_memory(models, jobs[0].config, min(BATCH, len(jobs)))
    for index, batch in enumerate(batches(jobs, count)):
        try:
            with closing(Writer.for_jobs(batch)) as writer:
                finish(build(models, batch), writer, quiet=quiet, notes=notes)
        except typer.Exit:
            begun = index * count + len(batch)
            seeds = [job.seed for job in jobs[begun:]]
            if seeds:
                say(f"not started: seeds {', '.join(map(str, seeds))}; draw them with --seeds")
            raise


def load(config: Config, *, quiet: bool) -> Models:
    """Load the models a configuration names, on its device."""
    from tqdm.auto import tqdm

    from vqclip.device import resolve_device
    from vqclip.models.load import load_models

    device = resolve_device(config.device)
    return load_models(
        config.vqgan,
        config.perceptor_weights(),
        device=device,
        model_dir=config.model_dir,
        bars=None if quiet else tqdm,
    )


def finish(
    generation: Generation, writer: Writer, *, quiet: bool, notes: set[str] | None = None
) -> None:
    """Make the remaining steps of a batch, with a progress bar, and print the pictures' paths.

    Args:
        generation: the batch.
        writer: writes its files.
        quiet: whether to hide the progress bar.
        notes: texts of notes that were shown before; further ones are added.

    Raises:
        typer.Exit: it was interrupted; the pictures so far are saved.
        DivergedError: a loss diverged; the last good pictures are saved.
    """
    from tqdm import tqdm

    from vqclip.runs.drive import drive
    from vqclip.runs.events import Note, Step, without_repeats

    steps = generation.config.steps
    bar = tqdm(total=steps, initial=generation.step, disable=quiet, unit="step")
    try:
        with bar, interruptible() as interrupted:
            events = drive(generation, writer, interrupted.is_set)
            for event in without_repeats(events, set() if notes is None else notes):
                if isinstance(event, Note):
                    bar.clear()
                    say(f"note: {event.text}")
                elif isinstance(event, Step):
                    bar.set_postfix_str(describe(event.losses[0]), refresh=False)
                    bar.update()
    except DivergedError:
        say(f"saved {', '.join(map(str, writer.paths))}")
        raise
    if generation.step < steps:
        saved = ", ".join(map(str, writer.paths))
        say(f"interrupted at step {generation.step}; saved {saved}")
        say(f"continue with: vqclip resume {writer.checkpoint_path}")
        raise typer.Exit(interrupted.exit_code)
    for path in writer.paths:
        print(path)
    if interrupted.is_set():
        raise typer.Exit(interrupted.exit_code)


def describe(losses: Mapping[str, float]) -> str:
    """Return the losses of one image in a line."""
    return ", ".join(f"{name} {value:.3f}" for name, value in losses.items())
