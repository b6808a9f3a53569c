"""Captions that are held out: left out of training and used by evaluation."""

from __future__ import annotations

import hashlib
import re

HELD_OUT = 0.02
"""Share of the captions that are held out."""


def held_out(caption: str) -> bool:
    """Say whether a caption is held out.

    It depends only on the set of words of the canonical caption (of `scene`, not of `phrase`);
    notes in parentheses do not count.
    """
    words = sorted(set(re.findall(r"\w+", caption.split(" (")[0].lower())))
    digest = hashlib.sha256(" ".join(words).encode()).digest()
    return int.from_bytes(digest[:8], "big") < HELD_OUT * 2**64
