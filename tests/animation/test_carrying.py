"""What goes from frame to frame, and how it moves."""

from __future__ import annotations

import pytest
import torch

from tests.tiny import tiny_models
from vqclip.animation.camera import Move, in_view, warp
from vqclip.animation.carrying import WAYS, carry, move_image, outward_stream, start_anew
from vqclip.engine.build import build
from vqclip.engine.generation import Generation


@pytest.fixture
def generation(make_job) -> Generation:
    """A picture of 5 x 4 cells after some steps."""
    found = build(tiny_models(), [make_job(width=20, height=16, optimizer__learning_rate=0.3)])
    for _ in found:
        pass
    return found


def moments(generation: Generation) -> list[tuple[torch.Tensor, torch.Tensor]]:
    return [
        (own["exp_avg"].clone(), own["exp_avg_sq"].clone())
        for own in generation.state.optimizer.inner.state.values()
    ]


MOVE = Move(zoom=1.2, rotate=8, x=5).matrix(1.25)


def test_the_latent_the_moments_and_the_average_move_alike(generation) -> None:
    z, average = generation.state.latent.z().detach(), generation.state.average.value
    before = moments(generation)
    carry(generation, MOVE, "latent")
    assert torch.allclose(generation.state.latent.z(), warp(z, MOVE), atol=1e-6)
    assert torch.allclose(generation.state.average.value, warp(average, MOVE), atol=1e-6)
    assert len(before) > 1  # several resolutions
    for (first, second), (new_first, new_second) in zip(before, moments(generation), strict=True):
        assert torch.equal(new_first, warp(first, MOVE))
        assert torch.equal(new_second, warp(second, MOVE))
        assert (new_second >= 0).all()


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_at_rest_stays_exactly_as_it_is(generation, way) -> None:
    canvas, before = generation.canvas(), moments(generation)
    z = generation.state.latent.z().detach()
    carry(generation, torch.eye(3, dtype=torch.float64), way)
    assert torch.equal(generation.canvas(), canvas)
    assert torch.equal(generation.state.latent.z(), z)
    assert torch.equal(moments(generation)[0][0], before[0][0])
    nearly = Move(x=1e-7).matrix(1.25)
    carry(generation, nearly, way)
    assert torch.allclose(generation.state.latent.z(), z, atol=1e-4)


def test_the_image_way_encodes_the_moved_picture_and_carries_what_encoding_loses(
    generation,
) -> None:
    generator, z = generation.models.generator, generation.state.latent.z().detach()
    images = generator.decode(generator.quantize(z)).clamp(0, 1)
    wanted = generator.encode(warp(images, MOVE, mode="bicubic").clamp(0, 1))
    wanted = wanted + warp(z - generator.encode(images), MOVE)
    assert torch.allclose(move_image(generator, z, MOVE), wanted)


def test_what_comes_into_view_is_drawn_from_noise_and_has_no_moments(generation) -> None:
    matrix = Move(x=40).matrix(1.25)
    z = generation.state.latent.z().detach()
    carry(generation, matrix, "latent", outward=outward_stream(0, 3, torch.device("cpu")))
    found = generation.state.latent.z().detach()
    seen = in_view(matrix, 4, 5)
    assert int(seen.sum()) == 4 * 3
    assert torch.allclose(found[..., seen], warp(z, matrix)[..., seen], atol=1e-6)
    assert not torch.allclose(found[..., ~seen], warp(z, matrix)[..., ~seen], atol=0.1)
    finest, _ = moments(generation)[-1]
    assert (finest[..., ~seen] == 0).all()
    assert (finest[..., seen] != 0).any()


def test_the_way_of_2021_forgets_the_moments(generation) -> None:
    canvas = generation.canvas()
    start_anew(generation, canvas, MOVE)
    wanted = generation.models.generator.encode(warp(canvas, MOVE, mode="bicubic").clamp(0, 1))
    assert torch.equal(generation.state.latent.z(), wanted)
    assert not generation.state.optimizer.inner.state
    assert generation.state.average.empty


def test_random_numbers_of_a_frame_depend_on_seed_and_number() -> None:
    def drawn(seed: int, frame: int) -> float:
        return float(torch.rand(1, generator=outward_stream(seed, frame, torch.device("cpu"))))

    assert drawn(0, 3) == drawn(0, 3)
    assert len({drawn(0, 3), drawn(0, 4), drawn(1, 3)}) == 3
