"""Recipes and checkpoints with any JSON in place of any part: read, or refused by a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import small_config
from tests.jsons import VALUES, damaged, refusal
from vqclip.config.destination import OutputConfig
from vqclip.config.schema import Config
from vqclip.errors import VqclipError
from vqclip.machine.device import Processor
from vqclip.outputs.checkpoint import Checkpoint
from vqclip.outputs.recipe import Recipe

FEW = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
MANY = settings(FEW, max_examples=5000)
RECIPE = json.loads(
    Recipe(
        small_config(prompts=["a fox", {"image": "a.png"}], start__image="b.png"),
        {"vqgan mini": "0" * 64},
        {"torch": "2"},
        "cpu",
        {"a.png": "1" * 64},
        Processor(2, "x"),
    ).to_json()
)
DEFAULTS = OutputConfig()


def check_places(config: Config) -> None:
    """Where files go is never taken from a stranger."""
    output = config.output
    assert (output.folder, output.overwrite, output.trace) == (DEFAULTS.folder, False, False)
    assert (output.save_every, output.checkpoint_every, config.model_dir) == (0, 0, None)


def check_recipe(content: object) -> None:
    """A recipe reads back as it was written, or is refused."""

    def read() -> None:
        recipe = Recipe.from_json(json.dumps(content), "x.png")
        check_places(recipe.config)
        assert Recipe.from_json(recipe.to_json(), "x.png") == recipe

    message = refusal(VqclipError, read)
    assert all(len(line) < 1000 for line in message.splitlines())


def check_checkpoint(path: Path, content: object) -> None:
    """A checkpoint names pictures beside it, or is refused."""
    torch.save(content, path)

    def read() -> None:
        checkpoint = Checkpoint.read(path)
        for name in checkpoint.names:
            assert (path.parent / name).resolve().parent == path.parent.resolve()
        for job in checkpoint.jobs(path.parent):
            assert job.config.output.folder == str(path.parent)
        assert checkpoint.step >= 0 or isinstance(checkpoint.step, int)

    refusal(VqclipError, read)


def checkpoints() -> st.SearchStrategy[Any]:
    """Checkpoints with parts replaced; their recipes are texts of JSON."""
    output = {key: getattr(DEFAULTS, key) for key in DEFAULTS.__dataclass_fields__}
    whole = {
        "recipes": [json.dumps(RECIPE)],
        "paths": ["a-fox_s0.png"],
        "output": output,
        "state": {"step": 1, "rows": 1},
    }
    recipes = damaged(RECIPE).map(lambda recipe: {**whole, "recipes": [json.dumps(recipe)]})
    return damaged(whole) | recipes


@given(damaged(RECIPE) | VALUES)
@FEW
def test_any_recipe_is_read_or_refused(content) -> None:
    check_recipe(content)


@given(checkpoints())
@FEW
def test_any_checkpoint_is_read_or_refused(tmp_path, content) -> None:
    check_checkpoint(tmp_path / "x.checkpoint", content)


@pytest.mark.slow
@given(damaged(RECIPE) | VALUES)
@MANY
def test_thousands_of_recipes(content) -> None:
    check_recipe(content)


@pytest.mark.slow
@given(checkpoints())
@MANY
def test_thousands_of_checkpoints(tmp_path, content) -> None:
    check_checkpoint(tmp_path / "x.checkpoint", content)
