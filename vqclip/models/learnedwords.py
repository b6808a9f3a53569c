"""The words that a small perceptor learned: a list beside its weights; imports no torch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from vqclip.errors import shown

VOCABULARY_FILE = "words.txt"
"""File of the words of the training captions, in the folder of a perceptor trained here."""
FEW = 200
"""Captions of a training; a word that fewer have is hardly known."""

Vocabulary = Mapping[str, int | None]
"""Words of a training, with the number of its captions that have them, if that is known."""


def unknown_words(vocabulary: Vocabulary, text: str) -> tuple[str, ...]:
    """Return the words of a text that a vocabulary lacks."""
    return tuple(word for word in words_of(text) if word not in vocabulary)


def rare_words(vocabulary: Vocabulary, text: str) -> dict[str, int]:
    """Return the words of a text that few captions of the training had -> how many had them."""
    counts = {word: vocabulary.get(word) for word in words_of(text)}
    return {word: count for word, count in counts.items() if count is not None and count < FEW}


def unknown_note(words: tuple[str, ...], text: str) -> str:
    """Say which words of a text a perceptor never learned."""
    return (
        f"words this perceptor never learned: {', '.join(words)} (in {shown(text)}); "
        "they are noise to it"
    )


def rare_note(counts: Mapping[str, int], text: str) -> str:
    """Say which words of a text a perceptor hardly knows."""
    known = ", ".join(f"{word} ({count} captions)" for word, count in counts.items())
    return f"words this perceptor hardly knows: {known} (in {shown(text)})"


def words_of(text: str) -> tuple[str, ...]:
    """Return the distinct words of a text, in lower case."""
    return tuple(dict.fromkeys(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text.lower())))


def read_vocabulary(path: Path) -> dict[str, int | None]:
    """Read the words of a training, one per line, each perhaps with the number of its captions."""
    vocabulary: dict[str, int | None] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, count = line.strip().partition(" ")
        vocabulary[word] = int(count) if count.isdecimal() else None
    return vocabulary
