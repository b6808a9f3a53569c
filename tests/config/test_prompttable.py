"""Prompts of YAML files: tables, edits and stories."""

from __future__ import annotations

import pytest

from vqclip.config.prompt import Prompt, Scene
from vqclip.config.prompttable import read_prompts
from vqclip.config.region import Region
from vqclip.errors import ConfigError

STORY = {"0": "a forest at dawn", "50%": "a forest at night:2"}


def test_an_edit_has_from_and_to() -> None:
    (edit,) = read_prompts({"from": "a photo", "to": "a watercolor", "region": "left"})
    assert edit == Prompt("a watercolor", "to", region=Region("left"), base="a photo")
    assert edit.texts == ("a photo", "a watercolor")
    assert read_prompts(edit.to_plain()) == (edit,)


def test_a_style_names_a_picture() -> None:
    (style,) = read_prompts({"style": "wave.jpg", "weight": 0.5, "region": "sky.png"})
    assert style.pictures == ("wave.jpg", "sky.png")
    moved = style.moved({"wave.jpg": "a/wave.jpg", "sky.png": "b/sky.png"})
    assert moved.pictures == ("a/wave.jpg", "b/sky.png")
    assert read_prompts(style.to_plain()) == (style,)


def test_a_story_is_a_prompt_with_scenes() -> None:
    (story,) = read_prompts({**STORY, "easing": "cosine", "region": "top"})
    assert story.content == "a forest at dawn"
    assert story.scenes == (
        Scene(0, "a forest at dawn", 1, float("-inf")),
        Scene(0.5, "a forest at night", 2, float("-inf")),
    )
    assert (story.easing, story.region) == ("cosine", Region("top"))
    assert read_prompts(story.to_plain()) == (story,)
    framed = story.framed("an oil painting of {}")
    assert framed.texts == (
        "an oil painting of a forest at dawn",
        "an oil painting of a forest at night",
    )


def test_scenes_of_several_prompts_are_several_stories() -> None:
    first, second = read_prompts({0: "a | fog@left", 1: "b | rain@left"})
    assert [scene.content for scene in first.scenes] == ["a", "b"]
    assert [scene.content for scene in second.scenes] == ["fog", "rain"]
    assert second.region == Region("left")


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ({"from": "a photo"}, "one of"),
        ({"to": "a watercolor"}, "both from and to"),
        ({"text": "a", "from": "b"}, "both from and to"),
        ({0: "a | b", 1: "c"}, "as many prompts"),
        ({0: "a@left", 1: "b@right"}, "one region"),
        ({0: {"image": "x.png"}, 1: "b"}, "of one kind"),
        ({0: "a", "end": "b"}, "allowed are moments"),
        ({0.5: "a", "50%": "b"}, "at one moment"),
        ({0: "a", 2: "b"}, "fractions from 0 to 1"),
        ({0: "a", 1: {0: "b", 1: "c"}}, "not a story"),
    ],
)
def test_what_does_not_go_together_is_refused(value, part) -> None:
    with pytest.raises(ConfigError, match=part):
        read_prompts(value)
