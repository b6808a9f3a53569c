"""Runs of series in tests: drawing them, stopping them, reading what became of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from tests.tiny import TinyPerceptor, TinyVQGAN, tiny_models
from vqclip import cli
from vqclip.config.schema import Config
from vqclip.models.load import Models
from vqclip.perception.ranking import Judge
from vqclip.runs.events import Event, Started
from vqclip.runs.folder import RunFolder
from vqclip.runs.modelcache import ModelCache
from vqclip.runs.work import WorkOptions
from vqclip.runs.worker import Worker
from vqclip.series.plan import Plan

MATRIX = "matrix:\n  subjects: [a fox, a hen]\n  styles: [none, oil]\n  seeds: 0-1\n"


class TinyCache:
    """A cache of models that holds the tiny ones, or others, whatever is asked for."""

    def __init__(self, models: Models | None = None) -> None:
        self.models = tiny_models() if models is None else models

    def load(self, config: Config) -> tuple[Models, Judge]:
        judge = Judge.of_models(self.models, device=torch.device("cpu"), precision="float32")
        return self.models, judge


class BlindPerceptor(TinyPerceptor):
    """Reads one text as no direction at all, so that the loss of its pictures diverges."""

    blind_to = "a fox"

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        vectors = super().encode_text(texts)
        vectors[[text == self.blind_to for text in texts]] = float("nan")
        return vectors


class NarrowVQGAN(TinyVQGAN):
    """Runs out of memory on more than a few pictures at once."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def decode(self, z_q: Tensor) -> Tensor:
        if len(z_q) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return super().decode(z_q)


def models_with(perceptor: TinyPerceptor) -> Models:
    return replace(tiny_models(), perceptors=(perceptor,))


def never() -> bool:
    return False


def draw(
    plan: Plan,
    stop: Callable[[], bool] = never,
    *,
    retry_failed: bool = False,
    cache: ModelCache | TinyCache | None = None,
    **options,
) -> tuple[RunFolder, list[Event]]:
    """Draw a plan by one worker, with the tiny models unless told otherwise."""
    run = RunFolder.open(plan, retry_failed=retry_failed)
    return run, list(Worker(run, cache or TinyCache(), stop, WorkOptions(**options)).work())


def stop_after(steps: int) -> Callable[[], bool]:
    """Stop at the n-th question."""
    left = [steps]

    def stop() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stop


def of_kind(events: Sequence[Event], kind: type[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


def first_steps(events: Sequence[Event]) -> list[int]:
    """The step that each batch began after."""
    return [event.step for event in events if isinstance(event, Started)]


def pictures(run: RunFolder) -> dict[str, bytes]:
    return {job.id: run.path(job).read_bytes() for job in run.plan.jobs}


def states(run: RunFolder) -> list[str]:
    return [run.manifest.entry(job.id).state for job in run.plan.jobs]


def invoke(words: list[str], code: int = 0) -> None:
    """Run the command line in this process."""
    before = sys.argv
    sys.argv = ["vqclip", *words]
    try:
        with pytest.raises(SystemExit) as done:
            cli.main()
    finally:
        sys.argv = before
    assert (done.value.code or 0) == code
