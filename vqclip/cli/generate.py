"""The command that draws a prompt: generate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vqclip.cli.console import app, say
from vqclip.cli.destinations import output_assignments, with_seeds_in_names
from vqclip.cli.display import Looks
from vqclip.cli.drawing import draw
from vqclip.cli.dryrun import show_jobs
from vqclip.cli.options import (
    Configs,
    Device,
    DryRun,
    FromFile,
    ImagePrompts,
    InitImage,
    ModelDir,
    NoisePrompts,
    Open,
    Output,
    Overwrite,
    Pictures,
    Preset,
    Preview,
    Quiet,
    SaveEvery,
    Seeds,
    Size,
    Steps,
    Styles,
    Verbose,
    Video,
    Words,
    prompt_tables,
    size_assignments,
    split_words,
)
from vqclip.cli.readiness import check_inputs
from vqclip.cli.seeding import choose_seeds, is_random, read_prompts
from vqclip.cli.viewing import open_files
from vqclip.errors import ConfigError, Mistakes, shown

if TYPE_CHECKING:
    from vqclip.config.job import Job
    from vqclip.config.prompt import Prompt
    from vqclip.config.schema import Config


@app.command()
def generate(
    words: Words = None,
    from_file: FromFile = None,
    style: Styles = None,
    preset: Preset = None,
    config: Configs = None,
    size: Size = None,
    steps: Steps = None,
    seeds: Seeds = None,
    pictures: Pictures = None,
    init_image: InitImage = None,
    image_prompt: ImagePrompts = None,
    noise_prompt: NoisePrompts = None,
    output: Output = None,
    video: Video = None,
    overwrite: Overwrite = False,
    save_every: SaveEvery = None,
    device: Device = None,
    model_dir: ModelDir = None,
    preview: Preview = False,
    show: Open = False,
    dry_run: DryRun = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Draw a picture of a prompt: vqclip generate "a red house | oil painting:0.5" steps=300."""
    from vqclip.config.layers import Assignment, load_config
    from vqclip.config.schema import Config

    mistakes = Mistakes()
    prompt, overrides = split_words(words or [])
    none: list[tuple[Prompt, ...]] = []
    listed = mistakes.read(lambda: prompts_of_file(from_file, prompt), none)
    prompts: list[object] = [] if prompt is None else [prompt]
    prompts += [own.to_plain() for own in listed[0]] if listed else []
    others = prompt_tables(image_prompt, "image") + prompt_tables(noise_prompt, "noise")
    flags = {
        "--steps": ("steps", steps),
        "--device": ("device", device),
        "--init-image": ("start.image", init_image),
        "--save-every": ("output.save_every", save_every),
        "--video": ("output.video.file", video),
        "--model-dir": ("model_dir", model_dir),
        "--overwrite": ("output.overwrite", True if overwrite else None),
    }
    given = [Assignment("prompts", [*prompts, *others], "prompt")] if prompts or others else []
    given += mistakes.read(lambda: [*size_assignments(size), *output_assignments(output)], [])
    given += [
        Assignment(key, value, flag) for flag, (key, value) in flags.items() if value is not None
    ]
    given += overrides
    resolved = mistakes.read(
        lambda: load_config(
            preset=preset, files=config or [], styles=style or [], assignments=given
        ),
        Config(),
    )
    chosen = mistakes.read(lambda: choose_seeds(seeds, pictures, first=resolved.seed), [0])
    mistakes.check()
    jobs = jobs_of(resolved, chosen, listed)
    if is_random(seeds):
        say(f"seed {chosen[0]}, drawn at random")
    if config and len(config) > 1:
        say(f"settings of {', then '.join(map(str, config))}")
    if dry_run:
        check_inputs(jobs)
        show_jobs(jobs, verbose=verbose)
        return
    paths = draw(jobs, Looks(quiet, preview))
    if show:
        open_files(paths)


def prompts_of_file(path: Path | None, prompt: str | None) -> list[tuple[Prompt, ...]]:
    """Return the prompts of each line of a file.

    Raises:
        ConfigError: the file cannot be read, a line is no prompt, or a prompt was typed as well.
    """
    from vqclip.config.nodes import read_lines

    if path is None:
        return []
    if prompt is not None:
        raise ConfigError(
            f"--from-file: the prompt {shown(prompt)} is given as well: put it into {path}, or "
            "leave it out"
        )
    return read_prompts(read_lines(path, "list of prompts"), str(path))


def jobs_of(
    config: Config, seeds: Sequence[int], listed: Sequence[tuple[Prompt, ...]]
) -> tuple[Job, ...]:
    """Return a job for each seed, or for each line of a file and each seed.

    Args:
        config: its prompts are those of the first line, and those that all pictures share.
        seeds: of each prompt.
        listed: prompts of each line of the file; none: there is no file.
    """
    from vqclip.config.job import expand

    shared = config.prompts[len(listed[0]) :] if listed else ()
    configs = [replace(config, prompts=(*own, *shared)) for own in listed] or [config]
    jobs = [job for settings in configs for job in expand(settings, seeds)]
    return with_seeds_in_names(jobs)
