"""Viewpoints: regions as crops, weighted cutouts, small cutouts, and gradients that stay inside."""

from __future__ import annotations

import pytest
import torch

from tests.tiny import tiny_models
from vqclip.config.prompt import parse_prompts
from vqclip.engine.build import build
from vqclip.engine.gradients import leaf
from vqclip.engine.viewpoint import small_boxes, viewpoints_of

CPU = torch.device("cpu")


def test_prompts_without_regions_have_one_plain_viewpoint() -> None:
    (plain,) = viewpoints_of([parse_prompts("a | b"), parse_prompts("c")], 16, 16, device=CPU)
    assert plain.is_plain
    assert plain.prompts.tolist() == [[1, 1], [1, 0]]


def test_every_region_has_a_viewpoint_of_its_prompts() -> None:
    batch = [parse_prompts("a@left | b | c@left:-1"), parse_prompts("d@right")]
    plain, left, right = viewpoints_of(batch, 16, 16, device=CPU)
    assert plain.is_plain
    assert left.prompts.tolist() == [[1, 0, 1], [0, 0, 0]]
    assert right.prompts.tolist() == [[0, 0, 0], [1, 0, 0]]


def parts_of(make_job, prompt: str, **settings):
    generation = build(tiny_models(8, 6), [make_job(prompt, **settings)])
    guidance, streams = generation.state.guidance, generation.state.streams["cutouts"]
    return guidance, list(guidance.parts(streams, progress=0))


def test_overviews_are_crops_of_the_region_and_others_count_by_overlap(make_job) -> None:
    guidance, parts = parts_of(make_job, "a@left", cutouts__overview=0.5, cutouts__count=4)
    assert [part.guide.perceptor.size for part in parts] == [8, 6]
    for part in parts:
        assert part.plan.boxes[0, :2].tolist() == [[-4, 0, 12, 16]] * 2
        assert part.plan.frames[0, :2].tolist() == [[0, 0, 8, 16]] * 2
        inside = guidance.cutouts.overlaps(part.viewpoint.mask, part.plan)[0]
        shares = part.shares[0]
        torch.testing.assert_close(shares[2] / shares[3], inside[2] / inside[3])
        assert shares[0] == shares[1] > shares[2]
        assert float(shares.mean()) == pytest.approx(1, abs=1e-5)


def test_a_crop_shows_nothing_of_the_rest(make_job) -> None:
    guidance, parts = parts_of(make_job, "a@left", cutouts__overview=1, augmentations=["flip"])
    images = torch.zeros(1, 3, 16, 16)
    images[..., 8:] = 1
    cutouts = guidance.cutouts.make(images, parts[0].plan, size=8, part=slice(None))
    assert cutouts.abs().max() < 1e-6


def test_the_gradient_of_a_region_stays_inside(make_job) -> None:
    generation = build(tiny_models(), [make_job("a@left", cutouts__overview=0.5)])
    state = generation.state
    image = leaf(torch.rand(1, 3, 16, 16))
    state.guidance.gather(image, state.streams["cutouts"], progress=0)
    assert image.grad is not None
    assert image.grad[..., :8].abs().sum() > 0
    assert image.grad[..., 10:].abs().max() == 0


def test_small_windows_lie_in_the_frame() -> None:
    places = torch.rand(1, 50, 2) * 2 - 1
    boxes = small_boxes(places, torch.tensor([10.0, 20, 40, 80]))[0]
    assert (boxes[:, :2] >= torch.tensor([10.0, 20]) - 1e-4).all()
    assert (boxes[:, 2:] <= torch.tensor([40.0, 80]) + 1e-4).all()
    torch.testing.assert_close((boxes[:3, 2] - boxes[:3, 0]), torch.tensor([6.0, 9.0, 13.5]))
