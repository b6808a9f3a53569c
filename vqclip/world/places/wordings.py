"""Words of the captions of places: which may be swapped, and other words for them."""

from __future__ import annotations

from vqclip.world.places.furniture import FURNITURE
from vqclip.world.places.seasons import SEASONS

PLACE_KINDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "season": (tuple(SEASONS),),
    "furniture": (tuple(FURNITURE),),
    "container": (("bowl", "basket", "vase", "pot"),),
    "fruit": (("oranges", "lemons", "grapes"),),  # the others are things
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
    "bowl": ("dish",),
    "basket": ("wicker basket",),
    "vase": ("jar",),
    "pot": ("flower pot",),
    "glass bowl": ("fishbowl", "bowl of glass", "aquarium"),
    "cup of coffee": ("mug of coffee", "coffee cup", "hot coffee"),
    "cup of tea": ("mug of tea", "teacup"),
    "slice of watermelon": ("piece of watermelon", "watermelon slice", "watermelon"),
    "slice of pizza": ("piece of pizza", "pizza slice", "pizza"),
    "glass of red wine": ("glass of wine", "wine glass"),
    "on a hill": ("on top of a hill", "on a hilltop", "on the hill"),
    "on a cliff": ("on a rock", "on top of a cliff", "on the cliffs"),
    "in a storm": ("in stormy weather", "during a storm", "storm"),
    "stormy sea": ("rough sea", "stormy ocean"),
    "sailing ship": ("ship", "tall ship", "galleon"),
    "on a lake in the mountains": ("on a mountain lake", "on an alpine lake"),
    "mountain lake": ("lake in the mountains", "alpine lake"),
    "waterfall": ("cascade", "falls"),
    "field of": ("meadow of", "many"),
    "pyramid": ("egyptian pyramid",),
    "camel": ("dromedary",),
    "island": ("small island", "tropical island", "desert island"),
    "campfire": ("bonfire", "camp fire", "fire"),
    "street": ("road", "lane"),
    "rainy street": ("wet street", "street in the rain"),
    "neon lights": ("neon signs", "colorful neon lights"),
    "lit windows": ("lights in the windows", "bright windows"),
    "clock tower": ("tower with a clock",),
    "in a town square": ("in a square", "on a market square"),
    "taxi": ("cab", "taxicab"),
    "sports car": ("race car", "fast car"),
    "on a road": ("on a street", "on the road"),
    "shop": ("store", "little shop"),
    "leaning against": ("against", "propped against"),
    "the eiffel tower": ("eiffel tower", "the eiffel tower in paris"),
    "volcano": ("erupting volcano", "volcano with lava"),
    "on the moon": ("on the surface of the moon",),
    "spiral galaxy": ("galaxy", "swirling galaxy"),
    "by the sea": ("at the sea", "by the ocean", "at the seaside"),
    "tree house": ("treehouse", "house in a tree"),
    "christmas tree": ("xmas tree", "decorated tree"),
    "crossing a bridge": ("on a bridge", "going over a bridge"),
    "bridge over a river": ("bridge across a river", "stone bridge over a river"),
    "under the stars": ("under a starry sky", "at night", "beneath the stars"),
}  # fmt: skip
"""By the words of canonical captions; a caption may use any of them instead."""
