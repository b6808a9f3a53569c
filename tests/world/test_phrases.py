"""Captions in other words keep their meaning."""

from __future__ import annotations

import random
import re
from itertools import chain

import pytest

from tests.world.seeing import CAPTIONS
from vqclip.world.captions import newcomers
from vqclip.world.captions.phrases import phrase, split_style
from vqclip.world.captions.synonyms import STYLE_NAMES, SYNONYMS
from vqclip.world.colors import COLORS
from vqclip.world.faces import MOODS
from vqclip.world.groups import PLACES, RELATIONS
from vqclip.world.scenery.grounds import GROUNDS
from vqclip.world.scenery.skies import HOURS, WEATHERS
from vqclip.world.shapes import SHAPES
from vqclip.world.styles.media import STYLES
from vqclip.world.things.inventory import THINGS
from vqclip.world.words import NUMBERS, plural, with_articles

NAMES = (*SHAPES, *THINGS)
MEANINGFUL = (
    *COLORS, *NAMES, *map(plural, NAMES), *GROUNDS, *NUMBERS, *PLACES, *RELATIONS, *MOODS,
    *WEATHERS, *(hour.names[0] for hour in HOURS.values()),
)  # fmt: skip
PATTERN = re.compile(rf"\b(?:{'|'.join(sorted(MEANINGFUL, key=len, reverse=True))})\b")


def bare(text: str) -> str:
    return re.sub(r"\b(?:an?|the) ", "", text)


def test_a_phrase_keeps_every_attribute_or_says_a_synonym(monkeypatch: pytest.MonkeyPatch) -> None:
    for share in ("RENAMED", "TYPED", "MISSPELT"):
        monkeypatch.setattr(newcomers, share, 0.0)
    for seed, caption in enumerate(CAPTIONS):
        style, body = split_style(caption)
        other = bare(phrase(caption, random.Random(seed)))
        for word in PATTERN.findall(body):
            longer = (forms for key, forms in SYNONYMS.items() if f" {word} " in f" {key} ")
            accepted = (word, *chain.from_iterable(longer))
            assert any(bare(form) in other for form in accepted), (caption, other)
        if style:
            accepted = (style, *STYLE_NAMES[style])
            assert any(bare(form) in other for form in accepted), (caption, other)


def test_phrases_are_many_and_stable_and_sometimes_the_caption() -> None:
    caption = "a mosaic of a gray circle on an orange background"
    phrases = [phrase(caption, random.Random(seed)) for seed in range(300)]
    assert phrases == [phrase(caption, random.Random(seed)) for seed in range(300)]
    assert len(set(phrases)) > 80
    assert 60 < phrases.count(caption) < 140
    assert all(text == with_articles(text) for text in phrases)
    for part in ("grey", "orange background with", "against an orange", "in the style of a mosaic"):
        assert any(part in text for text in phrases), part
    assert any(text.startswith(("gray circle", "orange background")) for text in phrases)


def test_an_hour_may_come_first() -> None:
    phrases = {phrase("a lake at night", random.Random(seed)) for seed in range(200)}
    assert "at night, a lake" in phrases


def test_a_style_is_split_from_its_caption() -> None:
    assert split_style("an oil painting of the sea") == ("an oil painting of", "the sea")
    assert split_style("the sea") == ("", "the sea")
    assert all(split_style(f"{style} a cat") == (style, "a cat") for style in STYLES)
