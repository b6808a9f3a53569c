"""A checkpoint: everything needed to continue a batch exactly where it was left."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import torch

from vqclip.config.destination import OutputConfig
from vqclip.config.job import Job
from vqclip.config.layers import Assignment, assemble
from vqclip.config.schema import Config
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.errors import ConfigError, OutputError
from vqclip.files.atomic import write
from vqclip.machine.memory import pass_on
from vqclip.models.load import Models
from vqclip.models.weights.pickles import check_archive
from vqclip.outputs.recipe import Recipe

PARTS = {"recipes", "paths", "output", "state"}
KEYS = tuple(field.name for field in fields(OutputConfig))
"""Keys of the section `output`; a checkpoint has all of them but `LATER`."""
LATER = {"video"}
"""Keys that checkpoints of earlier versions lack."""


@dataclass(frozen=True)
class Checkpoint:
    """The state of an unfinished batch, with the recipes and the names of its pictures.

    Attributes:
        recipes: recipe of each picture.
        names: file name of each picture, in the folder of the checkpoint.
        output: how the pictures are written.
        state: state of the optimisation: tensors and plain values.
    """

    recipes: tuple[Recipe, ...]
    names: tuple[str, ...]
    output: OutputConfig
    state: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> Checkpoint:
        """Read a checkpoint: tensors and plain values only, never code.

        Raises:
            OutputError: it does not exist, is damaged, or is not a checkpoint of this program.
            ConfigError: a recipe has settings that this version does not know.
        """
        content = _load(path)
        names, texts = _texts(content["paths"]), _texts(content["recipes"])
        output = content["output"]
        try:
            settings = assemble(OutputConfig, _assignments(output))
        except (ConfigError, KeyError, TypeError) as error:
            raise OutputError(f"{path} is damaged: {error}") from error
        if not (names and len(names) == len(texts) and _are_ours(names, settings.format)):
            raise OutputError(f"{path} is damaged: its file names are not those of pictures")
        recipes = tuple(Recipe.from_json(text, str(path)) for text in texts)
        return cls(recipes, names, settings, content["state"])

    def write(self, path: Path) -> None:
        """Write the checkpoint, completely or not at all.

        Raises:
            OutputError: the folder cannot be written to.
        """
        content = {
            "recipes": [recipe.to_json() for recipe in self.recipes],
            "paths": list(self.names),
            "output": asdict(self.output),
            "state": self.state,
        }
        buffer = BytesIO()
        torch.save(content, buffer)
        write(path, buffer.getvalue())

    @property
    def step(self) -> int:
        """The number of steps that were made; 0 where the state does not say."""
        step = self.state.get("step") if isinstance(self.state, dict) else None
        return step if isinstance(step, int) and not isinstance(step, bool) else 0

    def with_configs(self, configs: Sequence[Config]) -> Checkpoint:
        """Return the checkpoint with other settings in its recipes."""
        pairs = zip(self.recipes, configs, strict=True)
        recipes = tuple(replace(recipe, config=config) for recipe, config in pairs)
        return replace(self, recipes=recipes)

    def jobs(self, folder: Path) -> list[Job]:
        """Return the jobs of the batch, with another folder for the pictures."""
        output = replace(self.output, folder=str(folder))
        shared = Job.of(replace(self.recipes[0].config, output=output)).config
        return [replace(Job.of(recipe.config), config=shared) for recipe in self.recipes]

    def restore(self, models: Models, jobs: Sequence[Job]) -> Generation:
        """Return the optimisation of the jobs as it was.

        Raises:
            OutputError: the state does not fit the jobs or the models.
        """
        generation = build(models, jobs)
        try:
            generation.load_state_dict(self.state)
        except (KeyError, RuntimeError, ValueError, TypeError) as error:
            pass_on(error)
            raise OutputError(f"the checkpoint does not fit these models: {error}") from error
        return generation


def _assignments(output: Mapping[str, Any]) -> list[Assignment]:
    """Return the settings of the section `output`.

    Raises:
        KeyError: one is missing.
    """
    known = [key for key in KEYS if key in output or key not in LATER]
    return [Assignment(key, output[key], "") for key in known]


def _texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list; none where it is anything else."""
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        return ()
    return tuple(value)


def _are_ours(names: Sequence[str], format: str) -> bool:
    """Say whether these are names as the program gives them to pictures, each once."""
    plain = re.compile(rf"\w[\w.-]*\.{re.escape(format)}")
    return len(set(names)) == len(names) and all(map(plain.fullmatch, names))


def _load(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise OutputError(f"the checkpoint {path} does not exist")
    try:
        check_archive(path)
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many kinds, and advises to load unsafely
        pass_on(error)
        raise OutputError(
            f"{path} is not a readable checkpoint: it is damaged, or was not written by vqclip"
        ) from error
    if not isinstance(content, dict) or not set(content) >= PARTS:
        raise OutputError(f"{path} is not a checkpoint of vqclip")
    return content
