"""Custom gradients: straight-through, clamping, and gradients gathered halfway."""

from __future__ import annotations

import torch

from vqclip.engine.gradients import clamp_with_grad, gather, leaf, pass_on, straight_through


def test_straight_through_has_one_value_and_the_other_gradient() -> None:
    x = torch.tensor([0.1, 0.9], requires_grad=True)
    y = straight_through(x.round(), x * 3)
    assert y.tolist() == [0.0, 1.0]
    (gradient,) = torch.autograd.grad(y.sum(), x)
    assert gradient.tolist() == [3.0, 3.0]


def test_clamp_lets_gradients_through_that_lead_back() -> None:
    x = torch.tensor([-0.5, -0.5, 0.5, 1.5, 1.5], requires_grad=True)
    y = clamp_with_grad(x)
    assert y.tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    (gradient,) = torch.autograd.grad(y, x, torch.tensor([1.0, -1.0, 1.0, 1.0, -1.0]))
    # Descent with gradient 1 moves down: away from the range at -0.5, back to it at 1.5.
    assert gradient.tolist() == [0.0, -1.0, 1.0, 1.0, 0.0]


def test_gradients_are_added_to_the_leaves_that_count() -> None:
    x, y = (torch.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    gather(x.square().sum(), x, y)
    gather((3 * x).sum(), x, y)
    assert x.grad is not None
    assert x.grad.tolist() == [2 + 3, 4 + 3]
    assert y.grad is None


def test_what_is_gathered_at_leaves_and_passed_on_is_the_gradient_of_one_graph() -> None:
    def losses(image: torch.Tensor, z: torch.Tensor) -> list[torch.Tensor]:
        return [image.square().sum(), image.sin().sum(), z.pow(3).sum()]

    x = torch.tensor([0.3, -0.8], requires_grad=True)
    z = 2 * x
    image = z.exp()
    (expected,) = torch.autograd.grad(sum(losses(image, z)), x, retain_graph=True)
    image_leaf, z_leaf, idle = leaf(image), leaf(z), leaf(x)
    for loss in losses(image_leaf, z_leaf):
        gather(loss, image_leaf, z_leaf)
    pass_on((image_leaf, image), (z_leaf, z), (idle, x))
    assert x.grad is not None
    torch.testing.assert_close(x.grad, expected)
