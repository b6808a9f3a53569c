"""The options of the command that measures, and what they say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from vqclip.cli.options import (
    AtOnce,
    Device,
    DryRun,
    File,
    Measure,
    ModelDir,
    Output,
    Quiet,
    Styles,
)
from vqclip.cli.pathtype import PATH
from vqclip.config.choices import MINI_JUDGE
from vqclip.errors import Mistakes
from vqclip.files.paths import user_path

if TYPE_CHECKING:
    from vqclip.evaluation.comparison import Setting
    from vqclip.evaluation.exam import Exam
    from vqclip.runs.work import WorkOptions

DISTRACTORS = 99
"""As in the first R-precision of text-to-image (Xu et al. 2018, arXiv:1711.10485)."""


@dataclass(frozen=True)
class EvalFlags:
    """The options of an evaluation."""

    preset: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option("--preset", "-p", help="A named preset; repeat it to compare several."),
    ] = None
    config: File = None
    style: Styles = None
    vary: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="'KEY=VALUE ...': compare with these changes, too; repeatable."),
    ] = None
    seeds: Annotated[
        str, typer.Option("--seed", "--seeds", "-s", help="Pictures of each prompt: 0, or 0-3,7.")
    ] = "0"
    budget: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(help="Seconds per picture: each setting gets the steps that fit."),
    ] = None
    judge: Annotated[
        str, typer.Option(help="mini-judge, mini, a NAME:TAG of open_clip, or a folder.")
    ] = MINI_JUDGE
    distractors: Annotated[
        int,
        typer.Option(min=1, help="Other prompts to rank each among; fewer if the list is short."),
    ] = DISTRACTORS
    attributes: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(parser=PATH, help="YAML lists of words to swap, instead of the default ones."),
    ] = None
    limit: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, help="Draw the first N prompts only; the others remain distractors."),
    ] = None
    pictures: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(parser=PATH, help="Judge the pictures of this folder instead of drawing."),
    ] = None
    output: Output = None
    device: Device = None
    model_dir: ModelDir = None
    at_once: AtOnce = None
    quiet: Quiet = False
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False
    dry_run: DryRun = False
    measure: Measure = False

    def parse(
        self, prompts: Path, overrides: Sequence[str]
    ) -> tuple[Exam, tuple[Setting, ...], list[int]]:
        """Read what is asked, the settings that are compared, and the seeds of each prompt.

        Raises:
            ConfigError: with every mistake in files and options.
        """
        from vqclip.config.job import parse_seeds
        from vqclip.evaluation.exam import read_exam

        mistakes = Mistakes()
        with mistakes.noted():
            exam = read_exam(
                prompts, self.attributes, limit=self.limit, distractors=self.distractors
            )
        with mistakes.noted():
            settings = self.settings(overrides)
        with mistakes.noted():
            seeds = parse_seeds(self.seeds)
        with mistakes.noted():
            self.check(overrides)
        mistakes.check()
        return exam, settings, seeds

    def settings(self, overrides: Sequence[str]) -> tuple[Setting, ...]:
        """Resolve the settings that are compared.

        Raises:
            ConfigError: with every mistake in them.
        """
        from vqclip.config.layers import Assignment, parse_override
        from vqclip.evaluation.comparison import make_settings

        model_dir = self.model_dir
        given = [] if model_dir is None else [Assignment("model_dir", model_dir, "--model-dir")]
        return make_settings(
            presets=self.preset or [],
            file=self.config,
            styles=self.style or [],
            assignments=[*given, *map(parse_override, overrides)],
            variants=self.vary or [],
        )

    def work(self) -> WorkOptions:
        """How the pictures are drawn."""
        from vqclip.runs.work import WorkOptions

        return WorkOptions(device=self.device or "auto", at_once=self.at_once)

    def check(self, overrides: Sequence[str]) -> None:
        """Refuse options that exclude each other.

        Raises:
            ConfigError: with every mistake.
        """
        drawing = {
            "--preset": self.preset,
            "--config": self.config,
            "--style": self.style,
            "--vary": self.vary,
            "KEY=VALUE": overrides,
            "--budget": self.budget,
            "--at-once": self.at_once,
        }
        mistakes = Mistakes()
        for option, value in drawing.items():
            if self.pictures is not None and value:
                mistakes.add(f"{option}: is for drawing, and --pictures draws nothing")
        if self.measure and not self.dry_run:
            mistakes.add("--measure: needs --dry-run")
        if self.budget is not None and not 0 < self.budget < float("inf"):
            mistakes.add(f"--budget: allowed are seconds above 0, not {self.budget:g}")
        mistakes.check()

    def folder(self, prompts: Path, settings: Sequence[Setting]) -> Path:
        """Where the evaluation goes: by default named by its list and by what is measured."""
        from vqclip.config.destination import OutputConfig
        from vqclip.config.job import slug
        from vqclip.evaluation.comparison import DEFAULT

        if self.output is not None:
            return user_path(self.output)
        names = [setting.name for setting in settings]
        if self.pictures is not None:
            names = [self.pictures.resolve().name]
        others = [slug(name) for name in names if name != DEFAULT]
        return user_path(OutputConfig().folder) / slug("-".join(["eval", prompts.stem, *others]))
