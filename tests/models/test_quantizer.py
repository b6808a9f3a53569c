"""Quantisers: nearest codes by brute force, and by taming's own quantiser."""

from __future__ import annotations

import pytest
import torch
from taming.modules.vqvae.quantize import VectorQuantizer as TamingQuantizer

from vqclip.models import quantizer as quantizers
from vqclip.models.quantizer import GumbelQuantizer, VectorQuantizer, look_up, nearest_codes


def test_nearest_codes_by_brute_force(monkeypatch) -> None:
    z, codebook = torch.randn(50, 6), torch.randn(20, 6)
    expected = torch.cdist(z, codebook).argmin(dim=1)
    assert torch.equal(nearest_codes(z, codebook), expected)
    monkeypatch.setattr(quantizers, "TOKENS_PER_CHUNK", 7)
    assert torch.equal(nearest_codes(z, codebook), expected)


def test_every_cell_gets_its_own_nearest_code() -> None:
    codebook = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    z = torch.tensor([[[0.9, 0.1], [0.4, 0.2]], [[0.2, 0.8], [0.3, 0.1]]]).permute(2, 0, 1)[None]
    expected = codebook[torch.tensor([[1, 0], [2, 0]])].permute(2, 0, 1)[None]
    assert torch.equal(look_up(z, codebook), expected)


@pytest.mark.parametrize("kind", [VectorQuantizer, GumbelQuantizer])
def test_codes_quantise_to_themselves(kind) -> None:
    quantizer = kind(10, 4)
    z = quantizer.codebook[torch.randint(10, (2, 3, 5))].permute(0, 3, 1, 2)
    assert torch.equal(quantizer(z), z)


@pytest.mark.parametrize("dim", [3, 8, 256])
def test_codes_are_those_of_tamings_quantiser(dim) -> None:
    generator = torch.Generator().manual_seed(dim)
    theirs, ours = TamingQuantizer(512, dim, beta=0.25), VectorQuantizer(512, dim)
    with torch.no_grad():
        theirs.embedding.weight.normal_(generator=generator)
        ours.load_state_dict(theirs.state_dict())
        z = torch.randn(2, dim, 9, 7, generator=generator)
        z_q, _, (_, _, indices) = theirs(z)
        tokens = z.permute(0, 2, 3, 1).reshape(-1, dim)
        assert torch.equal(nearest_codes(tokens, ours.codebook), indices.flatten())
        entries = theirs.get_codebook_entry(indices.flatten(), (2, 9, 7, dim))
        assert torch.equal(ours(z), entries)
        # Its training pass adds and takes away z again, which rounds.
        torch.testing.assert_close(ours(z), z_q)


def test_features_are_the_latents_of_a_plain_codebook() -> None:
    features = torch.randn(1, 4, 2, 2)
    assert torch.equal(VectorQuantizer(10, 4).encode(features), features)


def test_a_gumbel_codebook_encodes_to_the_likeliest_codes() -> None:
    quantizer = GumbelQuantizer(10, 4)
    features = torch.randn(2, 4, 3, 5)
    logits = quantizer.proj(features)
    hard = torch.zeros_like(logits).scatter_(1, logits.argmax(dim=1, keepdim=True), 1.0)
    expected = torch.einsum("bnhw,nd->bdhw", hard, quantizer.codebook)
    assert torch.equal(quantizer.encode(features), expected)
