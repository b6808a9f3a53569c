"""The command that draws a prompt: generate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vqclip.cli.console import app
from vqclip.cli.drawing import draw
from vqclip.cli.options import (
    Device,
    DryRun,
    File,
    ImagePrompts,
    InitImage,
    ModelDir,
    NoisePrompts,
    Output,
    Overwrite,
    Preset,
    Quiet,
    SaveEvery,
    Seeds,
    Size,
    Steps,
    Styles,
    Video,
    Words,
    prompt_tables,
    size_assignments,
    split_words,
)

if TYPE_CHECKING:
    from vqclip.config.job import Job
    from vqclip.config.schema import Config


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
    video: Video = None,
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
        "--video": ("output.video.file", video),
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
        show_jobs(resolved, jobs)
    else:
        draw(jobs, quiet=quiet)


def show_jobs(config: Config, jobs: Sequence[Job]) -> None:
    """Print the configuration, and the pictures that would be drawn."""
    from vqclip.config.document import to_yaml

    print(to_yaml(config, comments=False), end="")
    for job in jobs:
        print(f"# {Path(config.output.folder) / job.stem}.{config.output.format}")
