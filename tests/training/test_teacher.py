"""The teacher: the codes of a larger picture are those of the smaller one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from vqclip.errors import ConfigError
from vqclip.models.taming import TamingVQGAN
from vqclip.randomness import stream
from vqclip.training.generator.teacher import Teacher, check_fit
from vqclip.training.generator.vqgan_settings import ArchitectureSettings

SMALL = ArchitectureSettings(ch_mult=[1, 1], z_channels=8, codes=12, code_size=6)


def build(**changes: object) -> TamingVQGAN:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return TamingVQGAN(replace(SMALL, **changes).build()).requires_grad_(False)


@pytest.fixture
def teacher() -> Teacher:
    return Teacher(build(), build(ch_mult=[1, 1, 1]))


def test_it_sees_larger_pictures_at_its_own_size(teacher: Teacher) -> None:
    images = torch.rand(2, 3, 16, 16, generator=stream(0, "pictures"))
    larger = images.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    tokens = teacher.tokens(larger)
    torch.testing.assert_close(tokens, teacher.vqgan.encode(images))
    codes = teacher.codes(tokens)
    assert codes.shape == (2, 64)
    expected = teacher.vqgan.codebook[codes].transpose(1, 2).reshape(tokens.shape)
    torch.testing.assert_close(expected, teacher.vqgan.quantize(tokens))


def test_codes_are_likeliest_at_their_place(teacher: Teacher) -> None:
    codes = torch.arange(12).view(1, 12)
    exact = teacher.vqgan.codebook.T.reshape(1, 6, 3, 4)
    assert teacher.surprise(exact, codes) < 0.5
    assert teacher.surprise(exact, codes.roll(1, dims=1)) > 2
    assert teacher.distance(exact, exact) == 0
    shifted = exact + teacher.variance.sqrt()
    assert float(teacher.distance(shifted, exact)) == pytest.approx(1, rel=1e-4)


def test_a_teacher_of_other_codes_or_larger_pictures_is_refused() -> None:
    check_fit(build(), build(ch_mult=[1, 1, 1]))
    for other in (build(codes=16), build(ch_mult=[1])):
        with pytest.raises(ConfigError, match="teacher: codes, their dimensions and pixels"):
            check_fit(build(), other)
