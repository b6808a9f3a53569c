"""Articles, plurals and their singulars."""

from __future__ import annotations

import pytest

from vqclip.world.captions.synonyms import FIGURES
from vqclip.world.shapes import SHAPES
from vqclip.world.things.inventory import THINGS
from vqclip.world.words import PLURALS, article, plural, singular, with_articles

NAMES = (*SHAPES, *THINGS, *PLURALS, *(name for names in FIGURES.values() for name in names))


def test_an_article_agrees_with_what_follows() -> None:
    assert article("orange owl") == "an orange owl"
    assert article("red owl") == "a red owl"
    assert with_articles("a owl and an cat on a orange sea") == "an owl and a cat on an orange sea"


@pytest.mark.parametrize("name", NAMES)
def test_every_plural_has_its_singular_and_a_singular_stays(name: str) -> None:
    assert singular(plural(name)) == name
    assert singular(name) == name


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("fox", "foxes"),
        ("box", "boxes"),
        ("cactus", "cacti"),
        ("snowman", "snowmen"),
        ("fish", "fish"),
        ("berry", "berries"),
        ("toy", "toys"),
        ("pie", "pies"),
        ("shoe", "shoes"),
        ("house", "houses"),
        ("horse", "horses"),
        ("rose", "roses"),
        ("glass", "glasses"),
        ("octopus", "octopuses"),
        ("brush", "brushes"),
        ("leaf", "leaves"),
        ("wave", "waves"),
        ("pine tree", "pine trees"),
    ],
)
def test_plurals_of_common_nouns(one: str, several: str) -> None:
    assert plural(one) == several
    assert singular(several) == one


@pytest.mark.parametrize("word", ["bus", "glass", "grass", "iris", "christmas", "as", "ramen"])
def test_what_only_sounds_like_a_plural_stays(word: str) -> None:
    assert singular(word) == word


def test_several_forms_of_one_word_meet() -> None:
    assert singular("cactuses") == singular("cacti") == "cactus"
