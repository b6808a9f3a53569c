"""On a GPU, with models of full size and random weights: `pytest -m gpu -n 0`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from vqclip.benchmark.fullsize import Workshop
from vqclip.benchmark.workload import select
from vqclip.config.job import Job
from vqclip.config.layers import Assignment, load_config
from vqclip.config.prompt import parse_prompts
from vqclip.config.schema import Config
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.machine.device import resolve_device

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no GPU of CUDA"),
]
(WORK,) = select(["classic-256"])


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    torch.manual_seed(0)
    return Workshop(resolve_device("cuda"))


@pytest.fixture
def _all_memory() -> Iterator[None]:
    yield
    torch.cuda.set_per_process_memory_fraction(1.0)


def config(**changes: object) -> Config:
    settings = {
        "steps": 20,
        "width": 192,
        "height": 128,
        "start.kind": "smooth",
        "start.candidates": 1,
        "cutouts.count": 16,
        **{key.replace("__", "."): value for key, value in changes.items()},
    }
    given = [Assignment(key, value, key) for key, value in settings.items()]
    return load_config(assignments=given)


def generate(
    workshop: Workshop, settings: Config, seeds: Sequence[int], steps: int
) -> tuple[Generation, Tensor]:
    """Make some steps; return the generation and the losses (steps, B)."""
    jobs = [Job(parse_prompts("a red house"), seed, settings) for seed in seeds]
    generation = build(workshop.models(WORK), jobs)
    losses = []
    for _ in range(steps):
        losses.append([table.total for table in generation.advance().losses])
    return generation, torch.tensor(losses)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_same_seed_gives_the_same_bytes(workshop, precision) -> None:
    settings = config(precision=precision)
    first, _ = generate(workshop, settings, [3], 8)
    again, _ = generate(workshop, settings, [3], 8)
    assert torch.equal(first.images(), again.images())


def test_pictures_of_a_batch_are_those_drawn_alone(workshop) -> None:
    settings = config(precision="float32", augmentations=["flip"])
    together, losses = generate(workshop, settings, [1, 2, 3, 4], 3)
    for row, seed in enumerate([1, 2, 3, 4]):
        alone, expected = generate(workshop, settings, [seed], 3)
        torch.testing.assert_close(losses[:, row], expected[:, 0], rtol=1e-3, atol=1e-4)
        difference = (together.state.latent.z()[row] - alone.state.latent.z()[0]).abs().mean()
        moved = (alone.state.latent.z() - alone.state.latent.base).abs().mean()
        assert difference < 0.1 * moved


@pytest.mark.usefixtures("_all_memory")
def test_where_memory_lacks_the_chunk_is_halved(workshop) -> None:
    def peak(chunk: int) -> tuple[int, Tensor]:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        settings = config(precision="float32", cutouts__count=256, cutouts__chunk=chunk)
        _, losses = generate(workshop, settings, [5], 1)
        return int(torch.cuda.max_memory_reserved()), losses

    all_at_once, expected = peak(0)
    few, _ = peak(32)
    assert few < all_at_once
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction((few + all_at_once) / 2 / total)
    settings = config(precision="float32", cutouts__count=256)
    generation, found = generate(workshop, settings, [5], 1)
    assert 1 <= generation.state.guidance.chunk < 256
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4)


def test_memory_is_flat_over_steps_and_over_cutouts(workshop) -> None:
    def peaks(count: int) -> list[int]:
        settings = replace(config(cutouts__count=count, cutouts__chunk=16))
        jobs = [Job(parse_prompts("a red house"), 1, settings)]
        generation, found = build(workshop.models(WORK), jobs), []
        for _ in range(6):
            torch.cuda.reset_peak_memory_stats()
            generation.advance()
            found.append(int(torch.cuda.max_memory_allocated()))
        return found

    few, many = peaks(16), peaks(128)
    assert max(few[2:]) <= 1.01 * few[2]
    # 128 windows are drawn and remembered; nothing else grows with them.
    assert max(many) < 1.1 * max(few)
