"""The command that draws many pictures: series."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from vqclip.cli.console import FAILED, app, say
from vqclip.cli.dryrun import check_devices, show_plan
from vqclip.cli.options import (
    AtOnce,
    Device,
    DryRun,
    Measure,
    ModelDir,
    Output,
    Overrides,
    Quiet,
    Seeds,
    Video,
)
from vqclip.cli.pathtype import PATH
from vqclip.cli.sheets import write_views
from vqclip.errors import Mistakes, shown
from vqclip.files.paths import user_path
from vqclip.machine.interrupt import Interruption, interruptible

if TYPE_CHECKING:
    from vqclip.runs.folder import RunFolder
    from vqclip.runs.work import WorkOptions
    from vqclip.series.plan import Plan

SHOWN = 40
"""Number of failures that are listed at the end."""

SeriesFile = Annotated[Path, typer.Argument(parser=PATH, metavar="FILE.yaml", help="The series.")]
Json = Annotated[bool, typer.Option("--json", help="Print progress as JSON lines.")]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Try failed pictures again.")]
CheckpointEvery = Annotated[
    Optional[int],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Option(min=1, help="Steps between checkpoints; 25 unless the file says otherwise."),
]
Workers = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(min=1, max=256, help="Processes that draw: one for each GPU, or N on the CPU."),
]
Engine = Annotated[str, typer.Option(help="Where to draw: local, or ray for a Ray cluster.")]
Address = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="Address of the Ray cluster; auto finds one on this machine."),
]


@app.command("series")
def draw_series(
    file: SeriesFile,
    overrides: Overrides = None,
    seeds: Seeds = None,
    output: Output = None,
    video: Video = None,
    device: Device = None,
    model_dir: ModelDir = None,
    checkpoint_every: CheckpointEvery = None,
    at_once: AtOnce = None,
    retry_failed: RetryFailed = False,
    workers: Workers = None,
    engine: Engine = "local",
    address: Address = None,
    quiet: Quiet = False,
    json: Json = False,
    dry_run: DryRun = False,
    measure: Measure = False,
) -> None:
    """Draw hundreds of pictures from one YAML file; the same command continues."""
    from vqclip.config.destination import for_many
    from vqclip.runs.work import WorkOptions
    from vqclip.series.plan import check_inputs

    mistakes = Mistakes()
    if measure and not dry_run:
        mistakes.add("--measure: needs --dry-run")
    local_options = {
        "--workers": workers,
        "--device": device,
        "--checkpoint-every": checkpoint_every,
        "--at-once": at_once,
    }
    check_engine(engine, address, local_options, mistakes)
    mistakes.check()
    options = WorkOptions(
        engine=engine,
        address=address or "auto",
        workers=workers or 1,
        device=device or "auto",
        checkpoint_every=checkpoint_every,
        at_once=at_once,
    )
    films = None if video is None else for_many(video)
    flags = {"model_dir": ("--model-dir", model_dir), "output.video.file": ("--video", films)}
    plan = read_plan(file, overrides, seeds, output, flags)
    if engine == "local":
        check_devices(plan, options.device)
    if dry_run:
        if engine == "local":
            check_inputs(plan.jobs)
        show_plan(plan, options, measure=measure)
    else:
        draw_plan(plan, options, retry_failed=retry_failed, quiet=quiet, as_json=json)


def read_plan(
    file: Path,
    overrides: list[str] | None,
    seeds: str | None,
    output: str | None,
    flags: Mapping[str, tuple[str, str | None]],
) -> Plan:
    """Read a series file and expand it into a plan."""
    from vqclip.config.job import parse_seeds
    from vqclip.config.layers import Assignment, parse_override
    from vqclip.series.plan import make_plan

    given = [
        Assignment(key, value, flag) for key, (flag, value) in flags.items() if value is not None
    ]
    return make_plan(
        file,
        seeds=[] if seeds is None else parse_seeds(seeds),
        overrides=[*given, *(parse_override(text) for text in overrides or [])],
        folder=None if output is None else user_path(output),
    )


def check_engine(
    engine: str, address: str | None, local: Mapping[str, object], mistakes: Mistakes
) -> None:
    """Note options that exclude each other.

    Args:
        engine: where to draw.
        address: address of the cluster.
        local: options that a cluster does not take, with their values.
        mistakes: collects them.
    """
    from vqclip.runs.work import ENGINES

    if engine not in ENGINES:
        mistakes.add(f"--engine: {shown(engine)} is unknown: allowed are {', '.join(ENGINES)}")
    if address is not None and engine != "ray":
        mistakes.add("--address: needs --engine ray")
    for option, value in local.items():
        if engine == "ray" and value is not None:
            mistakes.add(f"{option}: cannot be used with --engine ray, where the cluster decides")


def draw_plan(
    plan: Plan, options: WorkOptions, *, retry_failed: bool, quiet: bool, as_json: bool
) -> None:
    """Draw what is left of a series, show its progress, and exit with its code."""
    from vqclip.runs.folder import RunFolder
    from vqclip.series.plan import check_inputs

    check_files(plan)
    run = RunFolder.open(plan, retry_failed=retry_failed)
    if options.engine == "local":  # a cluster may have other files
        check_inputs(run.pending())
    interruption = carry_out(run, options, quiet=quiet, as_json=as_json)
    conclude(run, interruption, quiet=quiet or as_json)


def check_files(plan: Plan) -> None:
    """Make sure, before anything is drawn, that the pictures of a plan can be written.

    Raises:
        ConfigError: the recipe of a picture does not fit into it.
        OutputError: the folder cannot be written to.
    """
    from vqclip.outputs.progressfilm import check_films
    from vqclip.outputs.rehearsal import check_space, rehearse

    # The folder may hold most of the pictures already.
    check_space(plan.folder, [plan.jobs[0].config])
    jobs = [job.job for job in plan.jobs]
    rehearse(jobs, [job.name for job in plan.jobs])
    pictures = [plan.folder / f"{job.name}.{job.config.output.format}" for job in plan.jobs]
    check_films(jobs, pictures)


def carry_out(
    run: RunFolder, options: WorkOptions, *, quiet: bool, as_json: bool = False
) -> Interruption:
    """Draw what is left of a run and show its progress; the event says if it was interrupted."""
    from tqdm.auto import tqdm

    from vqclip.cli.progress import Progress
    from vqclip.runs import engines

    bars = None if quiet or as_json else tqdm
    with (
        interruptible() as interruption,
        Progress(run, quiet=quiet, as_json=as_json) as progress,
    ):
        for event in engines.carry_out(run, options, interruption.is_set, bars=bars):
            progress.show(event)
    return interruption


def conclude(run: RunFolder, interruption: Interruption, *, quiet: bool) -> None:
    """Select the best pictures, list failures, write the views, and exit with the fitting code."""
    from vqclip.runs.manifest import DONE
    from vqclip.runs.selection import select_best

    select_best(run)
    entries = run.manifest.read()
    done = sum(job.id in entries and entries[job.id].state == DONE for job in run.plan.jobs)
    failed = show_failed(run)
    total = len(run.plan.jobs)
    if not quiet:
        say(f"{done} of {total} pictures are in {run.folder}")
    if interruption.is_set() and done + len(failed) < total:
        say("interrupted; run the same command again to continue")
        raise typer.Exit(interruption.exit_code)
    run.tidy()
    paths = write_views(run.folder, columns=[]) if done else []
    for path in [] if quiet else paths:
        print(path)
    if failed:
        raise typer.Exit(FAILED)


def show_failed(run: RunFolder) -> dict[str, str]:
    """Print a table of the pictures that failed, and return their errors by name."""
    errors = run.errors()
    if errors:
        say(f"failed: {len(errors)} (--retry-failed tries them again):")
    for name, error in list(errors.items())[:SHOWN]:
        say(f"  {name:<{max(map(len, errors))}}  {error}")
    if len(errors) > SHOWN:
        say(f"  and {len(errors) - SHOWN} more, in manifest.jsonl")
    return errors
