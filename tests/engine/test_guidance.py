"""Guidance: the losses of the prompts, and their gradient gathered over chunks and guides."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.tiny import TinyPerceptor
from vqclip.config.prompt import parse_prompts
from vqclip.config.values import Augmentation, Schedule
from vqclip.engine.cutouts import Cutouts, PowerLaw, Window
from vqclip.engine.gradients import leaf
from vqclip.engine.guidance import Guidance, Guide
from vqclip.engine.losses import spherical_distance
from vqclip.engine.targets import encode_prompts
from vqclip.randomness import Streams, stream

SIZES = (8, 6)
"""Sides of the cutouts that the two perceptors take."""


def guidance_of(
    *texts: str,
    count: int = 6,
    chunk: int = 0,
    overview: float = 0.5,
    perceptors: tuple[TinyPerceptor, ...] = (),
) -> Guidance:
    """Guidance of one image per text, by two perceptors, of which the first weighs twice."""
    prompts = [parse_prompts(text) for text in texts]
    device = torch.device("cpu")
    guides = [
        Guide(perceptor, weight, encode_prompts(perceptor, prompts, device=device))
        for perceptor, weight in zip(
            perceptors or [TinyPerceptor(size, seed) for seed, size in enumerate(SIZES)],
            (2.0, 1.0),
            strict=False,
        )
    ]
    cutouts = Cutouts(
        Window(16, 20, border=0.1, padding="edge"),
        PowerLaw(0.5, 1.0),
        count=count,
        overview=Schedule.constant(overview),
        augmentations=(Augmentation("flip"), Augmentation("noise", 0.1)),
    )
    return Guidance(guides, cutouts, chunk=chunk, amp=False)


def streams(*seeds: int) -> Streams:
    return Streams([stream(seed, "cutouts") for seed in seeds])


@pytest.fixture
def images() -> Tensor:
    return torch.rand(2, 3, 16, 20, generator=torch.Generator().manual_seed(0))


def gathered(guidance: Guidance, images: Tensor, *seeds: int) -> tuple[Tensor, Tensor]:
    """The losses (B, P), and the gradient (B, 3, H, W)."""
    at = leaf(images)
    losses = guidance.gather(at, streams(*seeds), progress=0.5)
    assert at.grad is not None
    return losses, at.grad


def test_losses_and_gradient_are_those_of_one_graph(images) -> None:
    guidance = guidance_of("a fox", "a hen", chunk=4)
    losses, gradient = gathered(guidance, images, 0, 1)

    image, drawn = leaf(images), streams(0, 1)
    plan = guidance.cutouts.plan(drawn, progress=0.5)
    total = torch.zeros(2)
    for guide, share in zip(guidance.guides, (2 / 3, 1 / 3), strict=True):
        size = guide.perceptor.size
        filled = guidance.cutouts.fields(plan, drawn, size=size)
        cutouts = guidance.cutouts.make(image, filled, size=size, part=slice(None))
        seen = guide.perceptor.encode_image(cutouts.flatten(0, 1)).view(2, 6, -1)
        total = total + share * spherical_distance(seen, guide.targets.vectors).mean(dim=1)
    (expected,) = torch.autograd.grad(total.sum(), image)
    torch.testing.assert_close(losses[:, 0], total.detach())
    torch.testing.assert_close(gradient, expected, atol=1e-7, rtol=1e-4)


@pytest.mark.parametrize("chunk", [1, 2, 4, 99])
def test_chunks_change_nothing(images, chunk) -> None:
    whole = gathered(guidance_of("a fox | fog:-0.5", "a hen"), images, 0, 1)
    parts = gathered(guidance_of("a fox | fog:-0.5", "a hen", chunk=chunk), images, 0, 1)
    for found, expected in zip(parts, whole, strict=True):
        torch.testing.assert_close(found, expected, atol=1e-7, rtol=1e-4)


def test_an_image_alone_is_guided_as_in_a_batch(images) -> None:
    losses, gradient = gathered(guidance_of("a fox | fog:-0.5", "a hen"), images, 0, 1)
    alone, own = gathered(guidance_of("a hen"), images[1:], 1)
    torch.testing.assert_close(alone, losses[1:, :1])
    torch.testing.assert_close(own, gradient[1:])
    assert losses[1, 1] == 0  # the hen has no second prompt


def test_chosen_rows_are_guided_as_before(images) -> None:
    guidance = guidance_of("a fox", "a hen")
    losses, gradient = gathered(guidance, images, 0, 1)
    guidance.select(torch.tensor([1]))
    chosen, own = gathered(guidance, images[1:], 1)
    torch.testing.assert_close(chosen, losses[1:])
    torch.testing.assert_close(own, gradient[1:])


@pytest.mark.parametrize("prompt", ["a fox", "a fox:0.2", "fog:-1", "a fox | fog:-0.5"])
def test_three_steps_lower_the_loss_of_all_guides(images, prompt) -> None:
    guidance = guidance_of(prompt, overview=1.0)
    image, totals = images[:1], []
    for _ in range(4):
        losses, gradient = gathered(guidance, image, 7)
        totals.append(losses.sum().item())
        image = image - 0.05 * gradient / gradient.abs().max()
    assert totals == sorted(totals, reverse=True)
    assert totals[3] < totals[0]


def test_versions_of_images_meet_the_same_cutouts(images) -> None:
    guidance = guidance_of("a fox | fog:-0.5", "a hen", chunk=4)
    versions = [images, 1 - images, images]
    found = guidance.compare(versions, streams(0, 1), progress=0.5)
    assert torch.equal(found[0], found[2])
    for own, version in zip(found, versions, strict=True):
        losses, _ = gathered(guidance, version, 0, 1)
        torch.testing.assert_close(own, losses.sum(dim=1))


def test_overviews_alone_see_no_part(images) -> None:
    guidance = guidance_of("a fox", "a hen", count=6, overview=0.0)
    part = next(guidance.overviews(4).parts(streams(0, 1), progress=0))
    assert part.plan.boxes.tolist() == [[[0, -2, 20, 18]] * 4] * 2
    assert part.chunk == slice(0, 4)
    assert guidance.chunk == 6


class GreedyPerceptor(TinyPerceptor):
    """Runs out of memory beyond so many cutouts."""

    def __init__(self, most: int, size: int = 8, seed: int = 0) -> None:
        super().__init__(size, seed)
        self.most = most

    def encode_image(self, cutouts: Tensor) -> Tensor:
        if len(cutouts) > self.most:
            raise torch.OutOfMemoryError("too many")
        return super().encode_image(cutouts)


def test_out_of_memory_halves_the_chunk_and_keeps_the_result(images) -> None:
    greedy = (GreedyPerceptor(8), GreedyPerceptor(4, size=6, seed=1))
    guidance = guidance_of("a fox | fog:-0.5", "a hen", count=7, perceptors=greedy)
    found = gathered(guidance, images, 0, 1)
    assert guidance.chunk == 2  # of 2 images: 14 cutouts, then 8, then 4
    expected = gathered(guidance_of("a fox | fog:-0.5", "a hen", count=7), images, 0, 1)
    for own, other in zip(found, expected, strict=True):
        torch.testing.assert_close(own, other, atol=1e-7, rtol=1e-4)
    versions = guidance.compare([images], streams(0, 1), progress=0.5)
    torch.testing.assert_close(versions[0], expected[0].sum(dim=1))


def test_out_of_memory_at_one_cutout_is_an_error(images) -> None:
    guidance = guidance_of("a fox", "a hen", perceptors=(GreedyPerceptor(1),))
    with pytest.raises(torch.OutOfMemoryError):
        gathered(guidance, images, 0, 1)
    assert guidance.chunk == 1


def test_parts_cover_each_cutout_of_each_guide_once() -> None:
    guidance = guidance_of("a fox", count=7, chunk=3)
    parts = list(guidance.parts(streams(0), progress=0))
    for guide in guidance.guides:
        chunks = [part.chunk for part in parts if part.guide is guide]
        assert chunks == [slice(0, 3), slice(3, 6), slice(6, 7)]
    assert sum(part.share for part in parts) == pytest.approx(1)
