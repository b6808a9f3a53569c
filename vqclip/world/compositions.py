"""Drawings composed into pictures: on colors, in places, in numbers, in relation to each other."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageStat

from vqclip.world.collage import Figure, Spot, dimmed, figure, put
from vqclip.world.colors import COLORS, Color, vary
from vqclip.world.drawings import Drawing, whole
from vqclip.world.drawingstock import Stock
from vqclip.world.habitats import (
    ANIMALS,
    BLOOMS,
    FLIERS,
    FLOATERS,
    FOODS,
    HOLDERS,
    HOMES,
    INSECTS,
    LEAPERS,
    MOUNTS,
    PERCHERS,
    RIDERS,
    ROOFS,
    SEATS,
    SWIMMERS,
    TREES,
)
from vqclip.world.places.empty import countryside, empty_place
from vqclip.world.scenery.depths import seabed
from vqclip.world.words import NUMBERS, article, plural


@dataclass(frozen=True)
class Composition:
    """A picture with drawings in it.

    Attributes:
        image: RGB.
        caption: the canonical one.
        drawings: those in it that the caption names.
    """

    image: Image.Image
    caption: str
    drawings: tuple[Drawing, ...]


Composer = Callable[[Stock, int, random.Random], Composition | None]
"""Composes a picture of a size in pixels from a stock; None if it lacks the drawings."""


def on_plain(stock: Stock, size: int, rng: random.Random) -> Composition | None:
    """Put a drawing on a plain color; or show one that has a background of its own."""
    drawing = stock.any(rng)
    if not drawing.cut_out:
        return Composition(whole(drawing, size, rng), drawing.title, (drawing,))
    shown = figure(drawing, rng)
    ground, words = _plain(size, rng, shown)
    side = rng.uniform(0.62, 0.92)
    x, middle = 0.5 + rng.uniform(-0.4, 0.4) * (1 - side), 0.5 + rng.uniform(-0.4, 0.4) * (1 - side)
    put(ground, shown.image, Spot(x, middle + _height(shown, side) / 2, side))
    return Composition(ground, f"{shown.title} {words}", (drawing,))


def in_place(stock: Stock, size: int, rng: random.Random) -> Composition | None:
    """Put a drawing somewhere in an empty place."""
    drawing = stock.cut_out(rng) if stock.common and rng.random() < 0.8 else stock.any(rng)
    if not drawing.cut_out:
        return None
    place = empty_place(size, rng)
    support = rng.choice(place.supports)
    shown = figure(drawing, rng)
    side = support.side * rng.uniform(0.75, 1.0)
    _stand(place.image, shown, Spot(support.x, support.y, side), support.words)
    return Composition(place.image, f"{shown.title} {support.words}", (drawing,))


def at_home(stock: Stock, size: int, rng: random.Random) -> Composition | None:
    """Put an animal where it lives: on its ground, under water, in the air, out of the waves."""
    drawing = stock.named(rng.choice((HOMES, SWIMMERS, LEAPERS, FLIERS, FLOATERS)), rng)
    if drawing is None:
        return None
    shown, name = figure(drawing, rng), drawing.name
    if name in SWIMMERS and not (name in LEAPERS and rng.random() < 0.4):
        image, words = seabed(size, rng)
        side = rng.uniform(0.45, 0.75)
        middle = rng.uniform(0.38, 0.6)
        spot = Spot(rng.uniform(0.4, 0.6), middle + _height(shown, side) / 2, side)
        put(image, shown.image, spot)
        return Composition(image, f"{shown.title} {words}", (drawing,))
    sea = name in LEAPERS or name in FLOATERS
    place = countryside(size, rng, ("sea",) if sea else HOMES.get(name, ("meadow", "sea", "lake")))
    words = place.supports[0].words
    if name in FLIERS and (name not in HOMES or rng.random() < 0.5):
        spot = Spot(rng.uniform(0.3, 0.7), rng.uniform(0.42, 0.55), rng.uniform(0.3, 0.5))
        words = f"in the sky over {place.words}"
    elif sea:
        spot = Spot(rng.uniform(0.35, 0.65), rng.uniform(0.74, 0.85), rng.uniform(0.45, 0.6))
        words = f"jumping out of the water {words}" if name in LEAPERS else words
    else:
        spot = Spot(rng.uniform(0.35, 0.65), rng.uniform(0.86, 0.96), rng.uniform(0.5, 0.7))
    if sea or name in FLIERS:
        put(place.image, dimmed(shown.image, words), spot)
    else:
        _stand(place.image, shown, spot, words)
        words = _tall_grass(place.image, spot, words, rng)
    return Composition(place.image, f"{shown.title} {words}", (drawing,))


def side_by_side(stock: Stock, size: int, rng: random.Random) -> Composition | None:
    """Put two drawings beside each other, on a color or in a landscape."""
    if not stock.common:
        return None
    first = stock.grouped(ANIMALS, rng) if rng.random() < 0.5 else None
    left = figure(first or stock.cut_out(rng), rng)
    right = figure((first and stock.grouped(ANIMALS, rng)) or stock.cut_out(rng), rng)
    if left.drawing.name == right.drawing.name:
        return None
    ground, words, bottom = _ground(size, rng, left, right)
    for shown, x in ((left, 0.27), (right, 0.73)):
        side = rng.uniform(0.4, 0.46)
        at = bottom or 0.5 + _height(shown, side) / 2
        spot = Spot(x + rng.uniform(-0.02, 0.02), at, side)
        _stand(ground, shown, spot, words) if bottom else put(ground, shown.image, spot)
    relation = rng.choice(("and", "and", "and", "next to", "left of", "right of"))
    first_shown, second = (right, left) if relation == "right of" else (left, right)
    caption = f"{first_shown.title} {relation} {second.title} {words}"
    return Composition(ground, caption, (left.drawing, right.drawing))


def on_another(stock: Stock, size: int, rng: random.Random) -> Composition | None:
    """Put a drawing on another: on a seat, a mount, a blossom, a tree, or in a basket."""
    kind = rng.choice(("seat", "seat", "mount", "mount", "bloom", "tree", "holder"))
    lower_names = {"seat": SEATS, "mount": MOUNTS, "bloom": BLOOMS, "tree": TREES}.get(
        kind, HOLDERS
    )
    upper_names = {"mount": RIDERS, "bloom": INSECTS, "tree": PERCHERS}.get(kind)
    below = stock.named(lower_names, rng)
    groups = FOODS if kind == "holder" else ANIMALS
    above = stock.named(upper_names, rng) if upper_names else stock.grouped(groups, rng)
    if below is None or above is None or below.name == above.name:
        return None
    lower, upper = figure(below, rng), figure(above, rng)
    ground, words, bottom = _ground(size, rng, lower, upper)
    side = (
        rng.uniform(0.62, 0.72) if kind in ("seat", "mount", "holder") else rng.uniform(0.78, 0.9)
    )
    floor, x = bottom or 0.95, rng.uniform(0.46, 0.54)
    high = _height(lower, side)
    share = {"bloom": 0.66, "tree": 0.42, "holder": 0.62}.get(
        kind, SEATS.get(below.name, MOUNTS.get(below.name, 0.6)) - 0.05
    )
    small = {"bloom": 0.34, "tree": 0.3, "holder": 0.36}.get(kind, rng.uniform(0.36, 0.42))
    seat = Spot(x, floor - share * high, small)
    if kind == "holder":
        put(ground, dimmed(upper.image, words), seat)
    _stand(ground, lower, Spot(x, floor, side), words)
    if kind != "holder":
        put(ground, dimmed(upper.image, words), seat)
    joint = {"mount": "riding", "tree": "in", "holder": "in"}.get(kind, "on")
    return Composition(ground, f"{upper.title} {joint} {lower.title} {words}", (above, below))


def under_another(stock: Stock, size: int, rng: random.Random) -> Composition | None:
    """Put a drawing under a tree or an umbrella, or in front of a building."""
    front = rng.random() < 0.4
    behind = (
        stock.grouped(("place-building", "place-religious"), rng)
        if front
        else stock.named(ROOFS, rng)
    )
    if behind is None or not stock.common:
        return None
    before = figure(stock.cut_out(rng), rng)
    if before.drawing.name == behind.name:
        return None
    roof = figure(behind, rng, plain=True)
    ground, words, bottom = _ground(size, rng, roof, before)
    floor = bottom or 0.95
    _stand(ground, roof, Spot(0.5, floor - 0.04, rng.uniform(0.78, 0.88)), words)
    x = rng.choice((0.27, 0.73)) if front else rng.uniform(0.42, 0.58)
    _stand(ground, before, Spot(x, floor + 0.02, rng.uniform(0.32, 0.4)), words)
    joint = "in front of" if front else "under"
    caption = f"{before.title} {joint} {roof.title} {words}"
    return Composition(ground, caption, (before.drawing, behind))


def several(stock: Stock, size: int, rng: random.Random) -> Composition | None:
    """Put a drawing two to four times on a color or in a landscape."""
    drawing = stock.cut_out(rng) if stock.common else None
    if drawing is None or drawing.title == drawing.name or len(drawing.name.split()) > 2:
        return None
    word = rng.choice(("two", "two", "three", "three", "four"))
    count = NUMBERS[word]
    shown = figure(drawing, rng)
    ground, words, bottom = _ground(size, rng, shown)
    name = shown.title.split(" ", 1)[1]
    side = {2: 0.42, 3: 0.3, 4: 0.4}[count]
    for k in range(count):
        if count == 4 and not bottom:
            x, middle = 0.27 + 0.46 * (k % 2), 0.27 + 0.46 * (k // 2)
        else:
            x, middle = (k + 0.5) / count, 0.5 + rng.uniform(-0.04, 0.04)
        width = min(side, 0.94 / count) if count < 4 or bottom else side
        at = bottom or middle + _height(shown, width) / 2
        spot = Spot(x, at, width)
        _stand(ground, shown, spot, words) if bottom else put(ground, shown.image, spot)
    return Composition(ground, f"{word} {plural(name)} {words}", (drawing,))


COMPOSERS: dict[Composer, float] = {
    on_plain: 0.27,
    in_place: 0.27,
    at_home: 0.14,
    side_by_side: 0.09,
    on_another: 0.11,
    under_another: 0.06,
    several: 0.06,
}
"""All that composes drawings, and how often."""


def composed(stock: Stock, size: int, rng: random.Random) -> Composition:
    """Compose a random picture of `size` x `size` pixels from a stock of drawings."""
    while True:
        compose = rng.choices(list(COMPOSERS), list(COMPOSERS.values()))[0]
        if (composition := compose(stock, size, rng)) is not None:
            return composition


def _plain(size: int, rng: random.Random, *figures: Figure) -> tuple[Image.Image, str]:
    """Draw a plain color that none of the figures has; return also the words for it."""
    means = [_mean(shown.image) for shown in figures]
    names = [
        name
        for name, color in COLORS.items()
        if all(sum(abs(a - b) for a, b in zip(color, mean, strict=True)) > NEAR for mean in means)
    ]
    name = rng.choice(names or list(COLORS))
    color = vary(COLORS[name], rng)
    return Image.new("RGB", (size, size), color), f"on {article(name)} background"


def _mean(image: Image.Image) -> tuple[float, float, float]:
    red, green, blue = ImageStat.Stat(image.convert("RGB"), image.getchannel("A")).mean
    return red, green, blue


def _ground(size: int, rng: random.Random, *figures: Figure) -> tuple[Image.Image, str, float]:
    """Draw a plain color or a landscape; return also its words, and where things stand or 0."""
    if rng.random() < 0.5:
        return *_plain(size, rng, *figures), 0.0
    place = countryside(size, rng, LAND)
    return place.image, place.supports[0].words, rng.uniform(0.9, 0.96)


NEAR = 110
"""Sum of the differences of red, green and blue at which colors look alike."""
LAND = ("meadow", "desert", "forest", "field of snow", "beach", "city", "jungle", "autumn forest")
"""Grounds on which two may stand."""


def _stand(ground: Image.Image, shown: Figure, spot: Spot, words: str) -> None:
    put(ground, dimmed(shown.image, words), spot, shadow=True)


def _height(shown: Figure, side: float) -> float:
    """Return the height of a figure whose larger side is given, in shares of the picture."""
    return side * shown.image.height / max(shown.image.size)


def _tall_grass(image: Image.Image, spot: Spot, words: str, rng: random.Random) -> str:
    """Perhaps draw grass over the feet of what stands in a meadow; return the words for it."""
    if "a meadow" not in words or rng.random() < 0.6:
        return words
    size, pen = image.width, ImageDraw.Draw(image)
    greens: tuple[Color, ...] = ((60, 140, 40), (90, 170, 60), (130, 170, 60), (45, 115, 40))
    for _ in range(90):
        x, height = rng.uniform(0, 1), rng.uniform(0.1, 0.26)
        foot, tip = spot.bottom + rng.uniform(0.02, 0.1), x + rng.uniform(-0.05, 0.05)
        points = [(x - 0.008, foot), (x + 0.008, foot), (tip, foot - height)]
        pen.polygon([(size * a, size * b) for a, b in points], vary(rng.choice(greens), rng))
    return words.replace("in a meadow", "in tall grass in a meadow")
