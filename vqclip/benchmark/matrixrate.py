"""Arithmetic: what a device can do at most, and what a step asks of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch.utils.flop_counter import FlopCounterMode

from vqclip.benchmark.timing import Effort, time_steps

SIDES = {"cuda": 8192, "mps": 4096, "cpu": 512}
"""Sides of the matrices, large enough that nothing but arithmetic counts."""


def matrix_rates(device: torch.device, effort: Effort) -> dict[str, float]:
    """Measure the floating-point operations a second of a matrix product, by type of numbers."""
    side = SIDES.get(device.type, SIDES["cpu"])
    rates = {}
    for dtype in (torch.float32, torch.bfloat16):
        left, right = (torch.randn(side, side, device=device).to(dtype) for _ in range(2))
        spread = time_steps(partial(torch.matmul, left, right), device, effort)
        rates[str(dtype).removeprefix("torch.")] = 2 * side**3 / (spread.median / 1000)
    return rates


def count_flops(step: Callable[[], object]) -> int:
    """Count the floating-point operations of a step: of matrix products and convolutions."""
    with FlopCounterMode(display=False) as counter:
        step()
    return int(counter.get_total_flops())
