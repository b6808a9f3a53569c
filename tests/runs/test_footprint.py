"""The memory of a picture, computed without its models, is that which its models measure."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.tiny import ARCHITECTURE, taming_tensors, write_vqgan
from vqclip.errors import CheckpointError, ConfigError
from vqclip.models.taming import TamingVQGAN
from vqclip.runs import capacity
from vqclip.runs.capacity import check_beforehand, kept_bytes
from vqclip.runs.footprint import (
    LATENT_COPIES,
    architecture_of,
    decoding_bytes,
    footprint_of,
    latent_bytes,
)

VARIANTS = {
    "two levels": {},
    "without attention": {"mid_attention": False},
    "deep": {"ch_mult": (1, 2, 4), "num_res_blocks": 2, "z_channels": 16},
    "attention in a level": {"ch_mult": (1, 2, 2), "attn_resolutions": (64,)},
}


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_what_the_decoder_keeps_is_computed_from_its_sizes(changes) -> None:
    architecture = replace(ARCHITECTURE, **changes)
    vqgan = TamingVQGAN(architecture).eval().requires_grad_(False)
    for side in (4, 6):
        latent = torch.zeros(1, architecture.embed_dim, side, side)
        measured = kept_bytes(vqgan.decode, latent)
        assert decoding_bytes(architecture, side * side) == pytest.approx(measured, rel=0.02)


def test_a_latent_is_kept_with_all_that_the_optimiser_holds_of_it() -> None:
    assert latent_bytes(1000) == LATENT_COPIES * 4000


def test_the_header_of_a_file_shows_the_architecture(tmp_path) -> None:
    path = write_vqgan(tmp_path)
    assert architecture_of(str(path), None) == ARCHITECTURE
    torch.save(taming_tensors(), tmp_path / "a.ckpt")
    assert architecture_of(str(tmp_path / "a.ckpt"), None) is None
    assert architecture_of("coco_8k", str(tmp_path / "store")) is None
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(CheckpointError):
        architecture_of(str(path), None)


def test_candidates_multiply_the_footprint(make_job, tmp_path) -> None:
    path = str(write_vqgan(tmp_path))
    one, three = (
        footprint_of(make_job(vqgan=path, start__candidates=count).config) for count in (1, 3)
    )
    assert one is not None
    assert three is not None
    assert three.total == 3 * one.total


def test_too_large_a_picture_is_refused_before_its_models_are_loaded(
    make_job, monkeypatch, tmp_path
) -> None:
    config = make_job(vqgan=str(write_vqgan(tmp_path)), width=8192, height=8192).config
    monkeypatch.setattr(capacity, "reachable_bytes", lambda device: 8 * 10**9)
    with pytest.raises(ConfigError, match=r"8192x8192 pixels needs about .* and 8\.0 GB are free"):
        check_beforehand(config, torch.device("cpu"))
    check_beforehand(replace(config, width=64, height=64), torch.device("cpu"))
