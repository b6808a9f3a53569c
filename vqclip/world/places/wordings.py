"""Words of the captions of places: which may be swapped, and other words for them."""

from __future__ import annotations

from vqclip.world.places.furniture import FURNITURE
from vqclip.world.places.seasons import SEASONS

PLACE_KINDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "season": (tuple(SEASONS),),
    "furniture": (tuple(FURNITURE),),
}
"""Sets of words that fit in the same place of a caption and mean something else, by kind."""

PLACE_SYNONYMS: dict[str, tuple[str, ...]] = {
    "in autumn": ("in fall", "in the fall", "in october"),
    "in winter": ("in the winter", "in wintertime", "covered in snow"),
    "in spring": ("in springtime", "in the spring"),
    "in summer": ("in summertime", "in the summer"),
    "in the snow": ("in winter", "covered in snow"),
    "autumn leaves": ("fall leaves", "colorful leaves", "fallen leaves"),
    "cherry tree in blossom": (
        "blossoming cherry tree", "cherry blossom tree", "flowering cherry tree",
        "cherry tree in bloom", "cherry blossoms",
    ),
    "bare tree": ("leafless tree", "tree without leaves"),
    "path": ("trail", "footpath", "track"),
    "village": ("small town", "hamlet"),
    "sofa": ("couch", "settee"),
    "armchair": ("easy chair", "big chair"),
    "table": ("wooden table", "desk"),
    "carpet": ("rug",),
    "bookshelf": ("bookcase", "shelf with books"),
    "living room": ("sitting room", "lounge"),
    "under": ("beneath", "below"),
}  # fmt: skip
"""By the words of canonical captions; a caption may use any of them instead."""
