"""Cutouts: their sizes, places and parts, and what augmentations do to them."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.choices import AUGMENTATIONS
from vqclip.config.values import Augmentation, Schedule
from vqclip.engine.cutouts import Cutouts, NormalLaw, PowerLaw, SizeLaw, Window
from vqclip.randomness import Streams, stream

POWER, NORMAL = PowerLaw(0.4, 1.2), NormalLaw(0.4, 1.2, mean=0.8, deviation=0.3)
ALL = tuple(Augmentation(name, 0.5, 0.7) for name in AUGMENTATIONS)


def streams(*seeds: int) -> Streams:
    return Streams([stream(seed, "cutouts") for seed in seeds or (0,)])


def cutouts_of(
    *augmentations: Augmentation,
    law: SizeLaw = POWER,
    count: int = 6,
    overview: Schedule | None = None,
    padding: str = "reflect",
) -> Cutouts:
    """Cutouts of images of 40 x 24 pixels, none an overview unless it is asked for."""
    window, share = Window(24, 40, 0.1, padding), overview or Schedule.constant(0)
    return Cutouts(window, law, count=count, overview=share, augmentations=augmentations)


def make(cutouts: Cutouts, images: Tensor, drawn: Streams, part=slice(None), size=12) -> Tensor:
    plan = cutouts.fields(cutouts.plan(drawn, progress=0.0), drawn, size=size)
    return cutouts.make(images, plan, size=size, part=part)


@pytest.fixture
def images() -> Tensor:
    """Soft noise (2, 3, 24, 40)."""
    noise = torch.rand(2, 3, 6, 10, generator=torch.Generator().manual_seed(0))
    return F.interpolate(noise, (24, 40), mode="bilinear", align_corners=False)


def test_an_overview_sees_the_whole_picture_unsquashed() -> None:
    image = torch.zeros(1, 3, 24, 40)
    image[..., 8:16, 16:24] = 1.0  # a square in the middle
    cutouts = cutouts_of(overview=Schedule.constant(1), padding="gray")
    found = make(cutouts, image, streams(), size=40)[0, 0, 0]
    assert (found[:8] == 0.5).all()  # padding above
    rows, columns = (found == 1).any(dim=1).sum(), (found == 1).any(dim=0).sum()
    assert rows == columns == 8


@pytest.mark.parametrize(("progress", "overviews"), [(0.0, 6), (0.5, 3), (1.0, 0)])
def test_the_share_of_overviews_follows_its_schedule(progress, overviews) -> None:
    cutouts = cutouts_of(overview=Schedule(((0.0, 1.0), (1.0, 0.0))))
    boxes = cutouts.plan(streams(), progress=progress).boxes[0]
    whole = torch.tensor([0.0, -8.0, 40.0, 32.0])
    assert (boxes == whole).all(dim=1).tolist() == [True] * overviews + [False] * (6 - overviews)


def test_the_power_law_favours_small_cutouts_above_1() -> None:
    sides = PowerLaw(0.2, 1.0, power=3).sides(streams(), 4000)
    expected = 0.2 + 0.8 / 4  # the mean of u³ is 1/4
    assert sides.mean().item() == pytest.approx(expected, abs=0.02)
    assert PowerLaw(0.2, 1.0).sides(streams(), 4000).mean().item() == pytest.approx(0.6, abs=0.02)


def test_the_normal_law_is_clipped() -> None:
    sides = NormalLaw(0.2, 1.0, mean=0.6, deviation=0.1).sides(streams(), 4000)
    assert sides.mean().item() == pytest.approx(0.6, abs=0.01)
    assert sides.std().item() == pytest.approx(0.1, abs=0.01)
    narrow = NormalLaw(0.5, 0.65, mean=0.6, deviation=0.1).sides(streams(), 4000)
    assert narrow.min().item() == pytest.approx(0.5)
    assert narrow.max().item() == pytest.approx(0.65)


@pytest.mark.parametrize("law", [POWER, NORMAL])
def test_sizes_and_places_keep_their_limits(law) -> None:
    boxes = cutouts_of(law=law, count=300).plan(streams(), progress=0).boxes[0]
    side = boxes[:, 2] - boxes[:, 0]
    assert (side >= 0.4 * 24 - 1e-3).all()
    assert (side <= 1.2 * 24 + 1e-3).all()
    assert side.std() > 1
    torch.testing.assert_close(boxes[:, 3] - boxes[:, 1], side)  # squares
    inside = (boxes[:, 0] >= -0.11 * side) & (boxes[:, 2] <= 40 + 0.11 * side)
    assert inside.all()
    assert (boxes[:, 0] < 0).any()  # some reach over the edge


def test_a_part_equals_that_part_of_the_whole(images) -> None:
    cutouts = cutouts_of(*ALL)
    whole = make(cutouts, images, streams(0, 1))
    part = make(cutouts, images, streams(0, 1), part=slice(2, 5))
    torch.testing.assert_close(whole[:, 2:5], part)


def test_an_image_alone_is_cut_as_in_a_batch(images) -> None:
    cutouts = cutouts_of(*ALL)
    batch, alone = make(cutouts, images, streams(0, 1)), make(cutouts, images[1:], streams(1))
    torch.testing.assert_close(batch[1:], alone)


def test_guides_of_two_sizes_see_the_same_windows(images) -> None:
    cutouts, drawn = cutouts_of(*ALL), streams(0, 1)
    plan = cutouts.plan(drawn, progress=0)
    small, large = (cutouts.fields(plan, drawn, size=size) for size in (6, 12))
    assert torch.equal(small.boxes, large.boxes)
    fields = [drawn.field for drawn in small.draws if drawn.field is not None]
    assert [field.shape for field in fields] == [(2, 6, 3, 6, 6)]  # of `noise` alone


def test_the_gradient_reaches_the_border(images) -> None:
    image = images.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(make(cutouts_of(count=64), image, streams(0, 1)).sum(), image)
    assert (gradient.abs().sum(dim=(0, 1)) > 0).all()


@pytest.mark.parametrize(
    ("name", "strength", "probability"),
    [(name, 0.5, 0.0) for name in AUGMENTATIONS]
    + [(name, 0.0, 1.0) for name in AUGMENTATIONS if name != "flip"],  # which has no strength
)
def test_nothing_happens_without_strength_or_probability(
    images, name, strength, probability
) -> None:
    plain = make(cutouts_of(Augmentation(name, 0.0, 0.0)), images, streams(0, 1))
    found = make(cutouts_of(Augmentation(name, strength, probability)), images, streams(0, 1))
    torch.testing.assert_close(found, plain, atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_every_augmentation_has_the_gradient_of_finite_differences(images, name) -> None:
    cutouts = cutouts_of(Augmentation(name, 0.8, 1.0), count=2)
    image = images.clone().requires_grad_(True)

    def value(image: Tensor) -> Tensor:
        return make(cutouts, image, streams(0, 1)).square().sum()

    (gradient,) = torch.autograd.grad(value(image), image)
    direction = torch.randn(images.shape, generator=torch.Generator().manual_seed(2))
    # Cutouts are linear in the image, so that central differences of squares are exact.
    slope = (value(images + 0.1 * direction) - value(images - 0.1 * direction)) / 0.2
    assert (gradient * direction).sum().item() == pytest.approx(slope.item(), rel=1e-2)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_every_augmentation_changes_cutouts(images, name) -> None:
    found = make(cutouts_of(Augmentation(name, 0.8, 1.0)), images, streams(0, 1))
    plain = make(cutouts_of(Augmentation(name, 0.0, 0.0)), images, streams(0, 1))
    assert ((found - plain).abs().amax(dim=(2, 3, 4)) > 1e-3).all()  # each of them
