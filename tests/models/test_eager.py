"""Torch without its compiler: same numbers, no stand-in stays, and `torch.compile` still works."""

from __future__ import annotations

import subprocess
import sys
from copy import deepcopy

import pytest
import torch
from torch import nn

from vqclip.engine.optim import OPTIMIZERS
from vqclip.models.eager import Uninitialized, eager

DRAWS = """
import sys
import torch
from vqclip.models.eager import eager
from vqclip.models.openclip import open_clip
from vqclip.models.taming import TamingVQGAN
from vqclip.models.shipped import MINI_FOLDER

point = torch.ones(2, requires_grad=True)
optimizer = eager(torch.optim.Adam)([point], lr=0.1)
point.square().sum().backward()
optimizer.step()
optimizer.zero_grad()
TamingVQGAN.from_file(MINI_FOLDER / "vqgan.safetensors")
timm = open_clip.timm_model.timm
assert timm is not None, "timm failed to import"
print(len([name for name in sys.modules if name.startswith("torch._dynamo")]))
"""
COMPILES = """
compiled = torch.compile(lambda x: x.sin() * 2, backend="eager", fullgraph=True)
assert torch.allclose(compiled(point), point.sin() * 2)
assert "StandIn" not in {type(sys.modules[name]).__name__ for name in sys.modules}
import torchvision
boxes = torch.tensor([[0.0, 0.0, 2.0, 2.0]])
assert torchvision.ops.roi_align(torch.ones(1, 1, 4, 4), [boxes], 1).item() == 1
print(torch._dynamo.utils.is_compile_supported("cpu"))
"""
LACKING = """
import sys
import types
import vqclip.models.eager
from vqclip.models.eager import without_compiler

with without_compiler():
    from torch._dynamo import is_compiling, disable
    import torch._dynamo.utils
assert not is_compiling()
assert isinstance(sys.modules["torch._dynamo"].eval_frame, types.ModuleType)
print(type(sys.modules["torch._dynamo"]).__name__)
"""
BROKEN = """
import sys
import vqclip.models.eager
broken = lambda *_, **__: 1 / 0
vqclip.models.eager._disable = broken  # as if another version asked for something else
from vqclip.models.openclip import open_clip
assert open_clip.timm_model.timm is not None
print(type(sys.modules["torch._dynamo"]).__name__)
"""


def printed(program: str) -> list[str]:
    """Return what a program prints in a process of its own, which must succeed."""
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_models_are_loaded_and_optimized_without_the_compiler_which_works_afterwards() -> None:
    assert printed(DRAWS + COMPILES) == ["0", "True"]


@pytest.mark.parametrize("program", [LACKING, BROKEN])
def test_where_the_stand_in_lacks_something_the_compiler_is_imported(program: str) -> None:
    assert printed(program) == ["module"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_eager_optimizers_make_the_steps_of_torch_and_exchange_states(name: str) -> None:
    start, targets = torch.randn(5, 3), torch.randn(5, 3)
    plain, own = start.clone().requires_grad_(True), start.clone().requires_grad_(True)
    theirs = OPTIMIZERS[name]([plain], lr=0.05)
    ours = eager(OPTIMIZERS[name])([own], lr=0.05)
    for step in range(6):
        for point, optimizer in ((plain, theirs), (own, ours)):
            optimizer.zero_grad()
            (point - targets).square().sum().backward()
            optimizer.step()
        assert torch.equal(plain, own)
        if step == 2:
            ours.load_state_dict(deepcopy(theirs.state_dict()))


def test_modules_are_allocated_and_not_initialized() -> None:
    before = torch.get_rng_state()
    with Uninitialized():
        norm, layer = nn.GroupNorm(1, 2), nn.Conv2d(2, 3, 1)
    assert torch.equal(torch.get_rng_state(), before)
    assert layer.weight.shape == (3, 2, 1, 1)
    assert norm.weight.shape == (2,)
    assert nn.GroupNorm(1, 2).weight.tolist() == [1, 1]
