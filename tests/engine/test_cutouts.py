"""Cutouts, their resampling and their augmentations."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from vqclip.config.choices import AUGMENTATIONS, PADDINGS
from vqclip.config.values import Augmentation, Schedule
from vqclip.engine import augment
from vqclip.engine.augment import GEOMETRY
from vqclip.engine.cutouts import Cutouts, NormalLaw, PowerLaw, SizeLaw, Window
from vqclip.engine.resample import interpolation_matrices, sample_boxes, sample_warps
from vqclip.randomness import Streams, stream


def streams(*seeds: int) -> Streams:
    return Streams([stream(seed, "cutouts") for seed in seeds or (0,)])


POWER, NORMAL = PowerLaw(0.4, 1.2), NormalLaw(0.4, 1.2, mean=0.8, deviation=0.3)


def cutouts(
    *augmentations: Augmentation,
    law: SizeLaw = POWER,
    count: int = 6,
    overview: float = 0.0,
    padding: str = "reflect",
) -> Cutouts:
    window = Window(24, 40, 0.1, padding)
    share = Schedule.constant(overview)
    return Cutouts(window, law, count=count, overview=share, augmentations=augmentations)


def make(one: Cutouts, images: torch.Tensor, draws: Streams, part=slice(None), size=12):
    plan = one.fields(one.plan(draws, progress=0.0), draws, size=size)
    return one.make(images, plan, size=size, part=part)


@pytest.fixture
def picture() -> torch.Tensor:
    noise = torch.rand(2, 3, 6, 10, generator=torch.Generator().manual_seed(0))
    return F.interpolate(noise, (24, 40), mode="bilinear", align_corners=False)


@pytest.mark.parametrize("padding", PADDINGS)
def test_inner_windows_equal_an_antialiased_resize_of_the_crop(picture, padding) -> None:
    box = torch.tensor([[[8.0, 4.0, 24.0, 20.0]]]).expand(2, 1, 4)
    found = sample_boxes(picture, box, size=8, padding=padding)[:, 0]
    crop = picture[:, :, 4:20, 8:24]
    expected = F.interpolate(crop, (8, 8), mode="bilinear", antialias=True, align_corners=False)
    torch.testing.assert_close(found[..., 1:-1, 1:-1], expected[..., 1:-1, 1:-1])


def test_a_mirrored_window_is_mirrored(picture) -> None:
    box = torch.tensor([[[8.0, 4.0, 24.0, 20.0]]]).expand(2, 1, 4)
    found = sample_boxes(picture, box[..., [2, 1, 0, 3]], size=8, padding="edge")
    torch.testing.assert_close(found.flip(-1), sample_boxes(picture, box, size=8, padding="edge"))


@pytest.mark.parametrize("padding", PADDINGS)
def test_rows_of_the_matrices(padding) -> None:
    matrix = interpolation_matrices(
        torch.tensor([-30.0, 3.0]), torch.tensor([30.0, 9.0]), length=16, size=5, padding=padding
    )
    sums = matrix.sum(dim=-1)
    torch.testing.assert_close(sums[1], torch.ones(5))
    if padding == "gray":
        assert sums[0, 0] == 0
    else:
        torch.testing.assert_close(sums[0], torch.ones(5))


@pytest.mark.parametrize("padding", PADDINGS)
def test_warps_agree_with_boxes_where_both_apply(padding) -> None:
    y, x = torch.meshgrid(torch.linspace(0, 1, 32), torch.linspace(0, 1, 32), indexing="ij")
    image = torch.stack([x, y, (x + y) / 2])[None]
    box = torch.tensor([[[4.0, 4.0, 28.0, 28.0]]])
    warp = torch.tensor([[[[12.0, 0, 16], [0, 12.0, 16], [0, 0, 1]]]])
    one = sample_boxes(image, box, size=8, padding=padding)
    other = sample_warps(image, warp, size=8, padding=padding)
    torch.testing.assert_close(one, other, atol=0.02, rtol=0)


@pytest.mark.parametrize("side", [64, 68, 72, 100])
def test_warps_agree_on_every_level_of_the_pyramid(side) -> None:
    image = (torch.arange(side) / side).expand(1, 3, side, side)
    box = torch.tensor([[[0.0, 0.0, side, side]]])
    warp = torch.tensor([[[[side / 2, 0, side / 2], [0, side / 2, side / 2], [0, 0, 1]]]])
    one = sample_boxes(image, box, size=4, padding="edge")
    other = sample_warps(image, warp, size=4, padding="edge")
    torch.testing.assert_close(one, other, atol=0.03, rtol=0)


def test_an_overview_sees_the_whole_picture_unsquashed() -> None:
    image = torch.zeros(1, 3, 24, 40)
    image[..., 8:16, 16:24] = 1.0  # a square in the middle
    one = cutouts(overview=1.0, padding="gray")
    found = make(one, image, streams(), size=40)[0, 0, 0]
    assert (found[:8] == 0.5).all()  # padding above
    rows, columns = (found == 1).any(dim=1).sum(), (found == 1).any(dim=0).sum()
    assert rows == columns == 8


def test_a_part_equals_that_part_of_the_whole(picture) -> None:
    one = cutouts(*(Augmentation(name, 0.5, 0.7) for name in AUGMENTATIONS))
    whole = make(one, picture, streams(0, 1))
    part = make(one, picture, streams(0, 1), part=slice(2, 5))
    torch.testing.assert_close(whole[:, 2:5], part)


def test_an_image_alone_is_cut_as_in_a_batch(picture) -> None:
    one = cutouts(*(Augmentation(name, 0.5, 0.7) for name in AUGMENTATIONS))
    torch.testing.assert_close(
        make(one, picture, streams(0, 1))[1:], make(one, picture[1:], streams(1))
    )


def test_sizes_and_places_keep_their_limits() -> None:
    for law in (POWER, NORMAL):
        boxes = cutouts(law=law, count=300).plan(streams(), progress=0).boxes[0]
        side = boxes[:, 2] - boxes[:, 0]
        assert (side >= 0.4 * 24 - 1e-3).all()
        assert (side <= 1.2 * 24 + 1e-3).all()
        assert side.std() > 1
        inside = (boxes[:, 0] >= -0.11 * side) & (boxes[:, 2] <= 40 + 0.11 * side)
        assert inside.all()
        assert (boxes[:, 0] < 0).any()  # some reach over the edge


def test_the_gradient_reaches_the_border(picture) -> None:
    image = picture.clone().requires_grad_(True)
    make(cutouts(count=64), image, streams(0, 1)).sum().backward()
    assert image.grad is not None
    assert (image.grad.abs().sum(dim=(0, 1)) > 0).all()


@pytest.mark.parametrize(
    ("name", "strength", "probability"),
    [(name, 0.5, 0.0) for name in AUGMENTATIONS]
    + [(name, 0.0, 1.0) for name in AUGMENTATIONS if name != "flip"],  # which has no strength
)
def test_nothing_happens_without_strength_or_probability(
    picture, name, strength, probability
) -> None:
    plain = make(cutouts(Augmentation(name, 0.0, 0.0)), picture, streams(0, 1))
    found = make(cutouts(Augmentation(name, strength, probability)), picture, streams(0, 1))
    torch.testing.assert_close(found, plain, atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_every_augmentation_changes_cutouts_and_is_differentiable(picture, name) -> None:
    image = picture.clone().requires_grad_(True)
    found = make(cutouts(Augmentation(name, 0.8, 1.0)), image, streams(0, 1))
    plain = make(cutouts(Augmentation(name, 0.0, 0.0)), image, streams(0, 1))
    assert not torch.allclose(found, plain)
    found.square().sum().backward()
    assert image.grad is not None
    assert image.grad.isfinite().all()
    assert image.grad.abs().sum() > 0


def drawn(count: int = 3, **changes) -> augment.Draws:
    values = torch.full((1, count, 8), 0.5)
    return augment.Draws(torch.ones(1, count), changes.get("values", values))


def test_grayscale_leaves_no_color_and_hue_leaves_gray() -> None:
    image = torch.rand(1, 3, 3, 5, 5)
    gray = augment.grayscale(image, drawn(), 1.0)
    torch.testing.assert_close(gray[:, :, 0], gray[:, :, 2])
    turned = (augment._hue_rotation(torch.tensor([[0.7]])) @ torch.ones(1, 1, 3, 4)).flatten()
    torch.testing.assert_close(turned, torch.ones(12))


def test_sharpening_keeps_a_constant_and_erasing_fills_with_the_mean() -> None:
    constant = torch.full((1, 3, 3, 9, 9), 0.3)
    torch.testing.assert_close(augment.sharpness(constant, drawn(), 1.0), constant)
    image = torch.rand(1, 3, 3, 40, 40)
    erased = augment.erasing(image, drawn(), 1.0)
    changed = (erased != image).any(dim=2).float().mean(dim=(-2, -1))
    assert (changed > 0.1).all()
    assert (changed < 0.3).all()


def test_geometry_composes_to_upright_homographies() -> None:
    total = augment.compose_geometry([Augmentation(name) for name in GEOMETRY], [drawn()] * 3)
    assert total is not None
    assert total.shape == (1, 3, 3, 3)
    assert augment.compose_geometry([Augmentation("noise")], [drawn()]) is None
