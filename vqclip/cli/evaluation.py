"""The command that measures: draw a list of prompts, and ask a judge which picture is of which."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from vqclip.cli.console import FAILED, INTERRUPTED, app, say
from vqclip.cli.options import Device, DryRun, File, ModelDir, Output, Overrides, Quiet, Styles
from vqclip.cli.printing import show_report
from vqclip.cli.series import AtOnce, check_devices, events_of, show_failed, show_plan
from vqclip.errors import ConfigError, collected
from vqclip.interrupt import interruptible

if TYPE_CHECKING:
    from vqclip.evaluation.comparison import Setting
    from vqclip.evaluation.promptlist import PromptList
    from vqclip.evaluation.ranks import Drawn
    from vqclip.evaluation.swaps import Attributes
    from vqclip.perception.embedder import Embedder
    from vqclip.series.plan import Plan

JUDGE = "mini-judge"
DISTRACTORS = 99
"""As many as in the first R-precision of text-to-image (arXiv:1711.10485)."""
ATTRIBUTES = "eval/attributes.yaml"

Prompts = Annotated[Path, typer.Argument(metavar="FILE", help="Prompts, one a line.")]
Presets = Annotated[
    Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Option("--preset", "-p", help="A named preset; repeat it to compare several."),
]
Variants = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--vary", help="'KEY=VALUE ...': compare with these changes, too; repeatable."),
]
PromptSeeds = Annotated[
    str, typer.Option("--seed", "--seeds", "-s", help="Pictures of each prompt: 0, or 0-3,7.")
]
JudgeName = Annotated[
    str, typer.Option("--judge", help="mini-judge, mini, a NAME:TAG of open_clip, or a folder.")
]
Distractors = Annotated[
    int,
    typer.Option(min=1, help="Other prompts each one is told from; fewer if the list is short."),
]
Limit = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(min=1, help="Draw the first N prompts alone; the others still distract."),
]
Budget = Annotated[
    Optional[float],  # noqa: UP045
    typer.Option(help="Seconds a picture: each setting gets the steps that take as long."),
]
AttributesFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--attributes", help="YAML lists of words to swap; by default those shipped."),
]
PicturesFolder = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--pictures", help="Draw nothing: judge the pictures of this folder."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@app.command("eval")
def evaluate(
    file: Prompts,
    overrides: Overrides = None,
    preset: Presets = None,
    config: File = None,
    style: Styles = None,
    vary: Variants = None,
    seeds: PromptSeeds = "0",
    budget: Budget = None,
    judge: JudgeName = JUDGE,
    distractors: Distractors = DISTRACTORS,
    attributes: AttributesFile = None,
    limit: Limit = None,
    pictures: PicturesFolder = None,
    output: Output = None,
    device: Device = None,
    model_dir: ModelDir = None,
    at_once: AtOnce = None,
    quiet: Quiet = False,
    json: Json = False,
    dry_run: DryRun = False,
) -> None:
    """Measure how often a judge finds a picture's prompt again; the same command continues.

    Every prompt of FILE is drawn; then the judge, a perceptor that did not guide, ranks each
    picture's prompt among the others.
    """
    from vqclip.evaluation.examination import examine, facts_of, make_questions
    from vqclip.evaluation.gathering import of_folder
    from vqclip.evaluation.report import make_report, write_report
    from vqclip.views.verdicts import write_verdicts

    given = {"--preset": preset, "--config": config, "--style": style, "--vary": vary}
    drawing = {**given, "KEY=VALUE": overrides, "--budget": budget, "--at-once": at_once}
    (prompts, table), settings, numbers, _ = collected(
        lambda: read_lists(file, attributes),
        lambda: read_settings(preset, config, style, vary, overrides, model_dir),
        lambda: seeds_of(seeds),
        lambda: check_options(pictures, drawing, budget),
    )
    load = loader(device, model_dir)
    judging = load(judge)
    named = [one.name for one in settings] if pictures is None else [pictures.resolve().name]
    folder = Path(output) if output else default_folder(file, named)
    shown = prompts.texts[:limit]
    if pictures is None:
        plan, known = plan_of(folder, settings, shown, numbers, budget, device, at_once)
        if dry_run:
            show_plan(plan, device or "auto")
            return
        drawn, left_out = draw(plan, known, device, at_once, quiet=quiet or json)
    else:
        drawn, left_out = of_folder(pictures, shown)
        known = {}
    questions = make_questions(shown, prompts.texts, count=distractors, attributes=table)
    guides = {name: one["perceptors"] for name, one in known.items()}
    judged = examine(drawn, questions, judging, guides, load)
    facts = facts_of(prompts, shown, judge, judging, distractors, left_out)
    report = make_report({**facts, "budget": budget}, judged, known)
    paths = [*write_report(folder, report), write_verdicts(folder / "sheet.png", judged)]
    show_report(report, paths, as_json=json, quiet=quiet)
    if left_out and pictures is None:
        raise typer.Exit(FAILED)


def read_lists(file: Path, attributes: Path | None) -> tuple[PromptList, Attributes]:
    """Read the prompts, and the words that can be swapped."""
    from vqclip.config.layers import configs_folder
    from vqclip.evaluation.promptlist import read_prompt_list
    from vqclip.evaluation.swaps import read_attributes

    prompts, table = collected(
        lambda: read_prompt_list(file),
        lambda: read_attributes(attributes or configs_folder() / ATTRIBUTES),
    )
    return prompts, table


def read_settings(
    presets: Sequence[str] | None,
    config: Path | None,
    styles: Sequence[str] | None,
    variants: Sequence[str] | None,
    overrides: Sequence[str] | None,
    model_dir: str | None,
) -> tuple[Setting, ...]:
    """Resolve the settings that are compared."""
    from vqclip.config.layers import Assignment, parse_override
    from vqclip.evaluation.comparison import make_settings

    given = [] if model_dir is None else [Assignment("model_dir", model_dir, "--model-dir")]
    return make_settings(
        presets=presets or [],
        file=config,
        styles=styles or [],
        assignments=[*given, *map(parse_override, overrides or [])],
        variants=variants or [],
    )


def seeds_of(text: str) -> list[int]:
    """Read the seeds."""
    from vqclip.config.job import parse_seeds

    return parse_seeds(text)


def check_options(
    pictures: Path | None, drawing: Mapping[str, object], budget: float | None
) -> None:
    """Refuse what does not go together.

    Raises:
        ConfigError: with every mistake.
    """
    errors = [
        f"{option}: says how to draw, and --pictures draws nothing: leave one of them out"
        for option, value in drawing.items()
        if pictures is not None and value
    ]
    if budget is not None and not 0 < budget < float("inf"):
        errors.append(f"--budget: allowed are seconds above 0, not {budget:g}")
    if errors:
        raise ConfigError(errors)


def loader(device: str | None, model_dir: str | None) -> Callable[[str], Embedder]:
    """What loads a perceptor by its name, once."""
    from vqclip.perception.embedder import Embedder

    loaded: dict[str, Embedder] = {}

    def load(name: str) -> Embedder:
        if name not in loaded:
            loaded[name] = Embedder.load(name, device=device or "auto", model_dir=model_dir)
        return loaded[name]

    return load


def default_folder(file: Path, names: Sequence[str]) -> Path:
    """Where an evaluation goes: named by its list, and by what is measured beside the defaults."""
    from vqclip.config.job import slug
    from vqclip.config.schema import OutputConfig

    others = [slug(name) for name in names if name != "default"]
    return Path(OutputConfig().folder) / slug("-".join(["eval", file.stem, *others]))


def plan_of(
    folder: Path,
    settings: Sequence[Setting],
    prompts: Sequence[str],
    seeds: Sequence[int],
    budget: float | None,
    device: str | None,
    at_once: int | None,
) -> tuple[Plan, dict[str, Any]]:
    """Plan the pictures; also return what is known of each setting, for the report."""
    from vqclip.evaluation import budget as budgets
    from vqclip.evaluation.comparison import facts_of_setting, make_plan
    from vqclip.runs.studio import Studio

    known: dict[str, Any] = {}
    if budget is not None:
        studio = Studio(device or "auto")
        settings, known = budgets.equalize(
            settings, budget, studio, prompts, folder=folder, at_once=at_once
        )
    plan = make_plan(folder.name, settings, prompts, seeds, folder=folder)
    check_devices(plan, device)
    facts = {one.name: {**facts_of_setting(one), "budget": known.get(one.name)} for one in settings}
    return plan, facts


def draw(
    plan: Plan, known: Mapping[str, Any], device: str | None, at_once: int | None, *, quiet: bool
) -> tuple[list[Drawn], list[str]]:
    """Draw what is left of a plan; return the pictures, and the names of those that failed."""
    from vqclip.cli.progress import Progress
    from vqclip.evaluation import budget as budgets
    from vqclip.evaluation.gathering import of_run
    from vqclip.runs.folder import RunFolder

    run = RunFolder.open(plan)
    budgets.keep(plan.folder, {name: one["budget"] for name, one in known.items() if one["budget"]})
    work: dict[str, Any] = {"device": device or "auto", "at_once": at_once, "quiet": quiet}
    with interruptible() as interrupted, Progress(run, quiet=quiet, as_json=False) as progress:
        events = events_of(
            run,
            "local",
            "auto",
            1,
            stop=interrupted.is_set,
            retried=run.failed(),
            checkpoint_every=None,
            **work,
        )
        for event in events:
            progress.show(event)
    entries = run.manifest.read()
    errors = {
        one.name: str(entries[one.id].facts["error"])
        for one in plan.jobs
        if one.id in entries and entries[one.id].state == "failed"
    }
    show_failed(errors)
    drawn, missing = of_run(run)
    if len(missing) > len(errors):
        say("interrupted; nothing is lost: the same command continues")
        raise typer.Exit(INTERRUPTED)
    if not drawn:
        raise typer.Exit(FAILED)
    run.tidy()
    return drawn, missing
