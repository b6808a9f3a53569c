"""Frame after frame on tiny models: what each depends on, flicker, and going on exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from tests.conftest import small_config
from tests.tiny import tiny_models
from vqclip.animation.animation import Animation
from vqclip.animation.camera import in_view, warp
from vqclip.animation.filmstage import FilmFrame, Stage
from vqclip.animation.script import Script
from vqclip.config.layers import Assignment, assemble
from vqclip.engine.build import build

SCENES = [
    {"seconds": "0.5", "prompt": "a fox"},
    {"seconds": "1", "prompt": "a red house | fog:-0.5", "fade": "0.5"},
]


def script(**changes: Any) -> Script:
    """A script of six frames."""
    keys = {
        "fps": 4,
        "scenes": SCENES,
        "steps": 2,
        "first_steps": 4,
        "motion.zoom": 1.1,
        "motion.rotate": 4,
    }
    keys |= {name.replace("__", "."): value for name, value in changes.items()}
    return assemble(Script, [Assignment(key, value, "") for key, value in keys.items()])


@pytest.fixture
def make() -> Callable[..., Animation]:
    """Make an animation; keys of the configuration by `config_`, all others of the script."""

    def call(seed: int = 0, config: dict[str, Any] | None = None, **changes: Any) -> Animation:
        settings = {
            "width": 20,
            "optimizer__learning_rate": 0.3,
            "start__kind": "smooth",
            **(config or {}),
        }
        return Animation(script(**changes), small_config(seed=seed, **settings))

    return call


def drawn(stage: Stage) -> list[FilmFrame]:
    """Draw all frames that are left."""
    found = []
    while stage.left:
        found += [own for own in stage.draw() if isinstance(own, FilmFrame)]
    return found


def images(stage: Stage) -> list[torch.Tensor]:
    return [frame.image for frame in drawn(stage)]


def test_the_first_frame_is_the_picture_of_a_still(make) -> None:
    animation = make()
    frames = drawn(Stage(tiny_models(), animation))
    assert [frame.number for frame in frames] == list(range(6))
    still = build(tiny_models(), [animation.jobs[0]])
    for _ in still:
        pass
    assert torch.equal(frames[0].image, still.images()[0])
    assert frames[0].flicker is None
    assert all(frame.flicker is not None and frame.flicker > 0 for frame in frames[1:])


def test_frames_depend_on_recipe_and_seed_alone(make) -> None:
    first = images(Stage(tiny_models(), make()))
    again = images(Stage(tiny_models(), make()))
    assert all(map(torch.equal, first, again))
    # What comes later in the script does not change a frame.
    later = images(Stage(tiny_models(), make(motion__x={"1": 0, "1.5": 30})))
    assert all(map(torch.equal, first[:5], later[:5]))
    assert not torch.equal(first[5], later[5])
    other = images(Stage(tiny_models(), make(seed=1)))
    assert not torch.equal(first[3], other[3])


@pytest.mark.parametrize("done", [1, 3])
def test_going_on_from_a_state_gives_the_same_frames(make, done) -> None:
    changes = {"warp": "image", "edges": "draw", "motion__zoom": 0.8}
    whole = images(Stage(tiny_models(), make(**changes)))
    stage = Stage(tiny_models(), make(**changes))
    for _ in range(done):
        list(stage.draw())
    state = stage.state_dict()
    # A frame that is given up in the middle leaves no trace in the state.
    list(stage.draw(stop=lambda: True))
    other = Stage(tiny_models(), make(**changes))
    other.load_state_dict(state)
    assert list(other.left) == list(range(done, 6))
    assert all(map(torch.equal, whole[done:], images(other)))


def test_every_frame_is_its_share_of_the_moved_last_one_where_that_was(make) -> None:
    stage = Stage(tiny_models(), make(smooth=0.6))
    list(stage.draw())
    before = stage.canvas
    frame = next(own for own in stage.draw() if isinstance(own, FilmFrame))
    assert before is not None
    matrix = stage.animation.matrix(1, 1.25)
    seen = in_view(matrix, 16, 20)
    moved = warp(before, matrix, mode="bicubic").clamp(0, 1)[0]
    drawn = stage.generation.canvas()[0]
    assert torch.allclose(frame.image, torch.where(seen, 0.4 * drawn + 0.6 * moved, drawn))


def test_the_targets_fade_from_scene_to_scene(make) -> None:
    stage = Stage(tiny_models(), make(motion__zoom=1, motion__rotate=0))
    own = []
    while stage.left:
        list(stage.draw())
        guide = stage.generation.state.guidance.guides[0]
        own.append(guide.targets.vectors[0, 0])
    fox, house = (scene[0].vectors[0, 0] for scene in stage.cast.scenes)
    angles = [float((fox @ vector).clamp(-1, 1).arccos()) for vector in own]
    whole = float((fox @ house).arccos())
    # Frames 2 and 3 are in the fade, at 0 and half of it.
    assert angles == pytest.approx([0, 0, 0, whole / 2, whole, whole], abs=1e-3)


def test_ours_flickers_a_third_of_the_way_of_2021_with_equal_steps(make) -> None:
    def mean(**changes: Any) -> float:
        frames = drawn(Stage(tiny_models(), make(seconds=3, scenes=[], **changes, config=own)))
        flickers = [frame.flicker for frame in frames if frame.flicker is not None]
        return sum(flickers) / len(flickers)

    own = {"prompts": ["a fox"]}
    reset = mean(carry=False, smooth=0, rate=1)
    assert 0 < mean() * 3 < reset


def test_a_preview_draws_every_tenth_frame_with_the_motion_between(make) -> None:
    animation = make(fps=20, seconds=1.5, scenes=[{"prompt": "a fox"}]).preview()
    assert list(animation.numbers) == [0, 10, 20]
    assert animation.fps == 2
    wanted = torch.linalg.matrix_power(animation.move(1).matrix(1.25), 10)
    assert torch.allclose(animation.matrix(10, 1.25), wanted)
    assert len(drawn(Stage(tiny_models(), animation))) == 3
