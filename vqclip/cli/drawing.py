"""Commands that draw: generate, replay, resume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vqclip.cli.console import INTERRUPTED, app, say
from vqclip.cli.options import (
    Device,
    DryRun,
    File,
    ImagePrompts,
    InitImage,
    ModelDir,
    NoisePrompts,
    Output,
    Overrides,
    Overwrite,
    Preset,
    Quiet,
    SaveEvery,
    Seeds,
    Size,
    Steps,
    Styles,
    Words,
    prompt_tables,
    size_assignments,
    split_words,
)
from vqclip.errors import ConfigError, DivergedError
from vqclip.interrupt import interruptible

if TYPE_CHECKING:
    from vqclip.config.job import Job
    from vqclip.config.schema import Config
    from vqclip.models.load import Models
    from vqclip.outputs.writer import Writer


@app.command()
def generate(
    words: Words = None,
    preset: Preset = None,
    config: File = None,
    style: Styles = None,
    size: Size = None,
    steps: Steps = None,
    seeds: Seeds = None,
    output: Output = None,
    device: Device = None,
    init_image: InitImage = None,
    image_prompt: ImagePrompts = None,
    noise_prompt: NoisePrompts = None,
    save_every: SaveEvery = None,
    model_dir: ModelDir = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Draw a picture of a prompt: vqclip generate "a red house | oil painting:0.5" steps=300."""
    from vqclip.config.job import expand, parse_seeds
    from vqclip.config.layers import Assignment, load_config

    prompt, overrides = split_words(words or [])
    prompts: list[object] = [] if prompt is None else [prompt]
    prompts += prompt_tables(image_prompt, "image") + prompt_tables(noise_prompt, "noise")
    flags = {
        "--steps": ("steps", steps),
        "--output": ("output.folder", output),
        "--device": ("device", device),
        "--init-image": ("start.image", init_image),
        "--save-every": ("output.save_every", save_every),
        "--model-dir": ("model_dir", model_dir),
        "--overwrite": ("output.overwrite", True if overwrite else None),
    }
    given = [Assignment("prompts", prompts, "prompt")] if prompts else []
    given += size_assignments(size)
    given += [
        Assignment(key, value, flag) for flag, (key, value) in flags.items() if value is not None
    ]
    resolved = load_config(
        preset=preset, file=config, styles=style or [], assignments=[*given, *overrides]
    )
    jobs = expand(resolved, [] if seeds is None else parse_seeds(seeds))
    if dry_run:
        show_plan(resolved, jobs)
    else:
        draw(jobs, quiet=quiet)


@app.command()
def replay(
    image: Annotated[Path, typer.Argument(help="A picture made by vqclip.")],
    overrides: Overrides = None,
    output: Output = None,
    quiet: Quiet = False,
    model_dir: ModelDir = None,
) -> None:
    """Make a picture again from the recipe inside it, perhaps with changes."""
    from vqclip.config.job import expand
    from vqclip.config.layers import Assignment, merge, parse_override
    from vqclip.outputs import recipe as recipes

    found = recipes.read(image)
    changes = [parse_override(text) for text in overrides or []]
    if output is not None:
        changes.append(Assignment("output.folder", output, "--output"))
    if model_dir is not None:
        changes.append(Assignment("model_dir", model_dir, "--model-dir"))
    jobs = expand(merge([*recipes.assignments_of(found.config, str(image)), *changes]), [])
    draw(jobs, quiet=quiet, hashes=dict(found.models))


@app.command()
def resume(
    checkpoint: Annotated[Path, typer.Argument(help="A .checkpoint file, or its folder.")],
    quiet: Quiet = False,
    model_dir: ModelDir = None,
) -> None:
    """Continue an interrupted run exactly where its checkpoint left it."""
    from vqclip.outputs import writer as outputs
    from vqclip.outputs.recipe import Recipe

    paths = sorted(checkpoint.glob("*.checkpoint")) if checkpoint.is_dir() else [checkpoint]
    if not paths:
        raise ConfigError(f"there is no checkpoint in {checkpoint}")
    for path in paths:
        content = outputs.read_checkpoint(path)
        recipes = [Recipe.from_json(text, str(path)) for text in content["recipes"]]
        jobs = outputs.jobs_of(recipes, content["output"], folder=path.parent)
        config = replace(jobs[0].config, model_dir=model_dir)
        models = load(config, dict(recipes[0].models), quiet=quiet)
        writer = outputs.Writer.for_checkpoint(models, jobs, content, folder=path.parent)
        run(writer, quiet=quiet)


def show_plan(config: Config, jobs: Sequence[Job]) -> None:
    """Print what would be drawn."""
    from vqclip.config.document import to_yaml

    print(to_yaml(config, comments=False), end="")
    for job in jobs:
        print(f"# {Path(config.output.folder) / job.stem}.{config.output.format}")


def draw(jobs: Sequence[Job], *, quiet: bool, hashes: dict[str, str] | None = None) -> None:
    """Draw jobs that share their settings, batch after batch."""
    from vqclip.config.job import BATCH, batches
    from vqclip.engine.build import build
    from vqclip.outputs.writer import Writer

    models = load(jobs[0].config, hashes or {}, quiet=quiet)
    for index, batch in enumerate(batches(jobs)):
        generation = build(models, batch)
        for warning in generation.warnings if index == 0 else []:
            say(f"note: {warning}")
        try:
            run(Writer.for_batch(generation), quiet=quiet)
        except typer.Exit:
            begun = index * BATCH + len(batch)
            seeds = [job.seed for job in jobs[begun:]]
            if seeds:
                say(f"not begun: seeds {', '.join(map(str, seeds))}; draw them with --seeds")
            raise


def load(config: Config, hashes: dict[str, str], *, quiet: bool) -> Models:
    """Load the models a configuration names; say so if they are not those of a recipe."""
    from tqdm.auto import tqdm

    from vqclip.device import resolve_device
    from vqclip.engine.starts.picturebank import all_hashes
    from vqclip.models.load import load_models

    device = resolve_device(config.device)
    models = load_models(
        config.vqgan,
        config.perceptor_weights(),
        device=device,
        model_dir=config.model_dir,
        bars=None if quiet else tqdm,
    )
    changed = [name for name, own in all_hashes(models).items() if hashes.get(name, own) != own]
    if changed:
        say(f"note: the weights have changed since ({', '.join(changed)}); expect another picture")
    return models


def run(writer: Writer, *, quiet: bool) -> None:
    """Run a batch to its end with a progress bar; whatever happens, keep the picture so far."""
    from tqdm import tqdm

    generation = writer.generation
    bar = tqdm(total=generation.config.steps, initial=generation.step, disable=quiet, unit="step")
    try:
        with bar, interruptible() as interrupted:
            for iterate in generation:
                bar.set_postfix_str(describe(iterate.losses[0].named()), refresh=False)
                bar.update()
                writer.after(iterate)
                if interrupted.is_set():
                    break
            stopped = interrupted.is_set()
    except DivergedError:
        writer.save()
        say(f"saved {', '.join(map(str, writer.paths))}")
        raise
    if generation.step < generation.config.steps:
        writer.save_interrupted()
        say(f"interrupted at step {generation.step}; saved {', '.join(map(str, writer.paths))}")
        say(f"continue with: vqclip resume {writer.checkpoint_path}")
        raise typer.Exit(INTERRUPTED)
    writer.save()
    for path in writer.paths:
        print(path)
    if stopped:
        raise typer.Exit(INTERRUPTED)


def describe(losses: dict[str, float]) -> str:
    """The losses of one image, for the progress bar."""
    return ", ".join(f"{name} {value:.3f}" for name, value in losses.items())
