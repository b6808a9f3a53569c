from __future__ import annotations

import torch

from tests.models.sketches.sketchmodels import SHAPE, tiny_sketch_model
from vqclip.models.sketches.transformer import turned, turns

TRANSFORMER = tiny_sketch_model().transformer
TOKENS = torch.randint(SHAPE.words, (3, SHAPE.text), generator=torch.Generator().manual_seed(1))
CODES = torch.randint(SHAPE.codes, (3, SHAPE.cells), generator=torch.Generator().manual_seed(2))


def test_a_code_changes_no_logits_up_to_its_own() -> None:
    before = TRANSFORMER(TOKENS, CODES)
    changed = CODES.clone()
    changed[:, 5] = (changed[:, 5] + 1) % SHAPE.codes
    after = TRANSFORMER(TOKENS, changed)
    assert torch.equal(before[:, :6], after[:, :6])
    assert (before[:, 6:] - after[:, 6:]).abs().amax(dim=-1).gt(1e-4).all()


def test_every_word_reaches_every_code() -> None:
    before = TRANSFORMER(TOKENS, CODES)
    for place in range(SHAPE.text):
        changed = TOKENS.clone()
        changed[:, place] = (changed[:, place] + 1) % SHAPE.words
        assert (TRANSFORMER(changed, CODES) - before).abs().amax(dim=-1).gt(1e-5).all()


def test_place_by_place_equals_all_at_once() -> None:
    caches = TRANSFORMER.caches(len(TOKENS))
    TRANSFORMER.extend(TRANSFORMER.embed_text(TOKENS), caches, 0)
    places = TRANSFORMER.embed_codes(CODES[:, :-1])
    logits = [
        TRANSFORMER.logits(TRANSFORMER.extend(place, caches, SHAPE.text + cell))
        for cell, place in enumerate(places.split(1, dim=1))
    ]
    torch.testing.assert_close(torch.cat(logits, dim=1), TRANSFORMER(TOKENS, CODES))


def test_turned_vectors_know_their_distance_alone() -> None:
    cos, sin = (table[SHAPE.text :] for table in turns(SHAPE))
    query, key = torch.randn(2, 8, generator=torch.Generator().manual_seed(3))

    def product(first: int, second: int) -> torch.Tensor:
        return turned(query[None], cos[first], sin[first]) @ turned(key, cos[second], sin[second])

    torch.testing.assert_close(product(0, 5), product(10, 15))  # one down, one right
    assert (product(0, 5) - product(0, 1)).abs().item() > 1e-3
