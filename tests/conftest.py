"""What all tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import settings

from tests.running import MATRIX
from tests.tiny import write_clip, write_vqgan
from vqclip.cli import main
from vqclip.config.job import Job
from vqclip.config.layers import Assignment, merge
from vqclip.config.prompt import parse_prompts
from vqclip.config.schema import Config
from vqclip.series.plan import Plan, make_plan

pytest_plugins = ["tests.hubs"]
settings.register_profile("same", derandomize=True, database=None, deadline=None, max_examples=50)
settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Check the types first: it takes a process longest, while the others run the tests."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/test_rules.py"))


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> Iterator[None]:
    """Tiny tensors gain nothing from threads, and lose much where cores are shared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True, scope="session")
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Leave the folder of this user alone, unless another one is named."""
    with pytest.MonkeyPatch.context() as patch:
        if "VQCLIP_HOME" not in os.environ:
            patch.setenv("VQCLIP_HOME", str(tmp_path_factory.mktemp("home")))
        yield


def small_config(**changes: Any) -> Config:
    """A configuration of a few steps on small pictures; sections as `cutouts__count`."""
    settings = {
        "steps": 4,
        "width": 16,
        "height": 16,
        "cutouts.count": 4,
        "optimizer.warmup": 0,
        "start.candidates": 1,
        "latent.noise": 0,
        **{key.replace("__", "."): value for key, value in changes.items()},
    }
    return merge([Assignment(key, value, key) for key, value in settings.items()])


@pytest.fixture(scope="session")
def make_job() -> Callable[..., Job]:
    """Make a job of a prompt, a seed and settings."""

    def make(prompt: str = "a fox", seed: int = 0, **changes: Any) -> Job:
        return Job(parse_prompts(prompt), seed, small_config(**changes))

    return make


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Settings that name a real, small VQGAN and CLIP on disk, and a short run."""
    folder: Path = tmp_path_factory.mktemp("pair")
    vqgan, clip = write_vqgan(folder), write_clip(folder / "clip")
    sizes = ["width=20", "height=16", "steps=3", "cutouts.count=2", "start.candidate_steps=1"]
    return [f"vqgan={vqgan}", f"perceptors=[{clip}]", *sizes]


@pytest.fixture
def command_line(monkeypatch, capsys, tmp_path) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["vqclip", *words])
        with pytest.raises(SystemExit) as caught:
            main()
        captured = capsys.readouterr()
        return int(caught.value.code or 0), captured.out, captured.err

    return call


@pytest.fixture
def plan_of(pair, tmp_path) -> Callable[..., Plan]:
    """Make a plan of tiny pictures; sections as `cutouts__count`."""
    vqgan, perceptors = (one.partition("=")[2] for one in pair[:2])

    def make(text: str = MATRIX, folder: str = "run", **changes) -> Plan:
        settings = {
            "vqgan": vqgan,
            "perceptors": perceptors,
            "width": 20,
            "height": 16,
            "steps": 6,
            "cutouts.count": 2,
            "start.candidates": 2,
            "start.candidate_steps": 2,
            **{key.replace("__", "."): value for key, value in changes.items()},
        }
        lines = [f"  {key}: {value}\n" for key, value in settings.items()]
        path = tmp_path / "many.yaml"
        path.write_text("defaults:\n" + "".join(lines) + text)
        return make_plan(path, folder=tmp_path / folder)

    return make
