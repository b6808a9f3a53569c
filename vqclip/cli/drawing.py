"""Drawing pictures with a progress bar, for generate, replay and resume."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vqclip.cli.console import say
from vqclip.cli.display import Looks, StepBar, facts_of, phase
from vqclip.errors import DivergedError
from vqclip.files.paths import user_path
from vqclip.machine.interrupt import interruptible

if TYPE_CHECKING:
    from PIL.Image import Image

    from vqclip.config.job import Job
    from vqclip.config.schema import Config
    from vqclip.engine.generation import Generation
    from vqclip.models.load import Models
    from vqclip.outputs.writer import Writer
    from vqclip.runs.pace import Stopwatch


def draw(
    jobs: Sequence[Job], looks: Looks, *, prepare: Callable[[Models], None] | None = None
) -> list[Path]:
    """Draw jobs that share their settings, batch after batch; return the paths of the pictures.

    Args:
        jobs: one or more.
        looks: what the user wants to see.
        prepare: called with the models before the first batch is built.
    """
    phase("loading the program", looks)
    from vqclip.config.job import BATCH, batches
    from vqclip.engine.build import build
    from vqclip.engine.inputs import check_inputs
    from vqclip.outputs.placement import placed
    from vqclip.outputs.progressfilm import check_films, one_film_each
    from vqclip.outputs.rehearsal import check_space, rehearse
    from vqclip.outputs.writer import Writer
    from vqclip.runs.capacity import check_memory, picture_bytes
    from vqclip.runs.pace import Stopwatch

    jobs = placed(jobs)
    check_inputs(jobs)
    config = jobs[0].config
    check_space(user_path(config.output.folder), [job.config for job in jobs])
    rehearse(jobs, [job.stem for job in jobs])
    jobs = one_film_each(jobs)
    folder = user_path(config.output.folder)
    check_films(jobs, [folder / job.file_name for job in jobs])
    models = load(config, looks)
    if prepare is not None:
        prepare(models)
    notes: set[str] = set()
    paths: list[Path] = []
    count = check_memory(models, config, min(BATCH, len(jobs)))
    memory = picture_bytes(models, config)
    tried = config.start.candidate_steps if config.start.candidates > 1 else 0
    for index, batch in enumerate(batches(jobs, count)):
        phase("starting", looks)
        watch = Stopwatch(tried)
        try:
            with closing(Writer.for_jobs(batch)) as writer:
                generation = build(models, batch)
                paths += finish(generation, writer, looks, notes=notes, watch=watch)
                remember(watch, generation, memory)
        except typer.Exit:
            begun = index * count + len(batch)
            seeds = [job.seed for job in jobs[begun:]]
            if seeds:
                say(f"not started: seeds {', '.join(map(str, seeds))}; draw them with --seeds")
            raise
    return paths


def load(config: Config, looks: Looks) -> Models:
    """Load the models a configuration names, on its device."""
    phase("loading the models", looks)
    from tqdm.auto import tqdm

    from vqclip.machine.device import resolve_device
    from vqclip.models.load import load_models
    from vqclip.runs.capacity import check_beforehand

    device = resolve_device(config.device)
    check_beforehand(config, device)
    return load_models(
        config.vqgan,
        config.perceptor_weights(),
        device=device,
        model_dir=config.model_dir,
        bars=None if looks.quiet else tqdm,
    )


def remember(watch: Stopwatch, generation: Generation, memory: int) -> None:
    """Keep the pace of a batch, from which --dry-run tells what the next one takes."""
    from vqclip.runs.pacelog import PaceLog

    pace = watch.pace(len(generation.jobs))
    if pace is not None:
        PaceLog.of_user().remember(generation.config, str(generation.device), pace, memory)


def finish(
    generation: Generation,
    writer: Writer,
    looks: Looks,
    *,
    notes: set[str] | None = None,
    watch: Stopwatch | None = None,
) -> tuple[Path, ...]:
    """Make the remaining steps of a batch, with a progress bar, and print the pictures' paths.

    Args:
        generation: the batch.
        writer: writes its files.
        looks: what the user wants to see.
        notes: texts of notes that were shown before; further ones are added.
        watch: times the steps; None: nobody does.

    Raises:
        typer.Exit: it was interrupted; the pictures so far are saved.
        DivergedError: a loss diverged; the last good pictures are saved.
    """
    steps, notes = generation.config.steps, set() if notes is None else notes
    try:
        with interruptible() as interrupted:
            follow(generation, writer, looks, interrupted.is_set, notes, watch)
    except DivergedError:
        say(f"saved {', '.join(map(str, writer.paths))}")
        raise
    if generation.step < steps:
        saved = ", ".join(map(str, writer.paths))
        say(f"interrupted at step {generation.step}; saved {saved}")
        say(f"continue with: vqclip resume {writer.checkpoint_path}")
        raise typer.Exit(interrupted.exit_code)
    show_results(writer.paths, looks)
    if interrupted.is_set():
        raise typer.Exit(interrupted.exit_code)
    return writer.paths


def follow(
    generation: Generation,
    writer: Writer,
    looks: Looks,
    stop: Callable[[], bool],
    notes: set[str],
    watch: Stopwatch | None,
) -> None:
    """Make the remaining steps of a batch and show what happens."""
    from vqclip.files.images import to_pil
    from vqclip.runs.drive import drive
    from vqclip.runs.events import Note, Started, Step, without_repeats

    def picture() -> Image:
        return to_pil(generation.images()[0])

    steps, prompts = generation.config.steps, generation.jobs[0].prompts
    with StepBar(looks, total=steps, done=generation.step, picture=picture) as bar:
        for event in without_repeats(drive(generation, writer, stop), notes):
            if isinstance(event, Note):
                say(f"note: {event.text}")
            elif isinstance(event, Started) and watch is not None:
                watch.started()
            elif isinstance(event, Step):
                if watch is not None:
                    watch.stepped(event.step)
                bar.step(event.step, facts_of(event.losses[0], prompts))


def show_results(paths: Sequence[Path], looks: Looks) -> None:
    """Print the paths of finished pictures, and the pictures themselves where they can be seen."""
    from vqclip.cli.viewing import show_files, shows_pictures

    if looks.preview or (not looks.quiet and shows_pictures()):
        show_files(paths)
    for path in paths:
        print(path, flush=True)
