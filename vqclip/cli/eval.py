"""The command that measures: draw a list of prompts, and have a judge rank them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vqclip.cli.console import FAILED, app, say
from vqclip.cli.dryrun import check_devices, show_plan
from vqclip.cli.evalflags import EvalFlags
from vqclip.cli.optiongroup import takes
from vqclip.cli.options import Overrides
from vqclip.cli.pathtype import PATH
from vqclip.cli.series import carry_out, check_files, show_failed
from vqclip.cli.tables import print_json, print_table

if TYPE_CHECKING:
    from vqclip.evaluation.comparison import Setting
    from vqclip.evaluation.report import Report
    from vqclip.evaluation.samples import Sample
    from vqclip.perception.embedder import Embedder
    from vqclip.series.plan import Plan


@app.command("eval")
@takes(EvalFlags)
def evaluate(
    file: Annotated[
        Path, typer.Argument(parser=PATH, metavar="FILE", help="Prompts, one per line.")
    ],
    flags: EvalFlags,
    overrides: Overrides = None,
) -> None:
    """Measure how often a judge recognizes a picture's prompt; the same command continues.

    Every prompt of FILE is drawn; then the judge, a perceptor that did not guide, ranks each
    picture's prompt among the others.
    """
    from vqclip.evaluation.comparison import make_plan

    exam, settings, seeds = flags.parse(file, overrides or [])
    folder = flags.folder(file, settings)
    if flags.dry_run:
        check_judge(flags.judge)
    if flags.dry_run and flags.pictures is None:
        settings = with_budgets(settings, exam.texts, folder, flags, measured=False)
        plan = make_plan(settings, exam.texts, seeds, folder=folder)
        show_plan(plan, flags.work(), measure=flags.measure)
        return
    from vqclip.evaluation.samples import samples_of_folder

    if flags.dry_run and flags.pictures is not None:
        samples, left_out = samples_of_folder(flags.pictures, exam.texts)
        print(f"pictures: {len(samples)} to be judged by {flags.judge}, {len(left_out)} left out")
        return
    from vqclip.evaluation.report import make_report

    load = loader(flags)
    load(flags.judge)  # before anything is drawn
    if flags.pictures is not None:
        settings, (samples, left_out) = (), samples_of_folder(flags.pictures, exam.texts)
    else:
        settings = with_budgets(settings, exam.texts, folder, flags, measured=True)
        plan = make_plan(settings, exam.texts, seeds, folder=folder)
        samples, left_out = draw(plan, settings, flags)
    report = make_report(exam, samples, flags.judge, load, left_out=left_out, settings=settings)
    show_report(report, write_files(folder, report), flags)
    if left_out and flags.pictures is None:
        raise typer.Exit(FAILED)


def check_judge(name: str) -> None:
    """Check the name of a judge without loading or downloading it.

    Raises:
        CheckpointError: there is no such perceptor.
    """
    from vqclip.models.shipped import SHIPPED

    if name not in SHIPPED:
        from vqclip.models.perceptor import check_name

        check_name(name)


def loader(flags: EvalFlags) -> Callable[[str], Embedder]:
    """Return what loads a perceptor by its name, once."""
    from vqclip.perception.embedder import Embedder

    return cache(partial(Embedder.load, device=flags.device or "auto", model_dir=flags.model_dir))


def with_budgets(
    settings: tuple[Setting, ...],
    prompts: Sequence[str],
    folder: Path,
    flags: EvalFlags,
    *,
    measured: bool,
) -> tuple[Setting, ...]:
    """Give settings the steps of a budget, if there is one: remembered by the run, or measured."""
    from vqclip.evaluation.comparison import recall_budgets

    if flags.budget is None:
        return settings
    settings = recall_budgets(settings, flags.budget, folder=folder)
    if measured:
        from vqclip.evaluation.calibration import calibrate
        from vqclip.runs.modelcache import ModelCache

        models = ModelCache(flags.device or "auto")
        return calibrate(settings, flags.budget, models, prompts, at_once=flags.at_once)
    if names := [setting.name for setting in settings if setting.budget is None]:
        say(f"note: the steps of {flags.budget:g} s are not measured yet: {', '.join(names)}")
    return settings


def draw(
    plan: Plan, settings: Sequence[Setting], flags: EvalFlags
) -> tuple[list[Sample], list[str]]:
    """Draw what is left of a plan; return the samples, and the names of pictures that failed."""
    from vqclip.evaluation.comparison import keep_budgets
    from vqclip.evaluation.samples import samples_of_run
    from vqclip.runs.folder import RunFolder

    check_devices(plan, flags.device or "auto")
    check_files(plan)
    run = RunFolder.open(plan, retry_failed=True)
    keep_budgets(settings, folder=plan.folder)
    interruption = carry_out(run, flags.work(), quiet=flags.quiet or flags.json)
    errors = show_failed(run)
    samples, unfinished = samples_of_run(run)
    if len(unfinished) > len(errors):
        say("interrupted; run the same command again to continue")
        raise typer.Exit(interruption.exit_code)
    if not samples:
        raise typer.Exit(FAILED)
    run.tidy()
    return samples, unfinished


def write_files(folder: Path, report: Report) -> list[Path]:
    """Write the report and the sheet of its pictures, and return their paths."""
    from vqclip.evaluation.markdown import write_report
    from vqclip.views.verdicts import write_verdicts

    sheet = write_verdicts(folder / "sheet.png", report.pictures)
    return [*write_report(folder, report), sheet]


def show_report(report: Report, paths: Sequence[Path], flags: EvalFlags) -> None:
    """Print the tables, or the whole report as JSON; say what is needed to read them."""
    from vqclip.evaluation.markdown import HEADER, attribute_rows, notes, setting_rows

    if flags.json:
        print_json(report.to_dict())
        return
    print_table(HEADER, setting_rows(report))
    header, rows = attribute_rows(report)
    if rows:
        print()
        print_table(header, rows)
    for note in notes(report):
        say(f"note: {note}")
    for path in [] if flags.quiet else paths:
        say(str(path))
