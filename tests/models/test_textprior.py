"""The prior: it draws what it learned, and belongs to one perceptor."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.errors import CheckpointError
from vqclip.models.textprior import TextPrior, find_prior, prior_file, read_prior, write_prior

CPU = torch.device("cpu")


def unit(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(*shape, generator=generator), dim=-1)


def make(seed: int = 0) -> TextPrior:
    torch.manual_seed(seed)
    return TextPrior(6, 16, 2)


def test_a_constant_velocity_moves_every_sample_by_it() -> None:
    prior = make()
    torch.nn.init.zeros_(prior.out.weight)
    velocity = torch.tensor([3.0, 0, 0, 0, 4.0, 0])
    prior.out.bias.data.copy_(velocity)
    prior.mean.fill_(0.5)
    prior.deviation.fill_(2.0)
    noise = torch.randn(3, 6, generator=torch.Generator().manual_seed(0))
    for spread in (0.0, 0.5):
        drawn = prior.sample(unit(3, 6), noise, spread=spread)
        expected = F.normalize((spread * noise + velocity) * 2 + 0.5, dim=-1)
        torch.testing.assert_close(drawn, expected)


def test_without_spread_noise_does_not_matter() -> None:
    prior, texts = make(), unit(2, 6)
    one, other = (prior.sample(texts, unit(2, 6, seed=k), spread=0.0) for k in (1, 2))
    assert torch.equal(one, other)


def test_a_prior_is_written_and_read(tmp_path: Path) -> None:
    prior, texts, noise = make(), unit(2, 6), unit(2, 6, seed=1)
    write_prior(tmp_path / "prior.safetensors", prior, "a" * 64)
    again = read_prior(tmp_path / "prior.safetensors", "a" * 64)
    drawn = prior.sample(texts, noise, spread=1.0)
    torch.testing.assert_close(again.sample(texts, noise, spread=1.0), drawn, atol=2e-3, rtol=0)
    assert not any(parameter.requires_grad for parameter in again.parameters())


def test_another_perceptor_is_refused(tmp_path: Path) -> None:
    write_prior(tmp_path / "prior.safetensors", make(), "a" * 64)
    with pytest.raises(CheckpointError, match=r"another perceptor \(aaaaaaaaaaaa\)"):
        read_prior(tmp_path / "prior.safetensors", "b" * 64)
    with pytest.raises(CheckpointError, match="another perceptor"):
        find_prior(str(tmp_path), "b" * 64, CPU)


@pytest.mark.parametrize("content", [b"", b"nonsense" * 9])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "prior.safetensors"
    file.write_bytes(content)
    with pytest.raises(CheckpointError, match="is not a prior"):
        read_prior(file, "a" * 64)


def test_a_prior_is_found_in_the_folder_of_its_perceptor(tmp_path: Path) -> None:
    assert prior_file(str(tmp_path)) is None
    assert prior_file("ViT-B-32:openai") is None
    assert find_prior(str(tmp_path), "a" * 64, CPU) is None
    write_prior(tmp_path / "prior.safetensors", make(0), "a" * 64)
    first = find_prior(str(tmp_path), "a" * 64, CPU)
    assert find_prior(str(tmp_path), "a" * 64, CPU) is first
    write_prior(tmp_path / "prior.safetensors", make(1), "a" * 64)
    second = find_prior(str(tmp_path), "a" * 64, CPU)
    assert first is not None
    assert second is not None
    assert not torch.equal(first.into.weight, second.into.weight)
