"""The step taken apart is the step."""

from __future__ import annotations

import pytest
import torch

from tests.tiny import tiny_models
from vqclip.benchmark.dissection import PARTS, DissectedStep
from vqclip.benchmark.timing import Marks
from vqclip.engine.build import build

AUGMENTED = [{"name": "affine"}, {"name": "jitter"}, "flip", {"name": "noise", "strength": 0.1}]


@pytest.mark.parametrize("augmentations", [AUGMENTED, []])
def test_it_moves_the_latent_as_a_step_does(make_job, augmentations) -> None:
    jobs = [make_job(seed=seed, augmentations=augmentations, cutouts__chunk=3) for seed in (1, 2)]
    whole, parts = build(tiny_models(8, 6), jobs), build(tiny_models(8, 6), jobs)
    step, marks = DissectedStep(parts), Marks(torch.device("cpu"))
    for _ in range(3):
        whole.advance()
        marks.start()
        step(marks)
    assert torch.equal(parts.state.latent.z(), whole.state.latent.z())
    assert tuple(marks.laps()) == PARTS
