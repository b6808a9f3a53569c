from __future__ import annotations

import numpy as np

from vqclip.models.sketches.sketchwords import PADDING, Vocabulary, token_ids
from vqclip.models.sketches.transformer import NO_TEXT, PAD, RESERVED, UNKNOWN


def test_texts_are_cut_and_padded() -> None:
    table = token_ids(["a red fox", "a fox on a hill at night"], 4)
    assert table.shape == (2, 4)
    assert table[0, 3] == PADDING
    assert table[0, 2] == table[1, 1]  # fox


def test_rows_are_given_in_the_order_of_meeting_until_it_is_full() -> None:
    vocabulary = Vocabulary(capacity=RESERVED + 2)
    vocabulary.add(np.array([[700, 500, 700, PADDING]]))
    vocabulary.add(np.array([[900]]))
    assert vocabulary.tokens == [700, 500]
    rows = vocabulary.rows(np.array([500, 700, 900, PADDING])).tolist()
    assert rows == [RESERVED + 1, RESERVED, UNKNOWN, PAD]


def test_an_empty_text_is_no_text() -> None:
    vocabulary = Vocabulary(token_ids(["fox"], 1)[0].tolist())
    assert vocabulary.read(["fox", " ", "Fox"], 2).tolist() == [
        [RESERVED, PAD],
        [NO_TEXT, NO_TEXT],
        [RESERVED, PAD],
    ]
