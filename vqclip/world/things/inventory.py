"""Every thing of the world by its English name, its natural colors, and where it is found."""

from __future__ import annotations

from collections.abc import Callable

from vqclip.world.colors import Color
from vqclip.world.pen import Pen
from vqclip.world.things import animals, buildings, foods, objects, plants, vehicles

THINGS: dict[str, Callable[[Pen, Color], None]] = {
    "house": buildings.house,
    "tree": plants.tree,
    "sailing boat": vehicles.boat,
    "car": vehicles.car,
    "lighthouse": buildings.lighthouse,
    "castle": buildings.castle,
    "rocket": vehicles.rocket,
    "hot air balloon": vehicles.balloon,
    "flower": plants.flower,
    "mushroom": plants.mushroom,
    "snowman": objects.snowman,
    "fish": animals.fish,
    "cat": animals.cat,
    "apple": foods.apple,
    "umbrella": objects.umbrella,
    "dog": animals.dog,
    "bird": animals.bird,
    "owl": animals.owl,
    "rabbit": animals.rabbit,
    "butterfly": animals.butterfly,
    "turtle": animals.turtle,
    "duck": animals.duck,
    "ladybug": animals.ladybug,
    "bee": animals.bee,
    "elephant": animals.elephant,
    "snail": animals.snail,
    "penguin": animals.penguin,
    "pig": animals.pig,
    "bus": vehicles.bus,
    "truck": vehicles.truck,
    "train": vehicles.train,
    "airplane": vehicles.airplane,
    "bicycle": vehicles.bicycle,
    "submarine": vehicles.submarine,
    "windmill": buildings.windmill,
    "church": buildings.church,
    "tower": buildings.tower,
    "skyscraper": buildings.skyscraper,
    "tent": buildings.tent,
    "bridge": buildings.bridge,
    "pine tree": plants.pine,
    "palm tree": plants.palm,
    "cactus": plants.cactus,
    "sunflower": plants.sunflower,
    "tulip": plants.tulip,
    "pear": foods.pear,
    "cherry": foods.cherry,
    "cake": foods.cake,
    "ice cream": foods.ice_cream,
    "pumpkin": foods.pumpkin,
    "strawberry": foods.strawberry,
    "cup": objects.cup,
    "lamp": objects.lamp,
    "key": objects.key,
    "book": objects.book,
    "guitar": objects.guitar,
    "crown": objects.crown,
    "robot": objects.robot,
    "ghost": objects.ghost,
    "clock": objects.clock,
    "bell": objects.bell,
}
"""Each stands on y = 0 of the pen's frame, reaches up to about y = -2 and is about 2 wide."""

NATURAL: dict[str, tuple[str, ...]] = {
    "tree": ("green",),
    "pine tree": ("green",),
    "palm tree": ("green",),
    "cactus": ("green",),
    "sunflower": ("yellow",),
    "apple": ("red", "green"),
    "pear": ("green", "yellow"),
    "cherry": ("red",),
    "strawberry": ("red",),
    "pumpkin": ("orange",),
    "castle": ("gray",),
    "elephant": ("gray",),
    "pig": ("pink",),
}
"""Colors that captions may leave out, because the thing usually has them."""
AFLOAT = ("sailing boat", "sailing boat", "duck")
ALOFT = ("hot air balloon", "rocket", "airplane", "bird", "butterfly", "bee", "ghost")
SUBMERGED = ("fish", "turtle", "submarine")
INDOORS = ("apple", "pear", "cherry", "cake", "ice cream", "strawberry", "cup", "lamp", "key",
           "book", "guitar", "crown", "clock", "bell")  # fmt: skip
OUTDOORS = tuple(name for name in THINGS if name not in (*INDOORS, "fish", "submarine", *AFLOAT))
