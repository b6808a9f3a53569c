"""Tokens are those of open_clip; fewer merges give the same words fewer numbers."""

from __future__ import annotations

import gzip
from pathlib import Path

import open_clip
import pytest
import torch

from vqclip.training.perceptor.tokens import Tokenizer, packed_merges, rows_of

TEXTS = (
    "a photo of a red cat, on the Left!",
    "two  fish\tat night (watercolor)",
    "caf\u00e9 &amp; the dog's 12 bones\u2026",
    "",
    "unbelievably long " * 9,
)


def test_tokens_are_those_of_open_clip() -> None:
    expected = open_clip.SimpleTokenizer(context_length=16)(list(TEXTS))
    own = Tokenizer(16)(TEXTS)
    full = torch.tensor([bool(text) for text in TEXTS])
    assert torch.equal(own[full], expected[full])
    assert own[3].sum() == 0


@pytest.mark.parametrize("text", TEXTS)
def test_fewer_merges_split_known_words_in_the_same_way(text: str, tmp_path: Path) -> None:
    tokenizer = Tokenizer(16)
    merges = tokenizer.merges({piece for text in TEXTS for piece in tokenizer.pieces(text)})
    (tmp_path / "merges.txt.gz").write_bytes(packed_merges(merges))
    shorter = open_clip.SimpleTokenizer(str(tmp_path / "merges.txt.gz"), context_length=16)
    assert shorter.vocab_size == 512 + len(merges) + 2
    rows = rows_of(shorter, tokenizer.plain)
    assert rows[shorter.encode(text)].tolist() == tokenizer.plain.encode(text)
    assert rows[-1] == tokenizer.plain.eot_token_id


def test_a_list_of_merges_is_plain_text() -> None:
    lines = gzip.decompress(packed_merges([("a", "b"), ("ab", "c</w>")])).decode().split("\n")
    assert lines[1:] == ["a b", "ab c</w>"]
    assert packed_merges([("a", "b")]) == packed_merges([("a", "b")])
