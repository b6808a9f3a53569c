"""Seamless generators: what they decode goes on at its other edges."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.tiny import ARCHITECTURE, TinyVQGAN
from vqclip.models.seamless import seamless, wrapped
from vqclip.models.taming import TamingVQGAN


@pytest.fixture(scope="module")
def vqgan() -> TamingVQGAN:
    torch.manual_seed(0)
    return TamingVQGAN(ARCHITECTURE).eval().requires_grad_(False)


def drawn(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(("wrap", "dim"), [("x", -1), ("y", -2), ("xy", -1), ("xy", -2)])
def test_a_rolled_latent_is_the_picture_rolled_along(vqgan, wrap: str, dim: int) -> None:
    own, z, cells = seamless(vqgan, wrap), drawn(1, 8, 5, 6), 2
    expected = own.decode(z).roll(cells * own.factor, dims=dim)
    torch.testing.assert_close(own.decode(z.roll(cells, dims=dim)), expected, atol=2e-5, rtol=1e-4)
    image = drawn(1, 3, 10, 12).sigmoid()
    rolled = own.encode(image.roll(cells * own.factor, dims=dim))
    torch.testing.assert_close(
        rolled, own.encode(image).roll(cells, dims=dim), atol=2e-5, rtol=1e-4
    )
    # The plain generator treats its edges otherwise: the check is not vacuous.
    moved = vqgan.decode(z.roll(cells, dims=dim)) - vqgan.decode(z).roll(2 * cells, dims=dim)
    assert moved.abs().max() > 1e-3


def test_the_other_axis_stays_as_it_was(vqgan) -> None:
    z = drawn(1, 8, 12, 1)  # where every column is alike, wrapping x is no difference but zeros
    wide = z.expand(-1, -1, -1, 40)
    middle = vqgan.decode(wide)[..., 40:41]
    assert not torch.equal(seamless(vqgan, "xy").decode(wide)[..., 40:41], middle)
    across = seamless(vqgan, "x").decode(wide)
    torch.testing.assert_close(across, across[..., :1].expand_as(across), atol=1e-5, rtol=1e-4)


def test_weights_are_shared_and_the_generator_stays_as_it_is(vqgan) -> None:
    before, z = vqgan.state_dict().keys(), drawn(1, 8, 3, 3)
    plain, own = vqgan.decode(z), seamless(vqgan, "xy")
    assert own.codebook is vqgan.codebook
    assert {id(weight) for weight in own.parameters()} == {id(w) for w in vqgan.parameters()}
    assert vqgan.state_dict().keys() == before
    assert torch.equal(vqgan.decode(z), plain)
    assert seamless(vqgan, "") is vqgan
    with pytest.raises(ValueError, match="not a module"):
        seamless(object(), "x")  # type: ignore[arg-type]
    assert torch.equal(seamless(TinyVQGAN(), "x").decode(z[:, :4]), TinyVQGAN().decode(z[:, :4]))


def test_margins_lie_at_the_other_edge() -> None:
    x = torch.arange(6.0).view(1, 1, 2, 3)
    assert wrapped(x, (1, 0, 0, 1), "x").tolist() == [[[[2, 0, 1, 2], [5, 3, 4, 5]]]]
    assert wrapped(x, (1, 0, 0, 1), "y").tolist() == [[[[0, 1, 2], [3, 4, 5], [0, 1, 2]]]]
    assert torch.equal(wrapped(x, (1, 1, 1, 1), ""), x)
