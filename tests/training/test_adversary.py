"""The adversary: its influence over the steps, and the gradient it gives."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.training.pairs import TINY_VQGAN
from vqclip.randomness import stream
from vqclip.training.commands import read_settings
from vqclip.training.generator.adversary import Adversary
from vqclip.training.generator.vqgan_settings import VqganSettings

CPU = torch.device("cpu")
WORDS = ("adversary.start=10", "adversary.lead=5", "adversary.ramp=10", "adversary.weight=0.5")


def adversary(*words: str) -> Adversary:
    settings = read_settings(VqganSettings, None, [*TINY_VQGAN, *WORDS, *words])
    return Adversary(settings, CPU, reduced=False)


def test_its_influence_grows_after_its_lead() -> None:
    own = adversary()
    assert [own.influence(step) for step in (0, 10, 15, 20, 25, 99)] == [0, 0, 0, 0.25, 0.5, 0.5]
    assert [own.learns(step) for step in (9, 10)] == [False, True]
    assert not adversary("adversary.weight=0").learns(99)


def test_its_pull_lowers_its_loss_and_is_as_strong_as_the_others() -> None:
    own, layer = adversary(), nn.Conv2d(2, 3, 3, padding=1)
    y = layer(torch.rand(2, 2, 16, 16, generator=stream(0, "y")))
    made = y.detach().requires_grad_()
    others = torch.randn(y.shape, generator=stream(0, "others"))
    pull, terms = own.pull(99, y, made, layer=layer.weight, others=others)
    strengths = [
        torch.autograd.grad(y, layer.weight, gradient, retain_graph=True)[0].norm()
        for gradient in (others, pull)
    ]
    assert float(strengths[1] / strengths[0]) == pytest.approx(0.5, rel=0.02)
    nearer = y.detach() - 0.1 * pull / pull.abs().max()
    assert -own.discriminator(nearer).mean() < terms["adversary"]


def test_it_learns_what_is_real() -> None:
    own = adversary("adversary.learning_rate=0.005")
    real = torch.rand(4, 3, 16, 16, generator=stream(0, "real"))
    losses = [float(own.learn(real, -real)) for _ in range(12)]
    assert losses[0] == pytest.approx(1, abs=0.2)
    assert losses[-1] < 0.8 * losses[0]


def test_a_seed_gives_one_discriminator_and_a_state_continues_it() -> None:
    first, again = adversary(), adversary()
    real = torch.rand(2, 3, 16, 16, generator=stream(0, "real"))
    assert torch.equal(first.discriminator(real), again.discriminator(real))
    first.learn(real, -real)
    again.load_state_dict(first.state_dict())
    assert first.learn(real, -real) == again.learn(real, -real)


def test_it_begins_after_a_share_of_the_training_and_continues_so() -> None:
    own = adversary("adversary.start_share=0.5")
    own.follow(20, 0.4)
    assert not own.learns(20)
    assert own.influence(99) == 0
    own.follow(21, 0.5)
    own.follow(22, 0.6)
    assert own.learns(21)
    assert [own.influence(step) for step in (26, 31, 36)] == [0, 0.25, 0.5]
    other = adversary("adversary.start_share=0.5")
    other.load_state_dict(own.state_dict())
    assert other.influence(31) == 0.25
