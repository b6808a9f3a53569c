"""The grammar of the command line: shared options, and prompts among settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from vqclip.cli.completions import complete_presets, complete_settings, complete_styles
from vqclip.cli.pathtype import PATH
from vqclip.errors import ConfigError, did_you_mean, shorten, shown

if TYPE_CHECKING:
    from vqclip.config.layers import Assignment

OVERRIDE = re.compile(r"[A-Za-z_]\w*(\.\w+)*=")

PICTURE, FILES, MACHINE = "The picture", "Files", "Models and machine"
SCREEN = "The screen"
"""Groups of options in help texts."""

Words = Annotated[
    Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Argument(
        metavar="[PROMPT] [KEY=VALUE]...",
        help="What to draw, and any setting.",
        autocompletion=complete_settings,
        show_default=False,
    ),
]
Overrides = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(
        metavar="[KEY=VALUE]...", help="Settings to change.", autocompletion=complete_settings
    ),
]
Preset = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--preset",
        "-p",
        metavar="NAME",
        help="A named preset (vqclip presets), or a YAML file.",
        autocompletion=complete_presets,
        rich_help_panel=PICTURE,
    ),
]
File = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--config", "-c", parser=PATH, metavar="FILE", help="A YAML file."),
]
Configs = Annotated[
    Optional[list[Path]],  # noqa: UP045
    typer.Option(
        "--config",
        "-c",
        parser=PATH,
        metavar="FILE",
        help="A YAML file; repeatable, the last has the last word.",
        rich_help_panel=PICTURE,
    ),
]
Styles = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--style",
        metavar="NAME",
        help="A named style (vqclip styles), or a YAML file; repeatable.",
        autocompletion=complete_styles,
        rich_help_panel=PICTURE,
    ),
]
Size = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        metavar="SIZE", help="640x360, 512, 16:9, 3:2@1M, a4, square ...", rich_help_panel=PICTURE
    ),
]
Steps = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(metavar="N", help="Optimisation steps.", rich_help_panel=PICTURE),
]
Seeds = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--seed",
        "--seeds",
        "-s",
        metavar="SEEDS",
        help="One picture per seed: 7, or 0-9,12, or random.",
        rich_help_panel=PICTURE,
    ),
]
Pictures = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(
        "--pictures",
        "-n",
        min=1,
        max=100_000,
        metavar="N",
        help="Pictures of each prompt, from the seed on.",
        rich_help_panel=PICTURE,
    ),
]
FromFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        "--from-file",
        parser=PATH,
        metavar="FILE",
        help="A file of prompts, one a line; lines that begin with # do not count.",
        rich_help_panel=PICTURE,
    ),
]
Output = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="Folder for the pictures, or the file: fox.png, .jpg or .webp.",
        rich_help_panel=FILES,
    ),
]
Folder = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--output", "-o", metavar="FOLDER", help="Folder for the pictures.", rich_help_panel=FILES
    ),
]
Device = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(metavar="NAME", help="auto, cpu, cuda, cuda:1 or mps.", rich_help_panel=MACHINE),
]
InitImage = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(metavar="PICTURE", help="Picture to start from.", rich_help_panel=PICTURE),
]
ImagePrompts = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--image-prompt",
        metavar="PICTURE",
        help="Picture to aim at, PATH:weight:stop; repeatable.",
        rich_help_panel=PICTURE,
    ),
]
NoisePrompts = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--noise-prompt",
        metavar="SEED",
        help="Random direction, SEED:weight:stop; repeatable.",
        rich_help_panel=PICTURE,
    ),
]
SaveEvery = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(metavar="N", help="Steps between previews in files.", rich_help_panel=FILES),
]
Overwrite = Annotated[
    bool,
    typer.Option("--overwrite", help="Replace pictures of the same name.", rich_help_panel=FILES),
]
Video = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        metavar="PATH",
        help="Film of the run: a path in .mp4, .webm, .gif, .apng or .webp; or mp4: beside it.",
        rich_help_panel=FILES,
    ),
]
ModelDir = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--model-dir",
        metavar="FOLDER",
        help="Folder of downloaded models, instead of your cache.",
        rich_help_panel=MACHINE,
    ),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress bar.", rich_help_panel=SCREEN)
]
Preview = Annotated[
    bool,
    typer.Option(
        "--preview",
        help="Show the picture in the terminal while it is drawn, and when it is done.",
        rich_help_panel=SCREEN,
    ),
]
Open = Annotated[
    bool,
    typer.Option("--open", help="Show the pictures when they are done.", rich_help_panel=SCREEN),
]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose", "-v", help="Say more: with --dry-run, every setting.", rich_help_panel=SCREEN
    ),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Show what would be done, and stop.", rich_help_panel=SCREEN),
]
Measure = Annotated[
    bool,
    typer.Option("--measure", help="With --dry-run: draw a few steps to measure time and memory."),
]
AtOnce = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(
        min=1,
        metavar="N",
        help="Pictures in a batch, instead of as many as memory holds.",
        rich_help_panel=MACHINE,
    ),
]


def split_words(words: Sequence[str]) -> tuple[str | None, list[Assignment]]:
    """Separate the prompt from the settings among the words of a command.

    Several words without quotes are one prompt. `E=mc2 on a blackboard` is a prompt: it has
    spaces, and E resembles no key.

    Raises:
        ConfigError: there are a prompt in quotes and another one.
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
    quoted = [word for word in prompts if " " in word.strip()]
    if len(prompts) > 1 and quoted:
        other = next(word for word in prompts if word is not quoted[0])
        raise ConfigError(
            f"{shown(other)} is neither key=value nor part of the prompt {shown(quoted[0])}: put "
            "the whole prompt in quotes, several prompts with | between them"
        )
    overrides = [parse_override(word) for word in words if is_setting(word)]
    return (" ".join(prompts) if prompts else None), overrides


def prompt_tables(texts: Sequence[str] | None, kind: str) -> list[dict[str, object]]:
    """Read the prompts of a flag as the tables of a YAML file."""
    from vqclip.config.prompt import parse_prompt

    return [dict(parse_prompt(text, kind=kind).to_plain()) for text in texts or []]


def size_assignments(size: str | None) -> list[Assignment]:
    """Return the assignment of --size, if it is given."""
    from vqclip.config.layers import Assignment
    from vqclip.config.size import SIZE

    return [] if size is None else [Assignment(SIZE, size, f"--size {shorten(size)}")]
