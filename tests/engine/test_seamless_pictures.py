"""Seamless pictures: wrapped windows against rolled pictures, and the seam that is left."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from tests.tiny import ARCHITECTURE, TinyPerceptor, TinyVQGAN, tiny_models
from vqclip.engine.build import build
from vqclip.engine.canvas import trimmed
from vqclip.engine.cutouts import PowerLaw, Window
from vqclip.engine.latent import Latent
from vqclip.engine.resample import resample, sample_boxes, sample_warps
from vqclip.engine.starts.seam import joined
from vqclip.models.load import Models
from vqclip.models.taming import TamingVQGAN
from vqclip.randomness import Streams, stream


@pytest.fixture
def images() -> Tensor:
    """Soft noise (1, 3, 24, 40)."""
    noise = torch.rand(1, 3, 6, 10, generator=torch.Generator().manual_seed(0))
    return F.interpolate(noise, (24, 40), mode="bilinear", align_corners=False)


def warps_of(boxes: Tensor, turn: float) -> Tensor:
    left, top, right, bottom = boxes.unbind(dim=-1)
    zero, one = torch.zeros_like(left), torch.ones_like(left)
    rows = [(right - left) / 2, zero, (left + right) / 2, zero, (bottom - top) / 2]
    rows += [(top + bottom) / 2, zero, zero, one]
    angle = torch.tensor(turn)
    spin = torch.eye(3)
    spin[:2, :2] = torch.stack(
        [torch.stack([angle.cos(), -angle.sin()]), torch.stack([angle.sin(), angle.cos()])]
    )
    return torch.stack(rows, dim=-1).view(*left.shape, 3, 3) @ spin


@pytest.mark.parametrize("side", [6.0, 17.0, 40.0])
def test_a_window_across_the_edge_is_that_of_a_rolled_picture(images, side: float) -> None:
    boxes = torch.tensor([[[33.0, 20.0, 33.0 + side, 20.0 + side]]])
    rolled = images.roll((-12, -32), dims=(-2, -1))
    moved = boxes - torch.tensor([32.0, 12.0, 32.0, 12.0])
    for cut, other in (
        (sample_boxes, boxes),
        (sample_warps, warps_of(boxes, 0.4)),
    ):
        there = moved if cut is sample_boxes else warps_of(moved, 0.4)
        found = cut(images, other, size=8, padding="gray", wrap="xy")
        expected = cut(rolled, there, size=8, padding="gray", wrap="xy")
        torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)
        plain = cut(images, other, size=8, padding="edge")
        assert (found - plain).abs().max() > 0.05


def test_axes_wrap_one_by_one(images) -> None:
    boxes = torch.tensor([[[30.0, 4.0, 46.0, 20.0]]])  # beyond the right edge alone
    across = sample_boxes(images, boxes, size=8, padding="edge", wrap="x")
    both = sample_boxes(images, boxes, size=8, padding="edge", wrap="xy")
    down = sample_boxes(images, boxes, size=8, padding="edge", wrap="y")
    torch.testing.assert_close(across, both)
    torch.testing.assert_close(down, sample_boxes(images, boxes, size=8, padding="edge"))


def test_wrapped_resampling_commutes_with_rolling(images) -> None:
    half = resample(images, 12, 20, wrap="xy")
    rolled = resample(images.roll((6, 10), dims=(-2, -1)), 12, 20, wrap="xy")
    torch.testing.assert_close(rolled, half.roll((3, 5), dims=(-2, -1)), atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(resample(images, 24, 40, wrap="x"), images)


def test_cutouts_lie_anywhere_along_a_wrapped_axis() -> None:
    window = Window(24, 40, 0.1, "edge", "x")
    streams = Streams([stream(0, "cutouts")])
    sides = PowerLaw(0.5, 0.5).sides(streams, 4000)
    boxes = window.place(sides, streams.uniform(4000, 2, low=-1, high=1))
    centers = (boxes[..., 0] + boxes[..., 2]) / 2
    assert centers.min() < 1
    assert centers.max() > 39
    assert boxes[..., 1].min() >= -0.1 * 12 - 1e-4  # the other axis as before
    overviews = window.overviews(boxes[:, :4], streams)
    assert overviews[0, ::2].tolist() == [[0, -8, 40, 32]] * 2
    assert (overviews[0, 1::2, 0] != 0).all()
    assert (overviews[..., 1] == -8).all()


def test_levels_of_the_latent_wrap() -> None:
    latent = Latent(torch.zeros(1, 4, 6, 8), TinyVQGAN().units, levels=3, falloff=1, wrap="xy")
    for level in latent.parameters:
        level.data = torch.randn(level.shape, generator=torch.Generator().manual_seed(2))
    z = latent.z()
    for level, cells in zip(latent.parameters, (1, 2, 4), strict=True):
        level.data = level.data.roll(cells, dims=-1)
    torch.testing.assert_close(latent.z(), z.roll(4, dims=-1), atol=1e-5, rtol=1e-4)


def test_a_picture_is_joined_at_its_edges(images) -> None:
    steep = images.clone()
    steep[..., :3] = 1.0
    steep[..., -3:] = 0.0
    found = joined(steep, "x")
    jump = (found[..., 0] - found[..., -1]).abs().amax()
    assert jump < 0.2 < (steep[..., 0] - steep[..., -1]).abs().amin()
    torch.testing.assert_close(found[..., 10:30], steep[..., 10:30])  # the middle stays
    torch.testing.assert_close(joined(steep, ""), steep)


def test_trimming_a_seamless_canvas_keeps_what_joins(images) -> None:
    found = trimmed(images, 20, 36, wrap="x")
    assert found.shape == (1, 3, 20, 36)
    torch.testing.assert_close(found, resample(images, 24, 36, wrap="x")[..., 2:22, :])
    assert torch.equal(trimmed(images, 20, 36), images[..., 2:22, 2:38])


def largest_jumps(picture: Tensor, dim: int) -> tuple[float, float]:
    """The mean jump across the border of a picture (3, H, W), and the largest inside."""
    lines = picture.movedim(dim, 0)
    inner = (lines[1:] - lines[:-1]).abs().mean(dim=(1, 2))
    return (lines[0] - lines[-1]).abs().mean().item(), inner.max().item()


def test_the_border_jumps_no_more_than_a_line_inside(make_job) -> None:
    torch.manual_seed(0)
    vqgan = TamingVQGAN(ARCHITECTURE).eval().requires_grad_(False)
    vqgan.quantize.embedding.weight.data.normal_()
    models = Models(vqgan, (TinyPerceptor(),), (1.0,), {"vqgan tiny": "0"})
    settings = {"width": 24, "height": 20, "start__kind": "gradient", "steps": 4}
    job = make_job(seamless="xy", latent__levels=1, optimizer__learning_rate=0.3, **settings)
    generation = build(models, [job])
    list(generation)
    (picture,) = generation.images()
    for dim in (-1, -2):
        border, inner = largest_jumps(picture, dim)
        assert border <= inner


def test_a_seamless_run_resumes_and_has_independent_rows(make_job) -> None:
    jobs = [make_job(seed=seed, seamless="x", steps=5, width=18) for seed in (3, 4)]
    whole = build(tiny_models(), jobs)
    list(whole)
    (alone,) = build_and_run(jobs[1])
    assert torch.equal(whole.images()[1], alone)
    first = build(tiny_models(), jobs)
    for _ in range(2):
        first.advance()
    second = build(tiny_models(), jobs)
    second.load_state_dict(first.state_dict())
    list(second)
    assert torch.equal(second.images(), whole.images())
    assert whole.images().shape[-1] == 18


def build_and_run(job) -> Tensor:
    generation = build(tiny_models(), [job])
    list(generation)
    return generation.images()
