"""Limits of a drawing: exact symmetry, large pixels and colors, in steps and at the end."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from tests.tiny import tiny_models
from vqclip.config.choices import DITHERS as DITHER_NAMES
from vqclip.config.palette import Palette, palette
from vqclip.config.pattern import PixelGrid
from vqclip.engine.build import build
from vqclip.engine.dithering import DITHERS, colors_of, nearest_color
from vqclip.engine.generation import Generation
from vqclip.engine.limits import Limits, enlarged, reduced, symmetric
from vqclip.files.images import to_pil, to_tensor

GAMEBOY = palette("gameboy")


@pytest.fixture
def images() -> Tensor:
    """Soft noise (2, 3, 24, 24)."""
    noise = torch.rand(2, 3, 6, 6, generator=torch.Generator().manual_seed(0))
    return F.interpolate(noise, (24, 24), mode="bilinear", align_corners=False)


@pytest.mark.parametrize("width", [24, 23])
def test_mirrored_pictures_are_their_own_mirror_images(images, width: int) -> None:
    images = images[..., :width]
    found = symmetric(images, "x")
    assert torch.equal(found, found.flip(-1))
    assert torch.equal(found[..., : width // 2], images[..., : width // 2])
    both = symmetric(images, "xy")
    assert torch.equal(both, both.flip(-1))
    assert torch.equal(both, both.flip(-2))
    assert torch.equal(symmetric(images, "none"), images)


@pytest.mark.parametrize(("turns", "quarters"), [(2, 2), (4, 1), (8, 2)])
def test_turned_pictures_look_the_same_when_turned(images, turns: int, quarters: int) -> None:
    found = symmetric(images, f"rotate {turns}")
    turned = torch.rot90(found, quarters, dims=(-2, -1))
    torch.testing.assert_close(found, turned, atol=1e-5, rtol=1e-4)
    assert (images - torch.rot90(images, quarters, dims=(-2, -1))).abs().max() > 0.1
    flat = symmetric(torch.full_like(images, 0.3), f"rotate {turns}")
    torch.testing.assert_close(flat, torch.full_like(images, 0.3))  # the shares sum to 1


def test_three_turns_make_one() -> None:
    y, x = torch.meshgrid(torch.arange(60.0) - 29.5, torch.arange(60.0) - 29.5, indexing="ij")
    wave = (0.5 + 0.4 * torch.cos(torch.atan2(y, x))).expand(1, 3, 60, 60)
    found = symmetric(wave, "rotate 3")
    by = torch.tensor(2 * torch.pi / 3)
    points = torch.stack([x * by.cos() - y * by.sin(), x * by.sin() + y * by.cos()], dim=-1)
    turned = F.grid_sample(found, points[None] / 30, align_corners=False)
    inside = (x.square() + y.square()).sqrt().sub(15).abs() < 10
    assert (found - turned)[..., inside].abs().max() < 0.02
    assert (wave - F.grid_sample(wave, points[None] / 30, align_corners=False)).abs().max() > 0.3


def test_large_pixels_are_means_in_full_size(images) -> None:
    grid = PixelGrid(6, 4)
    small = reduced(images, grid)
    torch.testing.assert_close(small, F.avg_pool2d(images, (6, 4)))
    large = enlarged(small, 24, 24)
    torch.testing.assert_close(large, F.interpolate(small, (24, 24), mode="nearest"))
    uneven = enlarged(reduced(images, PixelGrid(7, 5)), 24, 24)
    torch.testing.assert_close(enlarged(reduced(uneven, PixelGrid(7, 5)), 24, 24), uneven)


@pytest.mark.parametrize("dither", DITHER_NAMES)
def test_every_dither_gives_colors_of_the_palette(images, dither: str) -> None:
    found = to_tensor(to_pil(DITHERS[dither](images, GAMEBOY)[0]))
    colors = (found.permute(0, 2, 3, 1).reshape(-1, 3) * 255).round().int().unique(dim=0)
    assert {tuple(color) for color in colors.tolist()} <= set(GAMEBOY.colors)
    assert len(colors) > 1


def test_dither_keeps_the_mean_where_the_nearest_color_does_not() -> None:
    gray = torch.full((1, 3, 32, 32), 0.4)
    levels = Palette(((0, 0, 0), (255, 255, 255)))
    means = {name: DITHERS[name](gray, levels).mean().item() for name in DITHER_NAMES}
    assert means["none"] == 0
    assert means["diffusion"] == pytest.approx(0.4, abs=0.03)
    assert means["ordered"] == pytest.approx(0.4, abs=0.1)


def test_the_nearest_color_is_that_of_brute_force(images) -> None:
    colors = colors_of(GAMEBOY, images)
    distance = (images[:, None] - colors[None, :, :, None, None]).square().sum(dim=2)
    expected = colors[distance.argmin(dim=1)].permute(0, 3, 1, 2)
    torch.testing.assert_close(nearest_color(images, colors), expected)


def test_the_canvas_outside_the_picture_stays(images) -> None:
    limits = Limits(20, 16, symmetry="x", grid=PixelGrid(4, 4))
    found = limits.on_canvas(images)
    middle = found[..., 2:22, 4:20]
    torch.testing.assert_close(middle, limits.form(images[..., 2:22, 4:20]))
    rest = found - images
    rest[..., 2:22, 4:20] = 0
    assert rest.abs().max() == 0
    assert Limits(20, 16).on_canvas(images) is images


EVERY = {"symmetry": "xy", "pixels": "8x8", "palette": ["#102030", "#f0e0a0", "#c03020"]}


def run(generation: Generation) -> Tensor:
    list(generation)
    return generation.images()


def test_a_run_keeps_every_limit_exactly_and_resumes(make_job) -> None:
    settings = {**EVERY, "dither": "none", "seamless": "xy", "steps": 4}
    jobs = [make_job(seed=seed, **settings) for seed in (1, 2)]
    found = run(build(tiny_models(), jobs))
    assert torch.equal(found, found.flip(-1))
    colors = (found * 255).round().int().permute(0, 2, 3, 1).reshape(-1, 3).unique(dim=0)
    assert {tuple(color) for color in colors.tolist()} <= set(palette(EVERY["palette"]).colors)
    assert torch.equal(run(build(tiny_models(), jobs[1:]))[0], found[1])
    first, second = build(tiny_models(), jobs), build(tiny_models(), jobs)
    first.advance()
    second.load_state_dict(first.state_dict())
    assert torch.equal(run(second), found)


@pytest.mark.parametrize("term", ["palette", "contrast", "edges", "symmetry"])
def test_steps_lower_each_new_term(make_job, term: str) -> None:
    settings = {"palette": EVERY["palette"]} if term == "palette" else {}
    job = make_job(steps=8, optimizer__learning_rate=0.3, **settings, **{f"losses__{term}": 50.0})
    found = [iterate.losses[0].terms[term] for iterate in build(tiny_models(), [job])]
    assert sum(found[-2:]) < sum(found[:2])
