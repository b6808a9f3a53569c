"""Put a run of `vqclip.training.pair` into the package: `python -m vqclip.training.install RUN`.

Parts that the run does not have stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from vqclip.cli.console import say
from vqclip.errors import ConfigError
from vqclip.files.atomic import write
from vqclip.models.fetch.hub import CONFIG, WEIGHTS_FILES
from vqclip.models.learnedwords import VOCABULARY_FILE
from vqclip.models.perceptor import MERGES_FILE
from vqclip.models.shipped import MINI_FOLDER, MINI_PRIOR, SHIPPED
from vqclip.models.textprior import PRIOR_FILE
from vqclip.training.commands import reported_errors, start

CLIP_FILES = (CONFIG, WEIGHTS_FILES[0], VOCABULARY_FILE, MERGES_FILE)
VQGAN_FILES = ("vqgan.safetensors", "vqgan.yaml")
SKETCH_FILE = "sketch.safetensors"


def files_of(run: Path) -> dict[Path, Path]:
    """Return the files of a run that belong into the package, and their places there."""
    places = {run / "sketch" / SKETCH_FILE: MINI_FOLDER / SKETCH_FILE}
    places[run / "prior" / PRIOR_FILE] = MINI_PRIOR
    for name in VQGAN_FILES:
        places[run / "vqgan" / name] = MINI_FOLDER / name
    for part, folder in zip(("guide", "judge"), SHIPPED.values(), strict=True):
        for name in CLIP_FILES:
            places[run / part / "clip" / name] = folder / name
    return {source: place for source, place in places.items() if source.is_file()}


def install(run: Path) -> Sequence[Path]:
    """Copy the files of a run into the package; return their places.

    Raises:
        ConfigError: the run has none.
        OutputError: the package cannot be written to.
    """
    places = files_of(run)
    if not places:
        raise ConfigError(f"{run} has no weights: make some with python -m vqclip.training.pair")
    for source, place in places.items():
        write(place, source.read_bytes())
    return list(places.values())


def main(
    run: Annotated[Path, typer.Argument(help="Folder of a run of vqclip.training.pair.")],
) -> None:
    """Put the weights of a run into the package."""
    with reported_errors():
        for place in install(run):
            say(json.dumps({"installed": place.name, "bytes": place.stat().st_size}))


if __name__ == "__main__":
    start(main)
