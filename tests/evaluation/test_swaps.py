"""Swapped words: the sentences that differ in nothing else, and the words that are shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqclip.config.shelves import configs_folder
from vqclip.errors import ConfigError
from vqclip.evaluation.promptlist import read_prompt_list
from vqclip.evaluation.swaps import Attributes, Swap, read_attributes
from vqclip.world.captions.attributes import ATTRIBUTES


@pytest.fixture(scope="module")
def shipped() -> Attributes:
    return read_attributes(configs_folder() / "eval" / "attributes.yaml")


def test_each_word_is_swapped_for_the_others_of_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "kinds.yaml"
    path.write_text(
        "color: [red, orange, black]\nstyle: [black and white photo of, oil painting of]\n"
        "hour: [[at sunset, at dusk], at night]\n"
    )
    swaps = read_attributes(path).swaps("A black and white photo of a red house at dusk")
    assert swaps == (
        Swap(
            "style",
            "black and white photo of",
            ("An oil painting of a red house at dusk",),
        ),
        Swap(
            "color",
            "red",
            (
                "A black and white photo of an orange house at dusk",
                "A black and white photo of a black house at dusk",
            ),
        ),
        Swap("hour", "at dusk", ("A black and white photo of a red house at night",)),
    )


def test_an_article_follows_the_word_that_is_put_in() -> None:
    colors = Attributes({"color": (("red",), ("orange",))})
    (swap,) = colors.swaps("an orange on a table")
    assert swap.texts == ("a red on a table",)
    (swap,) = colors.swaps("pizza red as fire")
    assert swap.texts == ("pizza orange as fire",)


def test_parts_of_words_are_left_alone() -> None:
    assert not Attributes({"color": (("black",), ("red",))}).swaps("a blackbird")
    assert not Attributes({}).swaps("a red house")


def test_phrases_that_mean_something_else_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "kinds.yaml"
    path.write_text("left alone: [with stars]\nshape: [stars, rings]\n")
    shapes = read_attributes(path)
    swaps = shapes.swaps("two stars at night with stars")
    assert [swap.texts for swap in swaps] == [("two rings at night with stars",)]
    assert not shapes.swaps("a meadow with stars")


def test_every_mistake_of_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "kinds.yaml"
    path.write_text("color: [red]\nhour: [at night, [at dusk, '']]\nx: [a, b]\ny: [c, a]\nz: a\n")
    with pytest.raises(ConfigError) as caught:
        read_attributes(path)
    prefix = f"{path}: "
    names = [text.removeprefix(prefix).split(":")[0] for text in caught.value.messages]
    assert names == ["color", "hour", "z", "y"]
    assert caught.value.messages[-1].endswith("'a' already belongs to x")


def test_most_prompts_that_are_shipped_have_attributes(shipped: Attributes) -> None:
    for path in (configs_folder() / "eval").glob("*.txt"):
        texts = read_prompt_list(path).texts
        swaps = [shipped.swaps(text) for text in texts]
        assert sum(map(bool, swaps)) >= 0.9 * len(texts)
        for text, found in zip(texts, swaps, strict=True):
            assert all(text not in swap.texts for swap in found)


def test_the_words_that_are_shipped_are_those_of_the_world(shipped: Attributes) -> None:
    known = {phrase for values in shipped.values.values() for value in values for phrase in value}
    assert {word for sets in ATTRIBUTES.values() for words in sets for word in words} <= known
