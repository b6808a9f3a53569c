"""The discriminator, its loss, its adaptive weight and its regulariser."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from vqclip.randomness import stream
from vqclip.training.generator.discriminator import (
    STRONGEST,
    LeCam,
    PatchDiscriminator,
    ScaledDiscriminators,
    adaptive_weight,
    hinge,
)


def pictures(count: int, channels: int = 3, side: int = 16) -> torch.Tensor:
    return torch.rand(count, channels, side, side, generator=stream(0, "pictures"))


def test_the_hinge_loss() -> None:
    apart = hinge(torch.tensor([2.0]), torch.tensor([-2.0]))
    blind = hinge(torch.tensor([0.0]), torch.tensor([0.0]))
    wrong = hinge(torch.tensor([-1.0]), torch.tensor([1.0]))
    assert (apart, blind, wrong) == (0, 1, 2)


def test_the_adaptive_weight_is_the_ratio_of_the_gradients_and_bounded() -> None:
    layer = nn.Conv2d(2, 3, 3, padding=1)
    y = layer(pictures(2, 2))
    loss = torch.randn(y.shape, generator=stream(0, "loss"))
    weight = adaptive_weight(y, layer.weight, 6 * loss, loss)
    assert weight.item() == pytest.approx(6, rel=1e-3)
    assert adaptive_weight(y, layer.weight, 1e4 * loss, torch.zeros_like(loss)) == STRONGEST


def test_a_patch_is_as_large_as_documented() -> None:
    for layers, side in ((2, 34), (3, 70)):
        judge = PatchDiscriminator(width=4, layers=layers)
        images = torch.zeros(1, 3, 96, 96, requires_grad=True)
        logits = judge(images)
        middle = logits.shape[-1] // 2
        (gradient,) = torch.autograd.grad(logits[0, 0, middle, middle], images)
        rows = gradient.abs().sum(dim=(0, 1, 3)).nonzero()
        assert int(rows.max() - rows.min()) + 1 == side


def test_a_discriminator_learns_to_distinguish_bright_from_dark() -> None:
    torch.manual_seed(0)
    judge = PatchDiscriminator(width=8, layers=2)
    optimizer = torch.optim.Adam(judge.parameters(), lr=2e-3)
    bright = pictures(4, side=32) * 0.5 + 0.5
    for _ in range(25):
        real, made = judge(bright), judge(-bright)
        optimizer.zero_grad()
        hinge(real, made).backward()
        optimizer.step()
    assert real.mean() > 0.3 > -0.3 > made.mean()


def test_lecam_is_the_squared_distance_beyond_the_averages_of_the_other_kind() -> None:
    lecam = LeCam(torch.device("cpu"), decay=0.5)
    penalty = lecam(torch.tensor([2.0]), torch.tensor([-2.0]))
    assert lecam.anchors.tolist() == [1, -1]
    assert penalty == (2 + 1) ** 2 + (1 + 2) ** 2
    assert lecam(torch.tensor([-5.0]), torch.tensor([5.0])) == 0
    other = LeCam(torch.device("cpu"))
    other.load_state_dict(lecam.state_dict())
    assert torch.equal(other.anchors, lecam.anchors)


def test_each_scale_counts_the_same() -> None:
    judge = ScaledDiscriminators(scales=2, width=4, layers=1).eval()
    images = pictures(2, side=32)
    logits = judge(images)
    assert logits.shape[:2] == (2, 2)
    small = judge.scales[1](nn.functional.avg_pool2d(images, 2))
    assert set(small.flatten().tolist()) == set(logits[:, 1].flatten().tolist())
    assert torch.equal(judge.scales[0](images)[:, 0], logits[:, 0])


def test_weights_are_normalised_in_full_precision() -> None:
    judge = PatchDiscriminator(width=4, layers=1).eval()
    images = pictures(1, side=32)
    with torch.autocast("cpu", torch.bfloat16):
        reduced = judge(images)
    torch.testing.assert_close(reduced.float(), judge(images), atol=0.05, rtol=0.05)
