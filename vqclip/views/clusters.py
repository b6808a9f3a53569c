"""Characters as a reader sees them, and where a line may break between them.

A simplification of Unicode's annexes 29 (clusters) and 14 (line breaks).
"""

from __future__ import annotations

import unicodedata

ZERO_WIDTH_JOINER = "\u200d"
VIRAMA = 9
"""Combining class of the signs that join two consonants of an Indic script."""
WIDE = ("W", "F")
"""East Asian widths of the characters between which lines break without a space."""
NOT_FIRST = "、。，．・：；？！ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ）」』】〉》〕］｝…"
NOT_LAST = "（「『【〈《〔［｛"
DIRECTIONAL = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
"""Invisible characters that turn the direction of others; they are left out."""


def clusters(text: str) -> list[str]:
    """Split a text into characters with the marks, joiners and modifiers that belong to them."""
    found: list[str] = []
    for character in text.translate(DIRECTIONAL):
        if found and _belongs(character, found[-1]):
            found[-1] += character
        else:
            found.append(character)
    return found


def _belongs(character: str, cluster: str) -> bool:
    """Return whether a character continues a cluster."""
    if unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf"):
        return True
    if _is_skin_tone(character) or cluster.endswith(ZERO_WIDTH_JOINER):
        return True
    if _is_flag_letter(character):  # two of them are a flag
        return len(cluster) == 1 and _is_flag_letter(cluster)
    return unicodedata.combining(cluster[-1]) == VIRAMA and character.isalpha()


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def units(word: str) -> list[str]:
    """Split a word into what a line should not break: itself, unless it has wide characters."""
    found: list[str] = []
    for cluster in clusters(word):
        if found and not _breaks(found[-1], cluster):
            found[-1] += cluster
        else:
            found.append(cluster)
    return found


def _breaks(before: str, after: str) -> bool:
    wide = is_wide(before[-1]) or is_wide(after[0])
    return wide and after[0] not in NOT_FIRST and before[-1] not in NOT_LAST


def is_wide(character: str) -> bool:
    """Return whether a line may break beside a character without a space."""
    return unicodedata.east_asian_width(character) in WIDE
