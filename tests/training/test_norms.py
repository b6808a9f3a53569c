"""Group normalisation in bfloat16: nearly the same numbers, the same parameters."""

from __future__ import annotations

import torch
from torch import nn

from vqclip.randomness import stream
from vqclip.training.generator.norms import ReducedNorm, reduce_norms


def test_norms_are_replaced_and_keep_parameters_and_types() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Sequential(nn.GroupNorm(4, 8, eps=1e-6)))
    nn.init.normal_(model[1][0].weight)
    names, x = list(model.state_dict()), torch.rand(2, 3, 8, 8, generator=stream(0, "x"))
    parameters, before = list(model.parameters()), model(x)
    reduce_norms(model)
    assert list(model.state_dict()) == names
    assert all(a is b for a, b in zip(parameters, model.parameters(), strict=True))
    assert isinstance(model[1][0], ReducedNorm)
    torch.testing.assert_close(model(x), before)
    with torch.autocast("cpu", torch.bfloat16):
        reduced = model(x)
    assert reduced.dtype is torch.bfloat16
    torch.testing.assert_close(reduced.float(), before, atol=0.05, rtol=0.05)
    reduced.float().sum().backward()
    assert parameters[-1].grad is not None
    assert parameters[-1].grad.dtype is torch.float32
