"""Floating-point operations, counted in closed form."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from vqclip.benchmark.matrixrate import count_flops, matrix_rates
from vqclip.benchmark.timing import Effort


def test_a_matrix_product_has_two_operations_per_pair() -> None:
    left, right = torch.randn(3, 5), torch.randn(5, 7)
    assert count_flops(lambda: left @ right) == 2 * 3 * 5 * 7


def test_a_convolution_and_its_gradient_are_counted() -> None:
    image, kernel = torch.randn(1, 4, 8, 8, requires_grad=True), torch.randn(6, 4, 3, 3)
    forward = 2 * 6 * 4 * 9 * 64
    assert count_flops(lambda: F.conv2d(image, kernel, padding=1)) == forward
    assert count_flops(lambda: F.conv2d(image, kernel, padding=1).sum().backward()) == 2 * forward


def test_rates_have_the_types_of_a_step() -> None:
    rates = matrix_rates(torch.device("cpu"), Effort(warmup=0, least=1, seconds=0))
    assert set(rates) == {"float32", "bfloat16"}
    assert all(rate > 0 for rate in rates.values())
