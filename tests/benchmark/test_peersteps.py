"""The reference steps, held against their description."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from vqclip.benchmark.fullsize import Workshop
from vqclip.benchmark.peersteps import Facts, PeerStep
from vqclip.benchmark.workload import NERDYRODENT, PIXRAY, TINY, select

(TRIAL,) = select(["tiny-alone"])


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    torch.manual_seed(0)
    return Workshop(torch.device("cpu"))


def make(workshop: Workshop, tool: str, **changes) -> PeerStep:
    torch.manual_seed(0)
    return workshop.peer(replace(TRIAL, reference=tool, **changes))


def test_nerdyrodent_by_its_shapes(workshop) -> None:
    step = make(workshop, NERDYRODENT, width=64, cutouts=6)
    step()
    step.check()
    # 64 x 32 pixels are 32 x 16 tokens of 2 pixels, each compared with 32 codes.
    assert step.facts == Facts((1, 16, 32, 32), [(6, 3, 32, 32)], [(6, 16)], (1, 3, 32, 64))
    assert step.optimizer.param_groups[0]["lr"] == 0.1


def test_pixray_shares_its_cutouts_between_perceptors_of_one_size(workshop) -> None:
    step = make(workshop, PIXRAY, width=64, cutouts=5, perceptors=(TINY, TINY))
    step()
    step.check()
    assert step.facts.cutouts == [(5, 3, 32, 32)]
    assert step.facts.embeddings == [(5, 16)] * 2
    assert step.optimizer.param_groups[0]["lr"] == 0.2
    assert [eye.weights for eye in step.eyes] == [(1.0, 0.1)] * 2


def test_a_step_that_departs_is_refused(workshop) -> None:
    step = make(workshop, NERDYRODENT)
    step()
    step.cutouts += 1
    with pytest.raises(RuntimeError, match="described are"):
        step.check()


@pytest.mark.parametrize("tool", [NERDYRODENT, PIXRAY])
def test_it_optimises(workshop, tool) -> None:
    step = make(workshop, tool, cutouts=8)
    start = step.z.detach().clone()

    def loss() -> float:
        torch.manual_seed(1)
        return float(torch.stack(step.losses(step.synthesize())).sum().detach())

    before = loss()
    for _ in range(8):
        step()
    assert loss() < before
    assert not torch.equal(step.z, start)
    assert bool((step.z >= step.low).all() and (step.z <= step.high).all())
