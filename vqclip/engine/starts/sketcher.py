"""The sketch model of the package, where it suits the generator that is loaded; its use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch

from vqclip.config.choices import MINI
from vqclip.engine.guidance import Guidance
from vqclip.errors import CheckpointError
from vqclip.files.atomic import sha256
from vqclip.models.load import Models
from vqclip.models.protocols import Generator
from vqclip.models.shipped import MINI_SKETCH
from vqclip.models.sketches.sampling import Sampling
from vqclip.models.sketches.sketchfile import SketchModel, codebook_hash, read_sketch
from vqclip.models.textprior import prior_file
from vqclip.randomness import Streams

KEY = f"sketch {MINI}"
"""What the hash of the file stands under."""


@dataclass(frozen=True)
class Sketcher:
    """What sketches of B images are written and ranked with.

    Attributes:
        model: writes them.
        sampling: how their codes are drawn.
        count: written for each job, at least as many as it has starts.
        each: starts of each job, which stand side by side in the batch.
        guidance: ranks them.
        streams: of the B images; the first start of a job draws for all.
    """

    model: SketchModel
    sampling: Sampling
    count: int
    each: int
    guidance: Guidance
    streams: Streams


def check_codebook(model: SketchModel, generator: Generator, path: Path) -> None:
    """Make sure that a sketch model writes the codes of a generator.

    Raises:
        CheckpointError: it was trained with another codebook.
    """
    own = "none" if generator.codebook is None else codebook_hash(generator.codebook)
    if own != model.codebook:
        raise CheckpointError(
            f"{path} writes the codes of another codebook ({model.codebook[:12]}) than the one "
            f"loaded ({own[:12]}); train it again"
        )


def find_sketcher(models: Models) -> SketchModel | None:
    """Return the sketch model of the package where its own VQGAN is loaded by its name.

    Raises:
        CheckpointError: it is damaged, or was trained with another codebook.
    """
    if not has_sketcher(models):
        return None
    model = _shipped(MINI_SKETCH)
    check_codebook(model, models.generator, MINI_SKETCH)
    return model


def has_sketcher(models: Models) -> bool:
    """Say whether pictures of these models may begin with a sketch."""
    return f"vqgan {MINI}" in models.hashes and MINI_SKETCH.is_file()


def sketcher_hash(models: Models) -> dict[str, str]:
    """Return the SHA-256 of the sketch model by its name, if these models have one."""
    return {KEY: _hash(MINI_SKETCH)} if has_sketcher(models) else {}


def all_hashes(models: Models) -> dict[str, str]:
    """Return the SHA-256 of every file a picture depends on: models, and what they bring."""
    found: dict[str, str] = {}
    for key in models.hashes:
        name = key.removeprefix("perceptor ")
        if name != key and (path := prior_file(name)) is not None:
            found[f"prior {name}"] = sha256(path)
    return {**models.hashes, **found, **sketcher_hash(models)}


@lru_cache(maxsize=1)
def _shipped(path: Path) -> SketchModel:
    with torch.inference_mode(False):
        return read_sketch(path)


@lru_cache(maxsize=1)
def _hash(path: Path) -> str:
    return sha256(path)
