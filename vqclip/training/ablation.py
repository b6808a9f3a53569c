"""Compare starts and targets: `python -m vqclip.training.ablation LIST OUTPUT [KEY=VALUE ...]`.

Draws the prompts of a list with every start and every target in one `vqclip eval`, in batches as
large as memory allows; OUTPUT gets report.md, report.json and a sheet of the pictures.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from vqclip.config.choices import MINI_JUDGE
from vqclip.training.commands import start

BASE = ("start.kind=sketch", "targets=text")
"""The setting that the others are variants of: a sketch, guided by the text."""
VARIANTS = (
    "targets=prior",
    "targets=mix",
    "steps=1 start.candidates=1 start.noise=0",
    "start.kind=smooth targets=text",
    "start.kind=smooth targets=prior",
)
"""What is compared with it; the sketch alone comes with one step of guidance."""


def words(
    prompts: Path, output: Path, *, settings: list[str], limit: int, judge: str, device: str
) -> list[str]:
    """Return the command line of the evaluation."""
    line = [sys.executable, "-m", "vqclip", "eval", str(prompts), *BASE, *settings]
    for variant in VARIANTS:
        line += ["--vary", variant]
    line += ["--output", str(output), "--judge", judge, "--limit", str(limit)]
    return [*line, "--device", device]


def main(
    prompts: Annotated[Path, typer.Argument(help="Prompts, one per line.")],
    output: Annotated[Path, typer.Argument(help="Folder of the report; it may be continued.")],
    settings: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Argument(metavar="KEY=VALUE", help="Settings of all variants."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Draw the first prompts only.")] = 60,
    judge: Annotated[str, typer.Option(help="The perceptor that judges.")] = MINI_JUDGE,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda.")] = "auto",
) -> None:
    """Compare starts and targets on a list of prompts."""
    line = words(prompts, output, settings=settings or [], limit=limit, judge=judge, device=device)
    raise typer.Exit(subprocess.run(line, check=False).returncode)


if __name__ == "__main__":
    start(main)
