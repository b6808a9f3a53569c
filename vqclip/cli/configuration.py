"""The command that prints a configuration, saves it, or compares it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from vqclip.cli.completions import complete_presets
from vqclip.cli.console import app, say
from vqclip.cli.options import Configs, Overrides, Overwrite, Preset, Styles
from vqclip.cli.pathtype import PATH
from vqclip.cli.tables import print_table
from vqclip.errors import ConfigError, Mistakes, shown

if TYPE_CHECKING:
    from vqclip.config.schema import Config

Save = Annotated[
    Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Option("--save", parser=PATH, metavar="FILE", help="Write it to a file for --config."),
]
Diff = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--diff",
        metavar="PRESET",
        help="Print only what differs from a preset, or from a YAML file.",
        autocompletion=complete_presets,
    ),
]


@app.command("config")
def show_config(
    overrides: Overrides = None,
    preset: Preset = None,
    config: Configs = None,
    style: Styles = None,
    save: Save = None,
    diff: Diff = None,
    overwrite: Overwrite = False,
) -> None:
    """Print the resolved configuration as YAML, each key under its meaning."""
    from vqclip.config.document import to_yaml
    from vqclip.config.layers import load_config, parse_override
    from vqclip.config.schema import Config
    from vqclip.config.shelves import preset_names, style_names

    mistakes = Mistakes()
    resolved = mistakes.read(
        lambda: load_config(
            preset=preset,
            files=config or [],
            styles=style or [],
            assignments=[parse_override(text) for text in overrides or []],
        ),
        Config(),
    )
    with mistakes.noted("--save: "):
        check_new(save, overwrite=overwrite)
    other = None
    if diff is not None:
        other = mistakes.read(lambda: load_config(preset=diff), Config(), prefix="--diff: ")
    mistakes.check()
    if other is not None:
        show_difference(resolved, other, diff or "")
    elif save is None:
        print(f"# presets: {', '.join(preset_names())}")
        print(f"# styles: {', '.join(style_names())}")
        print(to_yaml(resolved), end="")
    if save is not None:
        from vqclip.files.atomic import write

        write(save, to_yaml(resolved).encode())
        say(f"saved {save}; draw with it: vqclip generate PROMPT --config {save}")


def check_new(path: Path | None, *, overwrite: bool) -> None:
    """Refuse to replace a file that the user may need.

    Raises:
        ConfigError: it exists.
    """
    if path is not None and path.exists() and not overwrite:
        raise ConfigError(f"{shown(str(path))} already exists: give another name, or --overwrite")


def show_difference(config: Config, other: Config, name: str) -> None:
    """Print the keys whose values differ from those of another configuration."""
    from vqclip.config.document import flow
    from vqclip.config.option import walk

    before = {key: value for key, value, rules in walk(other) if not rules.is_section}
    rows = [
        [key, flow(before[key]), flow(value)]
        for key, value, rules in walk(config)
        if not rules.is_section and value != before[key]
    ]
    if rows:
        print_table(["key", name, "here"], rows)
    else:
        say(f"nothing differs from {name}")
