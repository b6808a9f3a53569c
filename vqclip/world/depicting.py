"""Other captions of pictures with drawings in them."""

from __future__ import annotations

import random
from collections.abc import Sequence

from vqclip.world.captions.nouns import BROADER
from vqclip.world.captions.phrases import phrase
from vqclip.world.captions.titles import other_titles
from vqclip.world.drawings import Drawing
from vqclip.world.words import article

MOTIONS: dict[str, tuple[str, ...]] = {
    "horse": ("running", "galloping"),
    "dog": ("standing", "sitting", "sleeping"),
    "cat": ("sitting", "lying"),
    "wolf": ("howling", "standing"),
    "whale": ("swimming",),
    "fish": ("swimming",),
    "dolphin": ("swimming",),
    "shark": ("swimming",),
    "octopus": ("swimming",),
    "turtle": ("swimming", "crawling"),
    "bird": ("sitting",),
    "owl": ("sitting",),
    "butterfly": ("sitting",),
    "cow": ("grazing", "standing"),
    "elephant": ("walking", "standing"),
    "tiger": ("walking", "prowling"),
    "penguin": ("standing",),
    "fox": ("sitting", "standing"),
    "rabbit": ("sitting", "hopping"),
}
"""What people say that animals do where they see them."""
BROAD, OTHER, MOVING, NOTED = 0.12, 0.3, 0.12, 0.08
"""Shares of the captions that name a broader kind, another title, a motion, and keywords."""


def wording(caption: str, drawings: Sequence[Drawing], rng: random.Random) -> str:
    """Return a canonical caption in other words.

    Args:
        caption: canonical, which names the drawings by their titles.
        drawings: that are in the picture.
        rng: random source.
    """
    for drawing in drawings:
        caption = _renamed(caption, drawing, rng)
    words = phrase(caption, rng)
    if len(drawings) == 1 and drawings[0].keywords and rng.random() < NOTED:
        keywords = drawings[0].keywords
        words = f"{words}, {', '.join(rng.sample(keywords, min(2, len(keywords))))}"
    return words


def _renamed(caption: str, drawing: Drawing, rng: random.Random) -> str:
    title = drawing.title
    if title not in caption:
        return caption
    broader, draw = BROADER.get(drawing.group, ()), rng.random()
    if broader and draw < BROAD:
        broad = rng.choice(broader)
        uncounted = broad.endswith(("s", "food", "money", "equipment"))
        return caption.replace(title, broad if uncounted else article(broad), 1)
    if draw < BROAD + OTHER and (others := other_titles(drawing.name)):
        return caption.replace(title, rng.choice(others), 1)
    motions = MOTIONS.get(drawing.name)
    if motions and draw > 1 - MOVING and caption.count(" ") > 2 and " background" not in caption:
        return caption.replace(title, f"{title} {rng.choice(motions)}", 1)
    return caption


def alone(drawing: Drawing, rng: random.Random) -> str:
    """Return the bare name of a drawing, as somebody types it who wants nothing else."""
    return rng.choice((drawing.title, drawing.name, *other_titles(drawing.name)))
