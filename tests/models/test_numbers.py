"""The numbers of the models are those of taming's own modules, bit for bit."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace

import pytest
import torch
from taming.modules.diffusionmodules.model import Decoder, Encoder
from taming.modules.vqvae.quantize import VectorQuantizer
from torch import nn

from tests.tiny import ARCHITECTURE, taming_tensors
from vqclip.models.quantizer import nearest_codes
from vqclip.models.taming import TamingVQGAN


@pytest.mark.parametrize("dim", [3, 8, 256])
def test_codes_are_those_of_tamings_quantiser(dim) -> None:
    generator = torch.Generator().manual_seed(dim)
    theirs = VectorQuantizer(512, dim, beta=0.25)
    with torch.no_grad():
        theirs.embedding.weight.normal_(generator=generator)
        z = torch.randn(2, dim, 9, 7, generator=generator)
        z_q, _, (_, _, indices) = theirs(z)
        flat = z.permute(0, 2, 3, 1).reshape(-1, dim)
        ours = nearest_codes(flat, theirs.embedding.weight)
        assert torch.equal(ours, indices.flatten())
        entries = theirs.get_codebook_entry(indices.flatten(), (2, 9, 7, dim))
        vqgan = TamingVQGAN(replace(ARCHITECTURE, codes=512, embed_dim=dim))
        vqgan.quantize.load_state_dict(theirs.state_dict())
        assert torch.equal(vqgan.quantize(z), entries)
        # Its training pass adds and takes away z again, which rounds.
        torch.testing.assert_close(vqgan.quantize(z), z_q)


def test_gumbel_codes_are_the_likeliest_ones() -> None:
    architecture = replace(ARCHITECTURE, gumbel=True)
    tensors = taming_tensors(architecture)
    vqgan = TamingVQGAN.from_tensors(tensors)
    features = vqgan.quant_conv(vqgan.encoder(torch.rand(1, 3, 16, 16) * 2 - 1))
    logits = nn.functional.conv2d(
        features, tensors["quantize.proj.weight"], tensors["quantize.proj.bias"]
    )
    hard = torch.zeros_like(logits).scatter_(1, logits.argmax(dim=1, keepdim=True), 1.0)
    expected = torch.einsum("bnhw,nd->bdhw", hard, tensors["quantize.embed.weight"])
    assert torch.equal(vqgan.quantize.encode(features), expected)


@pytest.mark.parametrize("gumbel", [False, True])
def test_pictures_are_those_of_tamings_modules(gumbel) -> None:
    architecture = replace(ARCHITECTURE, gumbel=gumbel, attn_resolutions=(128,))
    tensors = taming_tensors(architecture)
    ours = TamingVQGAN.from_tensors(tensors)
    with contextlib.redirect_stdout(io.StringIO()):
        encoder = Encoder(**architecture.ddconfig()).eval()
        decoder = Decoder(**architecture.ddconfig()).eval()
    convolutions = {"quant_conv": nn.Conv2d(8, 8, 1), "post_quant_conv": nn.Conv2d(8, 8, 1)}
    parts = {"encoder": encoder, "decoder": decoder, **convolutions}
    for name, part in parts.items():
        own = {k[len(name) + 1 :]: v for k, v in tensors.items() if k.startswith(f"{name}.")}
        part.load_state_dict(own, strict=True)
        part.requires_grad_(False)
    images = torch.rand(2, 3, 24, 16)
    z = convolutions["quant_conv"](encoder(images * 2 - 1))
    if not gumbel:
        assert torch.equal(ours.encode(images), z)
    z_q = ours.quantize(z)
    theirs = decoder(convolutions["post_quant_conv"](z_q))
    assert torch.equal(ours.decode(z_q), (theirs + 1) / 2)
