"""Where animals, plants and things of drawings are found, and how they are put together."""

from __future__ import annotations

ANIMALS = (
    "animal-mammal",
    "animal-bird",
    "animal-bug",
    "animal-marine",
    "animal-reptile",
    "animal-amphibian",
)
PEOPLE = (
    "person",
    "person-role",
    "person-fantasy",
    "person-activity",
    "person-sport",
    "person-gesture",
    "person-resting",
    "face-costume",
    "People & Body",
)
FOODS = (
    "food-fruit",
    "food-vegetable",
    "food-prepared",
    "food-sweet",
    "food-asian",
    "food-marine",
    "drink",
    "dishware",
    "Food & Drink",
)
VEHICLES = ("transport-ground", "transport-air", "transport-water")
BUILDINGS = ("place-building", "place-religious")
"""Groups of drawings."""
COMMON = frozenset(
    {
        "animal-mammal",
        "animal-bird",
        "animal-bug",
        "animal-marine",
        "animal-reptile",
        "animal-amphibian",
        "plant-flower",
        "plant-other",
        "food-fruit",
        "food-vegetable",
        "food-prepared",
        "food-sweet",
        "drink",
        "musical-instrument",
        "transport-ground",
        "transport-air",
        "transport-water",
        "place-building",
        "person",
        "person-role",
        "person-fantasy",
        "household",
        "clothing",
        "tool",
        "toy",
        "book-paper",
        "computer",
        "phone",
    }
)
"""Groups of what people ask for most."""
ABSTRACT = frozenset(
    {"Symbols", "Flags", "flag", "country-flag", "subdivision-flag", "alphanum", "arrow"}
    | {"punctuation", "math", "warning", "transport-sign", "currency", "av-symbol", "other-symbol"}
    | {"zodiac", "religion", "time", "hand-fingers-open", "hand-fingers-partial", "keycap"}
    | {"hand-single-finger", "hand-fingers-closed", "hands", "person-symbol", "Effects"}
)
"""Groups of signs and gestures, which are drawn seldom."""
HOMES: dict[str, tuple[str, ...]] = {
    "wolf": ("field of snow", "forest", "autumn forest"),
    "fox": ("field of snow", "forest", "autumn forest", "meadow"),
    "bear": ("forest", "river", "autumn forest"),
    "polar bear": ("field of snow",),
    "penguin": ("field of snow",),
    "seal": ("field of snow", "beach"),
    "tiger": ("jungle", "meadow"),
    "lion": ("desert", "meadow"),
    "leopard": ("jungle", "meadow"),
    "elephant": ("meadow", "desert", "jungle"),
    "giraffe": ("meadow", "desert"),
    "zebra": ("meadow", "desert"),
    "camel": ("desert",),
    "horse": ("beach", "meadow", "desert"),
    "cow": ("meadow", "river"),
    "ewe": ("meadow",),
    "goat": ("meadow",),
    "deer": ("forest", "autumn forest", "field of snow"),
    "monkey": ("jungle",),
    "parrot": ("jungle",),
    "frog": ("lake", "river"),
    "duck": ("lake", "river"),
    "swan": ("lake", "river"),
    "crab": ("beach",),
    "turtle": ("beach",),
    "owl": ("forest", "autumn forest"),
    "scorpion": ("desert",),
    "dragon": ("forest", "desert"),
}
"""By the name of an animal, grounds it is often found on."""
SWIMMERS = frozenset(
    {"whale", "dolphin", "fish", "tropical fish", "blowfish", "shark", "octopus", "squid"}
    | {"jellyfish", "orca", "turtle", "seal", "lobster", "crab", "shrimp", "coral", "oyster"}
)
"""Animals that live under water."""
LEAPERS = frozenset({"whale", "dolphin", "orca", "fish", "shark"})
"""Animals that jump out of the water."""
FLIERS = frozenset(
    {"bird", "eagle", "dove", "bat", "owl", "parrot", "butterfly", "bee", "dragon", "duck", "goose"}
    | {
        "airplane",
        "small airplane",
        "helicopter",
        "hot air balloon",
        "kite",
        "parachute",
        "balloon",
    }
    | {"flying saucer", "rocket", "black bird"}
)
"""What is seen in the air."""
FLOATERS = frozenset({"ship", "passenger ship", "sailboat", "speedboat", "motor boat", "ferry"})
"""What floats on the sea; canoes too."""
SEATS: dict[str, float] = {
    "sofa": 0.58,
    "bed": 0.5,
    "books": 0.95,
    "package": 0.9,
    "cardboard box": 0.9,
    "treasure chest": 0.92,
    "drum": 0.9,
    "wood": 0.8,
    "rock": 0.88,
    "desk": 0.95,
    "office desk with a computer": 0.5,
    "luggage": 0.9,
    "toolbox": 0.9,
    "pickup truck": 0.88,
    "tractor": 0.9,
    "skateboard": 0.7,
    "sled": 0.7,
    "elephant": 0.82,
    "cow": 0.72,
    "birthday cake": 0.9,
    "brick": 0.9,
    "television": 0.9,
}
"""What others sit on, and how high: share of its height."""
MOUNTS: dict[str, float] = {
    "horse": 0.6, "elephant": 0.8, "camel": 0.78, "donkey": 0.6,
    "zebra": 0.6, "dolphin": 0.62, "whale": 0.75, "turtle": 0.75, "unicorn": 0.6,
    "motorcycle": 0.62, "dinosaur": 0.6, "long-necked dinosaur": 0.55, "llama": 0.55,
    "pig": 0.85, "snail": 0.9, "rooster": 0.6, "cow": 0.75, "ox": 0.75, "tiger": 0.8,
}  # fmt: skip
"""What others ride on, and how high they sit: share of its height."""
RIDERS = frozenset(
    {"astronaut", "robot", "monkey", "cat", "dog", "panda", "bear", "teddy bear", "alien", "ghost"}
    | {"frog", "mouse", "rabbit", "penguin", "clown", "man", "woman", "boy", "girl", "baby", "king"}
    | {"prince", "princess", "wizard", "witch", "santa claus", "koala", "fox", "snowman", "hamster"}
)
"""Who rides."""
BLOOMS = frozenset(
    {"sunflower", "hibiscus", "blossom", "cherry blossom", "tulip", "rose", "white flower", "daisy"}
)
INSECTS = frozenset(
    {"butterfly", "bee", "ladybug", "snail", "fly", "beetle", "spider", "caterpillar"}
)
TREES = frozenset(
    {"tree", "palm tree", "bare tree", "green tree", "orange autumn tree", "pine tree"}
)
PERCHERS = frozenset({"owl", "bird", "parrot", "eagle", "monkey", "cat", "koala", "black bird"})
ROOFS = TREES | {"umbrella", "beach umbrella"}
HOLDERS = frozenset({"basket", "bucket", "bathtub", "shopping cart", "nest", "plate", "trash can"})
"""Parts of relations: insects on blooms, perchers in trees, anything under roofs and in holders."""
