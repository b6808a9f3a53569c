"""What the tests of the page share: a desk that draws with the tiny models, and small forms."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.running import TinyCache, models_with
from tests.tiny import TinyPerceptor
from vqclip.config.schema import Config
from vqclip.perception.embedder import Embedder
from vqclip.web.desk import Desk
from vqclip.web.finder import Finder
from vqclip.web.form import Form


def tiny_embedder() -> Embedder:
    return Embedder(TinyPerceptor(), device=torch.device("cpu"))


def tiny_form(prompt: str = "a fox", seed: int = 0, steps: int = 4, **changes: str) -> Config:
    """The configuration of a picture of 16 x 16 pixels that takes a moment."""
    settings = {
        "cutouts.count": "2",
        "start.candidates": "1",
        "start.kind": "smooth",
        "optimizer.warmup": "0",
        **{key.replace("__", "."): value for key, value in changes.items()},
    }
    lines = [f"{key}={value}" for key, value in settings.items()]
    return Form(prompt, None, (), str(seed), "16", "16", str(steps), None, lines).config()


class PatientPerceptor(TinyPerceptor):
    """Takes its time over every step, so that a drawing can be interrupted."""

    def encode_image(self, cutouts: Tensor) -> Tensor:
        time.sleep(0.01)
        return super().encode_image(cutouts)


def make_desk(folder: Path, *, patient: bool = False) -> Desk:
    """A desk whose drawings are made by the tiny models."""
    finder = Finder(tiny_embedder)
    cache = TinyCache(models_with(PatientPerceptor())) if patient else TinyCache()
    return Desk.at(folder, device="cpu", cache=cache, finder=finder)


@pytest.fixture
def patient_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose drawings can be interrupted."""
    made = make_desk(tmp_path / "out", patient=True)
    yield made
    made.studio.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that does not draw before its studio is opened."""
    made = make_desk(tmp_path / "out")
    yield made
    made.studio.close()


def finish(desk: Desk, seconds: float = 120) -> None:
    """Wait until the queue is empty."""
    wait_for(lambda: not desk.studio.queue(), seconds)


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.01)
