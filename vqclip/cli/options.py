"""The grammar of the command line: shared options, and prompts among settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from vqclip.cli.pathtype import PATH
from vqclip.errors import ConfigError, did_you_mean, shorten, shown

if TYPE_CHECKING:
    from vqclip.config.layers import Assignment

OVERRIDE = re.compile(r"[A-Za-z_]\w*(\.\w+)*=")

Words = Annotated[
    Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Argument(metavar="[PROMPT] [KEY=VALUE]...", help="What to draw, and any setting."),
]
Overrides = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(metavar="[KEY=VALUE]...", help="Settings to change."),
]
Preset = Annotated[Optional[str], typer.Option("--preset", "-p", help="A named preset.")]  # noqa: UP045
File = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--config", "-c", parser=PATH, help="A YAML file."),
]
Styles = Annotated[Optional[list[str]], typer.Option("--style", help="A named style; repeatable.")]  # noqa: UP045
Size = Annotated[Optional[str], typer.Option(help="640x360, 512, 16:9, 3:2@1M, a4, square ...")]  # noqa: UP045
Steps = Annotated[Optional[str], typer.Option(help="Optimisation steps.")]  # noqa: UP045
Seeds = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--seed", "--seeds", "-s", help="One picture per seed: 7, or 0-9,12."),
]
Output = Annotated[Optional[str], typer.Option("--output", "-o", help="Folder for the pictures.")]  # noqa: UP045
Device = Annotated[Optional[str], typer.Option(help="auto, cpu, cuda, cuda:1 or mps.")]  # noqa: UP045
InitImage = Annotated[Optional[str], typer.Option(help="Picture to start from.")]  # noqa: UP045
ImagePrompts = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--image-prompt", help="Picture to aim at, PATH:weight:stop; repeatable."),
]
NoisePrompts = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--noise-prompt", help="Random direction, SEED:weight:stop; repeatable."),
]
SaveEvery = Annotated[Optional[str], typer.Option(help="Steps between previews.")]  # noqa: UP045
Video = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        help="Film of the run: a path in .mp4, .webm, .gif, .apng or .webp; or mp4: beside it."
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace pictures of the same name.")]
ModelDir = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--model-dir", help="Folder of downloaded models, instead of your cache."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and stop.")]
Measure = Annotated[
    bool,
    typer.Option("--measure", help="With --dry-run: draw a few steps to measure time and memory."),
]
AtOnce = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(min=1, help="Pictures in a batch, instead of as many as memory holds."),
]


def split_words(words: Sequence[str]) -> tuple[str | None, list[Assignment]]:
    """Separate the prompt from the settings among the words of a command.

    `E=mc2 on a blackboard` is a prompt: it has spaces, and E resembles no key.

    Raises:
        ConfigError: there are two prompts.
    """
    from vqclip.config.layers import parse_override
    from vqclip.config.option import keys
    from vqclip.config.schema import Config
    from vqclip.config.size import SIZE

    known = [*keys(Config), SIZE]

    def is_setting(word: str) -> bool:
        key = word.partition("=")[0]
        named = key in known or bool(did_you_mean(key, known))
        return OVERRIDE.match(word) is not None and (named or " " not in word.strip())

    prompts = [word for word in words if not is_setting(word)]
    if len(prompts) > 1:
        raise ConfigError(
            f"{shown(prompts[1])} is neither key=value nor part of the prompt "
            f"{shown(prompts[0])}: put the "
            "whole prompt in quotes, several prompts with | between them"
        )
    overrides = [parse_override(word) for word in words if is_setting(word)]
    return (prompts[0] if prompts else None), overrides


def prompt_tables(texts: Sequence[str] | None, kind: str) -> list[dict[str, object]]:
    """Read the prompts of a flag as the tables of a YAML file."""
    from vqclip.config.prompt import parse_prompt

    return [dict(parse_prompt(text, kind=kind).to_plain()) for text in texts or []]


def size_assignments(size: str | None) -> list[Assignment]:
    """Return the assignment of --size, if it is given."""
    from vqclip.config.layers import Assignment
    from vqclip.config.size import SIZE

    return [] if size is None else [Assignment(SIZE, size, f"--size {shorten(size)}")]
