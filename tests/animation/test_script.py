"""The keys of an animation, the times of its scenes, and what does not go together."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqclip.animation.animation import Animation
from vqclip.animation.animationfile import read_animation
from vqclip.config.layers import Assignment
from vqclip.config.shelves import configs_folder
from vqclip.errors import ConfigError

EXAMPLE = """
fps: 12
scenes:
  - {seconds: 3, prompt: a forest at dawn}
  - {seconds: 3, prompt: a forest at night, fade: 1}
motion: {zoom: 1.02, rotate: {0: 0, 3: 3}, x: {audio: song.wav, band: bass, scale: 4}}
defaults: {preset: draft, style: oil, steps: 5, first_steps: 60, cutouts: {count: 3}}
"""


def read(tmp_path: Path, text: str, *changes: str) -> Animation:
    path = tmp_path / "film.yaml"
    path.write_text(text)
    own = [Assignment(*change.split("=", 1), change) for change in changes]
    return Animation(*read_animation(path, own))


def mistakes(tmp_path: Path, text: str, *changes: str) -> list[str]:
    with pytest.raises(ConfigError, match=r"\w") as caught:
        read(tmp_path, text, *changes)
    return list(caught.value.messages)


def test_the_example_of_the_manual_is_read(tmp_path: Path) -> None:
    animation = read(tmp_path, EXAMPLE)
    script, config = animation.script, animation.config
    assert (script.frames, script.steps, script.length) == (72, 5, 6)
    assert (config.steps, config.cutouts.count) == (60, 3)
    assert script.motion.x.sound is not None
    dawn, night = animation.jobs
    assert dawn.prompts[0].content != night.prompts[0].content
    assert dawn.prompts[1:] == night.prompts[1:] != ()  # those of the style
    assert animation.mixture(35) == animation.mixture(0)
    assert (animation.mixture(42).before, animation.mixture(42).scene) == (0, 1)
    assert animation.mixture(42).share == pytest.approx(0.5)
    assert animation.mixture(48).share == animation.mixture(71).share == 1


def test_changes_of_the_command_go_to_the_script_or_to_the_configuration(tmp_path: Path) -> None:
    changes = ("motion.zoom=1.5", "fps=6", "cutouts.count=7", "steps=2", "seed=9", "size=64x48")
    animation = read(tmp_path, EXAMPLE, *changes)
    assert animation.move(3).zoom == 1.5
    assert (animation.config.width, animation.config.height) == (64, 48)
    assert (animation.script.frames, animation.script.steps) == (36, 2)
    assert (animation.config.cutouts.count, animation.config.seed) == (7, 9)


def test_scenes_without_a_length_share_what_is_left(tmp_path: Path) -> None:
    text = "seconds: 10\nscenes: [a fox, {prompt: a cat, seconds: 4}, {prompts: [a dog, mud:-1]}]\n"
    script = read(tmp_path, text).script
    assert script.durations() == [3, 4, 3]
    assert [prompt.weight for prompt in script.scenes[2].prompts] == [1, -1]
    assert read(tmp_path, "defaults: {prompt: a fox}\n").script.length == 5


def test_the_end_of_a_loop_leads_to_its_first_scene(tmp_path: Path) -> None:
    animation = read(tmp_path, EXAMPLE, "loop=true", "overlap=1", "fps=4")
    assert (animation.shown, len(animation.numbers)) == (24, 28)
    shares = [animation.mixture(number) for number in animation.numbers[24:]]
    assert [(own.before, own.scene) for own in shares] == [(1, 0)] * 4
    assert 0 < shares[0].share < shares[1].share < shares[3].share < 1
    assert animation.move(24) == animation.move(0)


def test_every_mistake_is_said_with_its_line(tmp_path: Path) -> None:
    text = EXAMPLE.replace("fps: 12", "fps: 1e9").replace("seconds: 3, prompt", "seconds: 3, promt")
    found = mistakes(tmp_path, text.replace("oil", "oill"), "motion.zoom=fast", "colour=3")
    assert [part for part in ("line 2", "line 4", "line 5", "line 7") if part in "".join(found)]
    for words in (
        "fps: 1000",
        "did you mean 'prompt'",
        "'oill'",
        "'fast' is not",
        "'colour'",
    ):
        assert any(words in message for message in found), words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("defaults: {prompt: a fox}\nmotion: {x: {0: 0, 9: 1}}", "at 9 is beyond the end"),
        ("defaults: {prompt: a fox}\nmotion: {x: {0: 0, 70f: 1}}", "at 70f is beyond the end"),
        ("defaults: {prompt: a fox}\nmotion: {zoom: 0}", "allowed is from 0.2 to 5"),
        ("defaults: {prompt: a fox}\nsmooth: 1", "allowed is from 0 to 0.98"),
        ("defaults: {prompt: a fox}\nscenes: [a cat]", "belong to the scenes"),
        ("fps: 3", "neither a prompt in defaults nor a scene"),
        ("scenes: [{prompt: a fox, seconds: 2, fade: 3}]", "fade: is 3 seconds"),
        ("scenes: [{prompt: a fox, seconds: 0}]", "out of range"),
        ("scenes: [{seconds: 2}]", "either a prompt or prompts"),
        ("scenes: [{prompt: 'fog:-1'}]", "no prompt of positive weight"),
        ("seconds: 9\nscenes: [{prompt: a fox, seconds: 2}]", "have 2 together"),
        ("seconds: 2\nscenes: [{prompt: a fox, seconds: 2}, a cat]", "leave nothing of it"),
        ("seconds: 100000\nfps: 60\ndefaults: {prompt: a fox}", "at most 100,000"),
        ("defaults: [a fox]", "is a table of settings"),
        ("defaults: {prompt: a fox, preset: [draft, best]}", "preset: is one name"),
        ("- a fox", "not a table"),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path: Path, text, words) -> None:
    found = mistakes(tmp_path, text)
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    "path", sorted((configs_folder() / "animations").glob("*.yaml")), ids=lambda path: path.stem
)
def test_the_examples_can_be_drawn(path: Path) -> None:
    animation = Animation(*read_animation(path))
    assert animation.jobs
    assert animation.script.frames > 1
