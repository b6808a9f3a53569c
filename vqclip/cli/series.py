"""Commands for many pictures: series, and the sheet and gallery of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from vqclip.cli.console import FAILED, INTERRUPTED, app, say
from vqclip.cli.options import Device, DryRun, ModelDir, Output, Overrides, Quiet, Seeds
from vqclip.cli.progress import Progress
from vqclip.errors import ConfigError
from vqclip.interrupt import interruptible

if TYPE_CHECKING:
    from vqclip.runs.folder import RunFolder
    from vqclip.runs.studio import Event
    from vqclip.series.plan import Plan

ENGINES = ("local", "ray")
SHOWN = 40
"""Failures that are listed at the end."""

SeriesFile = Annotated[Path, typer.Argument(metavar="FILE.yaml", help="The series.")]
Json = Annotated[bool, typer.Option("--json", help="Progress as JSON lines on stdout.")]
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
Address = Annotated[Optional[str], typer.Option(help="Of the Ray cluster; auto finds one here.")]  # noqa: UP045
AtOnce = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(min=1, help="Pictures in a batch, instead of as many as memory holds."),
]
Columns = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="Axes from left to right, as in style,seed; the others run down."),
]


@app.command("series")
def draw_series(
    file: SeriesFile,
    overrides: Overrides = None,
    seeds: Seeds = None,
    output: Output = None,
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
) -> None:
    """Draw hundreds of pictures from one YAML file; the same command again continues."""
    from vqclip.config.job import parse_seeds
    from vqclip.config.layers import Assignment, parse_override
    from vqclip.runs.folder import RunFolder
    from vqclip.series.plan import make_plan

    check_engine(
        engine,
        address,
        {
            "--workers": workers,
            "--device": device,
            "--checkpoint-every": checkpoint_every,
            "--at-once": at_once,
        },
    )
    given = [] if model_dir is None else [Assignment("model_dir", model_dir, "--model-dir")]
    plan = make_plan(
        file,
        seeds=[] if seeds is None else parse_seeds(seeds),
        overrides=[*given, *(parse_override(text) for text in overrides or [])],
        folder=None if output is None else Path(output),
    )
    if engine == "local":
        check_devices(plan, device)
    if dry_run:
        show_plan(plan, device or "auto")
        return
    run = RunFolder.open(plan)
    with interruptible() as interrupted:
        work: dict[str, Any] = {
            "stop": interrupted.is_set,
            "retried": run.failed() if retry_failed else set(),
            "checkpoint_every": checkpoint_every,
            "at_once": at_once,
            "device": device or "auto",
            "quiet": quiet or json,
        }
        with Progress(run, quiet=quiet, as_json=json) as progress:
            for event in events_of(run, engine, address or "auto", workers or 1, **work):
                progress.show(event)
        conclude(run, quiet=quiet or json, interrupted=interrupted.is_set())


def check_engine(engine: str, address: str | None, local: dict[str, object]) -> None:
    """Refuse what does not go together.

    Args:
        engine: where to draw.
        address: of a cluster.
        local: options that a cluster has no use for, with their values.

    Raises:
        ConfigError: with every mistake.
    """
    errors = []
    if engine not in ENGINES:
        errors.append(f"--engine: {engine!r} is unknown: allowed are {', '.join(ENGINES)}")
    if address is not None and engine != "ray":
        errors.append("--address: is of --engine ray alone")
    for option, value in local.items():
        if engine == "ray" and value is not None:
            errors.append(f"{option}: does not go with --engine ray, where the cluster decides")
    if errors:
        raise ConfigError(errors)


def check_devices(plan: Plan, device: str | None) -> None:
    """Refuse a device this machine lacks before anything is drawn.

    Raises:
        ConfigError: there is no such device.
    """
    from vqclip.device import resolve_device

    for name in {device or job.config.device for job in plan.jobs}:
        resolve_device(name)


def events_of(
    run: RunFolder,
    engine: str,
    address: str,
    workers: int,
    *,
    stop: Callable[[], bool],
    retried: set[str],
    checkpoint_every: int | None,
    at_once: int | None,
    device: str,
    quiet: bool,
) -> Iterator[Event]:
    """Draw by the engine that is wanted, and yield what happens."""
    if engine == "ray":
        from vqclip.runs.cluster import Cluster

        return Cluster(run, stop, retried).work(address)
    if workers > 1:
        from vqclip.runs.crew import work_together

        return work_together(
            run,
            count=workers,
            device=device,
            retried=retried,
            checkpoint_every=checkpoint_every,
            at_once=at_once,
            stop=stop,
        )
    from tqdm.auto import tqdm

    from vqclip.runs.studio import Studio
    from vqclip.runs.worker import Worker

    studio = Studio(device, run.plan.judge, None if quiet else tqdm)
    worker = Worker(run, studio, stop, retried, checkpoint_every=checkpoint_every, at_once=at_once)
    return worker.work()


def conclude(run: RunFolder, *, quiet: bool, interrupted: bool) -> None:
    """Choose the best, make the views, say what failed, and leave with the exit code for it."""
    from vqclip.runs.picture import choose

    choose(run)
    entries = run.manifest.read()
    known = [(job, entries[job.id]) for job in run.plan.jobs if job.id in entries]
    done = [job for job, one in known if one.state == "done"]
    failed = {job.name: str(one.facts["error"]) for job, one in known if one.state == "failed"}
    show_failed(failed)
    if not quiet:
        say(f"{len(done)} of {len(run.plan.jobs)} pictures are in {run.plan.folder}")
    if interrupted and len(done) + len(failed) < len(run.plan.jobs):
        say("interrupted; nothing is lost: the same command continues")
        raise typer.Exit(INTERRUPTED)
    run.tidy()
    paths = write_views(run.plan.folder, columns=[]) if done else []
    for path in [] if quiet else paths:
        print(path)
    if failed:
        raise typer.Exit(FAILED)


def show_failed(errors: dict[str, str]) -> None:
    """A table of the pictures that failed, with the reasons."""
    if errors:
        say(f"failed: {len(errors)}; --retry-failed tries again:")
    for name, error in list(errors.items())[:SHOWN]:
        say(f"  {name:<{max(map(len, errors))}}  {error}")
    if len(errors) > SHOWN:
        say(f"  and {len(errors) - SHOWN} more, in manifest.jsonl")


@app.command("sheet")
def show_sheet(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a series.")],
    columns: Columns = None,
) -> None:
    """Make the contact sheets and the gallery of a series, finished or not."""
    names = [] if columns is None else [one.strip() for one in columns.split(",")]
    for path in write_views(run, columns=names):
        print(path)


def write_views(folder: Path, *, columns: list[str]) -> list[Path]:
    """Write the contact sheets and the gallery of a run, and return where they are."""
    from io import BytesIO

    from vqclip.files import write
    from vqclip.runs.picture import read_pictures
    from vqclip.views.gallery import make_gallery
    from vqclip.views.sheet import make_sheets

    plan, pictures = read_pictures(folder)
    paths = []
    for number, sheet in enumerate(make_sheets(plan["axes"], pictures, columns=columns), start=1):
        paths.append(folder / ("sheet.png" if number == 1 else f"sheet-{number}.png"))
        buffer = BytesIO()
        sheet.save(buffer, "PNG", optimize=True)
        write(paths[-1], buffer.getvalue())
    paths.append(folder / "gallery.html")
    write(paths[-1], make_gallery(plan, pictures, folder=folder).encode())
    return paths


def show_plan(plan: Plan, device: str) -> None:
    """List the pictures of a series and what they cost, measured on a step of each kind."""
    from vqclip.runs.estimate import estimate
    from vqclip.runs.studio import Studio

    for job in plan.jobs:
        prompts = " | ".join(map(str, job.prompts))
        print(f"{job.id}  {job.name}.{job.config.output.format}  {prompts}")
    cost = estimate(plan, Studio(device, None))
    hours, rest = divmod(round(cost.seconds), 3600)
    print(f"pictures: {len(plan.jobs)}, in {plan.folder}")
    print(f"time: about {hours}:{rest // 60:02}:{rest % 60:02} on {cost.device}, in one process")
    print(f"memory: about {cost.memory / 1e9:.1f} GB, {cost.at_once} pictures at once")
    print(f"disk: about {cost.disk / 1e6:.1f} MB")
