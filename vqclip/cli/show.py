"""The command that prints what is inside a picture: show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vqclip.cli.console import app
from vqclip.cli.options import Verbose
from vqclip.cli.pathtype import DROPPED
from vqclip.cli.tables import print_json


@app.command()
def show(
    image: Annotated[Path, typer.Argument(parser=DROPPED, help="A picture made by vqclip.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the recipe as JSON.")] = False,
    as_yaml: Annotated[
        bool, typer.Option("--yaml", help="Print the settings alone, as a file for --config.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Print the recipe of a picture: what it was made from, as a command line and as YAML."""
    from vqclip.config.document import to_yaml
    from vqclip.outputs import recipe as recipes
    from vqclip.outputs.commandline import command_of

    found = recipes.read(image)
    if as_json:
        print_json(found.to_table())
        return
    if as_yaml:
        print(to_yaml(found.config, comments=verbose), end="")
        return
    config = found.config
    print(f"prompt: {' | '.join(map(str, config.all_prompts()))}")
    print(f"seed: {config.seed}, steps: {config.steps}, size: {config.width}x{config.height}")
    models = [f"{name} ({digest[:10]})" for name, digest in found.models.items()]
    print(f"models: {', '.join(models)}")
    by = ", ".join(f"{name} {number}" for name, number in found.versions.items())
    print(f"drawn by: {by}, on {found.device}")
    for path, digest in found.pictures.items():
        print(f"picture: {path} ({digest[:10]})")
    print(f"again: vqclip replay {image}")
    print(f"command: {command_of(config)}")
    print("settings that differ from the defaults:")
    print(to_yaml(config, comments=False, changes_only=not verbose), end="")
