"""What generators and perceptors promise, kept by the real ones and by their stand-ins."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.tiny import ARCHITECTURE, TinyPerceptor, TinyVQGAN, taming_tensors, write_clip
from vqclip.models.perceptor import load_perceptor
from vqclip.models.protocols import Generator, LatentUnits, Perceptor
from vqclip.models.taming import TamingVQGAN


def test_units_are_those_of_the_codes() -> None:
    codebook = torch.tensor([[0.0, 5.0], [2.0, 5.0], [4.0, 5.0], [2.0, 5.0]])
    units = LatentUnits.of_codebook(codebook)
    assert units.mean.flatten().tolist() == [2, 5]
    assert units.low.flatten().tolist() == [0, 5]
    assert units.high.flatten().tolist() == [4, 5]
    assert units.deviation.flatten()[0].item() == pytest.approx(2**0.5)
    assert units.deviation.flatten()[1].item() > 0  # a channel in which all codes agree
    assert units.mean.shape == (1, 2, 1, 1)


@pytest.fixture(params=["tiny", "taming", "gumbel"])
def generator(request) -> Generator:
    if request.param == "tiny":
        return TinyVQGAN()
    architecture = replace(ARCHITECTURE, gumbel=True) if request.param == "gumbel" else ARCHITECTURE
    return TamingVQGAN.from_tensors(taming_tensors(architecture))


def test_a_generator_keeps_its_promises(generator: Generator) -> None:
    height, width = 4 * generator.factor, 6 * generator.factor
    images = torch.rand(2, 3, height, width)
    z = generator.encode(images)
    assert z.shape == (2, *generator.latent_shape(height, width))
    z_q = generator.quantize(z)
    assert z_q.shape == z.shape
    assert torch.equal(generator.quantize(z_q), z_q)  # codes are their own nearest codes
    assert (generator.units.low <= z_q).all()
    assert (z_q <= generator.units.high).all()
    assert generator.decode(z_q).shape == images.shape
    first = generator.decode(generator.quantize(generator.encode(images[:1])))
    torch.testing.assert_close(generator.decode(z_q)[:1], first)  # images do not mix
    assert generator.device == z.device


@pytest.fixture(params=["tiny", "open_clip"])
def perceptor(request, tmp_path) -> Perceptor:
    if request.param == "tiny":
        return TinyPerceptor()
    return load_perceptor(str(write_clip(tmp_path / "clip")))[0]


def test_a_perceptor_keeps_its_promises(perceptor: Perceptor) -> None:
    cutouts = torch.rand(3, 3, perceptor.size, perceptor.size, requires_grad=True)
    images, texts = perceptor.encode_image(cutouts), perceptor.encode_text(["a fox", "the sea"])
    for embeddings in (images, texts):
        assert embeddings.dtype == torch.float32
        torch.testing.assert_close(embeddings.norm(dim=-1), torch.ones(len(embeddings)))
    assert images.shape[1] == texts.shape[1]
    (gradient,) = torch.autograd.grad((images[0] * texts[0]).sum(), cutouts)
    assert gradient[0].abs().sum() > 0  # guidance reaches the cutout that it looks at
    assert not gradient[1:].any()  # and no other
    assert perceptor.logit_scale > 0
    assert perceptor.words_cut_off("a fox") == ""
    assert perceptor.words_cut_off("word " * perceptor.context_length + "end").endswith("end")
