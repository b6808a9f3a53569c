"""Every synonym belongs to a word that captions have."""

from __future__ import annotations

import random
import re

from tests.world.seeing import CAPTIONS
from vqclip.world.captions.attributes import ATTRIBUTES
from vqclip.world.captions.synonyms import STYLE_NAMES, SYNONYMS
from vqclip.world.patterns import PATTERNS, pattern
from vqclip.world.places.empty import empty_place
from vqclip.world.places.sights import sight
from vqclip.world.scenery.grounds import GROUNDS
from vqclip.world.styles.media import STYLES


def test_every_synonym_is_of_a_word_that_captions_have() -> None:
    patterns = (pattern(4, random.Random(0), name)[1] for name in PATTERNS)
    words = (word for groups in ATTRIBUTES.values() for group in groups for word in group)
    places = (sight(4, random.Random(seed))[1] for seed in range(1200))
    empty = (empty_place(4, random.Random(seed)).words for seed in range(300))
    text = " | ".join([*CAPTIONS, *patterns, *places, *empty, *words, *GROUNDS])
    for word in SYNONYMS:
        assert re.search(rf"\b{word}\b", text), word
    assert STYLE_NAMES.keys() == STYLES.keys()


def test_plurals_have_the_plurals_of_their_synonyms() -> None:
    assert SYNONYMS["houses"] == ("homes", "cottages")
    assert SYNONYMS["churches"] == ("chapels",)


def test_no_word_is_its_own_synonym() -> None:
    assert not [word for word, others in SYNONYMS.items() if word in others]
