"""Stories: prompts that become others on the sphere of embeddings."""

from __future__ import annotations

import math

import pytest
import torch

from vqclip.config.moment import Steps
from vqclip.config.prompttable import read_prompts
from vqclip.engine.stories import Story, slerp

EAST, NORTH = torch.eye(3)[0], torch.eye(3)[1]


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_slerp_goes_along_the_great_circle(share) -> None:
    angle = math.pi / 2 * share
    expected = torch.tensor([math.cos(angle), math.sin(angle), 0])
    torch.testing.assert_close(slerp(EAST, NORTH, share), expected)


def test_slerp_of_random_vectors_divides_their_angle() -> None:
    first, second = torch.nn.functional.normalize(torch.randn(2, 16), dim=1)
    whole = torch.acos(first @ second)
    found = slerp(first, second, 0.3)
    torch.testing.assert_close(found.norm(), torch.tensor(1.0))
    torch.testing.assert_close(torch.acos(first @ found), 0.3 * whole, atol=1e-4, rtol=1e-4)


def test_equal_and_opposite_vectors_give_unit_vectors() -> None:
    torch.testing.assert_close(slerp(EAST, EAST, 0.4), EAST)
    torch.testing.assert_close(slerp(EAST, -EAST, 0.4), EAST)


def story(text: object, steps: int = 11) -> Story:
    (prompt,) = read_prompts(text)
    prompt = prompt.over(steps)
    vectors = torch.stack([EAST, NORTH, -EAST][: len(prompt.scenes)])
    return Story.of(prompt, vectors, 0, 0)


def test_a_story_fades_between_its_moments_and_rests_outside_them() -> None:
    told = story({0.2: "a:1", "60%": "b:3"})
    for progress, vector, weight in ((0, EAST, 1), (0.2, EAST, 1), (0.6, NORTH, 3), (1, NORTH, 3)):
        found = told.at(progress)
        torch.testing.assert_close(found[0], vector)
        assert found[1] == weight
    vector, weight, stop = told.at(0.4)
    torch.testing.assert_close(vector, (EAST + NORTH) / 2**0.5)
    assert weight == pytest.approx(2)
    assert stop == -math.inf


def test_steps_are_counted_from_the_start_of_the_run() -> None:
    told = story({0: "a", "5 steps": "b", "easing": "step"}, steps=11)
    assert told.times == (0, 0.5)
    assert torch.equal(told.at(4 / 10)[0], EAST)
    assert torch.equal(told.at(5 / 10)[0], NORTH)
    assert read_prompts({0: "a", "5 steps": "b"})[0].scenes[1].at == Steps(5)
