"""What stands on a table: fruit in bowls and baskets, flowers in vases, cakes and drinks."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from vqclip.world.colors import COLORS, Color, mix, vary
from vqclip.world.pen import CaptionedImage, Pen, arc
from vqclip.world.places.place import Place, support
from vqclip.world.places.rooms import WALLPAPER, window
from vqclip.world.things.foods import cherry, pear, strawberry
from vqclip.world.things.materials import CREAM, DARK, FLAME, LEAF, WOOD
from vqclip.world.things.objects import cup
from vqclip.world.things.plants import cactus, flower, sunflower, tulip
from vqclip.world.words import article

FRUITS: dict[str, Color] = {
    "oranges": (247, 140, 24), "apples": (205, 40, 40), "lemons": (250, 218, 50),
    "pears": (176, 196, 60), "strawberries": (222, 40, 56), "cherries": (186, 20, 48),
    "grapes": (110, 60, 150),
}  # fmt: skip
"""By name, their color."""
HEAP = ((-0.6, -0.85), (0.6, -0.85), (0, -0.85), (-0.32, -1.15), (0.32, -1.15), (0, -1.4))
PETALS = ("red", "blue", "yellow", "orange", "purple", "pink", "white", "cyan")
WICKER: Color = (190, 140, 80)


def _fruit(pen: Pen, name: str) -> None:
    """Draw a fruit within radius 1."""
    color = FRUITS[name]
    if name == "pears":
        pear(pen.at(0, 0.95, 1.05), color)
    elif name == "strawberries":
        strawberry(pen.at(0, 0.95, 1.0), color)
    elif name == "cherries":
        cherry(pen.at(0, 0.9, 1.05), color)
    elif name == "grapes":
        for x, y in ((-0.5, -0.5), (0, -0.5), (0.5, -0.5), (-0.25, 0), (0.25, 0), (0, 0.45)):
            pen.disc(x, y, 0.34, mix(color, DARK, 0.25))
            pen.disc(x - 0.03, y - 0.03, 0.28, color)
    else:
        wide = 1.15 if name == "lemons" else 1.0
        pen.oval(0, 0, wide, 0.95, mix(color, DARK, 0.2))
        pen.oval(-0.04, -0.05, 0.93 * wide, 0.87, color)
        pen.oval(-0.4, -0.4, 0.22, 0.16, mix(color, CREAM, 0.55))
        if name == "apples":
            pen.line([(0, -0.8), (0.1, -1.2)], 0.13, WOOD)
            pen.oval(0.36, -1.08, 0.28, 0.13, LEAF)
        elif name == "oranges":
            pen.disc(0.1, -0.75, 0.1, LEAF)


def fruit_bowl(pen: Pen, rng: random.Random) -> str:
    """Draw a bowl or a basket of one or two kinds of fruit."""
    kinds = rng.sample(list(FRUITS), 1 if rng.random() < 0.65 else 2)
    basket, plain = rng.random() < 0.35, rng.random() < 0.4
    name = rng.choice([name for name in COLORS if name != "orange"])
    color = vary(COLORS[name], rng)
    if basket:
        pen.line(arc(0, -0.75, 0.92, 0.95, 180, 360, 24), 0.1, mix(WICKER, DARK, 0.3))
    for k, (x, y) in enumerate(HEAP):
        _fruit(pen.at(x, y, 0.33), kinds[k % len(kinds)])
    if basket:
        pen.polygon([(-1, -0.75), (1, -0.75), (0.75, 0), (-0.75, 0)], WICKER)
        for row in range(3):
            for k in range(-5, 6):
                x = (0.17 * k + 0.085 * (row % 2)) * (1 - 0.06 * row)
                pen.oval(x, -0.58 + 0.22 * row, 0.07, 0.07, mix(WICKER, DARK, 0.3))
        pen.line([(-1, -0.75), (1, -0.75)], 0.1, mix(WICKER, DARK, 0.25))
    else:
        pen.polygon([*arc(0, -0.78, 1.05, 0.78, 0, 180, 24)], color)
        pen.box(-0.4, -0.1, 0.4, 0, mix(color, DARK, 0.25))
        pen.line([(-1.0, -0.78), (1.0, -0.78)], 0.08, mix(color, CREAM, 0.4))
    what = "basket" if basket else "bowl" if plain else f"{name} bowl"
    return f"{article(what)} of {' and '.join(kinds)}"


def vase_of_flowers(pen: Pen, rng: random.Random) -> str:
    """Draw flowers in a vase."""
    kind = rng.choice(("sunflowers", "sunflowers", "tulips", "flowers"))
    flowers = {"sunflowers": sunflower, "tulips": tulip, "flowers": flower}[kind]
    name = rng.choice(list(COLORS))
    petals = "yellow" if kind == "sunflowers" else rng.choice(PETALS)
    for x, y in ((-0.42, -0.62), (0.42, -0.62), (0, -0.85)):
        pen.line([(0, -0.7), (x, y - 0.45)], 0.07, LEAF)
        flowers(pen.at(x, y, 0.62), vary(COLORS[petals], rng))
    color = vary(COLORS[name], rng)
    pen.polygon([(-0.26, -1.0), (0.26, -1.0), (0.2, -0.8), (0.42, -0.4), (0.28, 0), (-0.28, 0),
                 (-0.42, -0.4), (-0.2, -0.8)], color)  # fmt: skip
    pen.oval(-0.16, -0.4, 0.06, 0.2, mix(color, CREAM, 0.5))
    said = kind if kind == "sunflowers" else f"{petals} {kind}"
    return f"{said} in {'a vase' if rng.random() < 0.35 else article(f'{name} vase')}"


def hot_drink(pen: Pen, rng: random.Random) -> str:
    """Draw a steaming cup of coffee or tea."""
    name = rng.choice(list(COLORS))
    cup(pen.at(0, 0, 0.9), vary(COLORS[name], rng))
    for x in (-0.35, -0.05, 0.25):
        wave = [(x + 0.06 * math.sin(1.7 * k), -1.45 - 0.09 * k) for k in range(7)]
        pen.line(wave, 0.05, (252, 252, 252))
    drink = rng.choice(("coffee", "coffee", "tea"))
    return f"{'a cup' if rng.random() < 0.4 else article(f'{name} cup')} of {drink}"


def potted_cactus(pen: Pen, rng: random.Random) -> str:
    """Draw a cactus in a pot."""
    cactus(pen.at(0, -0.55, 0.72), (62, 150, 72))
    name = rng.choice(list(COLORS))
    plain = rng.random() < 0.5
    color = (196, 104, 62) if plain else vary(COLORS[name], rng)
    pen.polygon([(-0.48, -0.6), (0.48, -0.6), (0.34, 0), (-0.34, 0)], color)
    pen.box(-0.54, -0.72, 0.54, -0.54, mix(color, CREAM, 0.15))
    return f"a cactus in {'a pot' if plain else article(f'{name} pot')}"


def fish_bowl(pen: Pen, rng: random.Random) -> str:
    """Draw a fish in a round glass bowl."""
    pen.disc(0, -0.95, 0.95, (225, 240, 248))
    pen.polygon(arc(0, -0.95, 0.88, 0.88, -20, 200, 30), (125, 195, 235))
    pen.polygon(arc(0, -0.95, 0.88, 0.88, 50, 130, 16), (222, 200, 150))
    name = rng.choice(("orange", "orange", "red", "yellow", "purple"))
    color = vary(COLORS[name], rng)
    pen.polygon([(0.25, -0.85), (0.62, -1.12), (0.62, -0.58)], color)
    pen.oval(-0.05, -0.85, 0.42, 0.26, color)
    pen.disc(-0.28, -0.9, 0.07, CREAM)
    pen.disc(-0.29, -0.9, 0.035, DARK)
    pen.line([(-0.5, -0.6), (-0.55, -0.4), (-0.48, -0.25)], 0.06, LEAF)
    pen.oval(0, -1.78, 0.5, 0.1, (240, 248, 252))
    pen.line(arc(0, -0.95, 0.8, 0.8, 200, 235, 8), 0.06, (255, 255, 255))
    return f"{'a fish' if rng.random() < 0.5 else article(f'{name} fish')} in a glass bowl"


def birthday_cake(pen: Pen, rng: random.Random) -> str:
    """Draw a cake with one to five candles."""
    word, count = rng.choice(
        (
            ("one candle", 1),
            ("two candles", 2),
            ("three candles", 3),
            ("three candles", 3),
            ("four candles", 4),
            ("five candles", 5),
        )
    )
    name = rng.choice(("pink", "white", "brown", "blue", "yellow", "red"))
    color = vary(COLORS[name], rng)
    for k in range(count):
        x = (k - (count - 1) / 2) * 0.34
        stripe = rng.choice(("red", "blue", "green", "purple"))
        pen.box(x - 0.06, -1.5, x + 0.06, -0.9, vary(COLORS[stripe], rng))
        pen.lit((1, 1, 1)).oval(x, -1.65, 0.07, 0.14, FLAME)
    pen.box(-0.9, -0.95, 0.9, -0.1, color)
    pen.oval(0, -0.95, 0.9, 0.14, mix(color, CREAM, 0.6))
    pen.box(-0.9, -0.5, 0.9, -0.4, mix(color, CREAM, 0.6))
    for k in range(6):
        pen.oval(-0.75 + 0.3 * k, -0.82, 0.15, 0.14, mix(color, CREAM, 0.6))
    pen.oval(0, -0.06, 1.1, 0.09, (205, 210, 218))
    return f"a birthday cake with {word}"


def melon(pen: Pen, rng: random.Random) -> str:
    """Draw a slice of watermelon."""
    for radius, color in ((1.05, (40, 130, 60)), (0.95, (205, 232, 170)), (0.86, (232, 62, 72))):
        pen.polygon(arc(0, -1.1, radius, radius, 0, 180, 24), color)
    for x, y in ((-0.5, -0.85), (-0.2, -0.6), (0.2, -0.85), (0.5, -0.7), (0.05, -0.42)):
        pen.oval(x, y, 0.05, 0.08, DARK)
    return "a slice of watermelon"


def pizza(pen: Pen, rng: random.Random) -> str:
    """Draw a slice of pizza."""
    pen.polygon([(-0.8, -1.5), (0.8, -1.5), (0, 0)], (248, 205, 90))
    pen.line([(-0.8, -1.52), (0, -1.66), (0.8, -1.52)], 0.26, (200, 140, 70))
    for x, y in ((-0.35, -1.15), (0.3, -1.05), (-0.02, -0.62)):
        pen.disc(x, y, 0.17, (205, 50, 40))
    for x, y in ((0.0, -1.28), (-0.2, -0.85), (0.22, -0.72)):
        pen.oval(x, y, 0.1, 0.05, LEAF)
    return "a slice of pizza"


def wine(pen: Pen, rng: random.Random) -> str:
    """Draw a glass of red wine."""
    pen.box(-0.04, -0.85, 0.04, -0.05, (210, 225, 235))
    pen.oval(0, -0.05, 0.42, 0.07, (210, 225, 235))
    pen.polygon([*arc(0, -1.3, 0.5, 0.55, 0, 180), (-0.42, -1.9), (0.42, -1.9)], (226, 238, 245))
    pen.polygon(arc(0, -1.3, 0.45, 0.48, 0, 180), (150, 20, 50))
    return "a glass of red wine"


SERVED: dict[Callable[[Pen, random.Random], str], float] = {
    fruit_bowl: 2.5, vase_of_flowers: 1.6, hot_drink: 1.4, potted_cactus: 0.8, fish_bowl: 0.8,
    birthday_cake: 1.0, melon: 0.5, pizza: 0.4, wine: 0.4,
}  # fmt: skip
"""Each draws something 2 high on y = 0 and returns its caption, by how often it is drawn."""


def tabletop(size: int, rng: random.Random) -> Pen:
    """Draw the top of a table before a wall."""
    pen = Pen.blank(size, vary(rng.choice(WALLPAPER), rng, 10))
    if rng.random() < 0.25:
        window(pen.at(rng.choice((-0.62, 0.62)), -0.45, 0.3), rng)
    wood = vary(rng.choice(((150, 98, 58), (180, 128, 80), (116, 74, 46))), rng)
    pen.box(-1, 0.42, 1, 1.02, wood)
    pen.box(-1, 0.84, 1, 1.02, mix(wood, DARK, 0.3))
    for y in (0.52, 0.65):
        pen.line([(-1, y), (1, y)], 0.008, mix(wood, DARK, 0.2))
    return pen


def empty_table(size: int, rng: random.Random) -> Place:
    """Draw the top of a table on which something may be put."""
    pen = tabletop(size, rng)
    return Place(pen.finish(), "a table", (support(pen, "on a table", 0, 0.68, 1.3),))


def still_life(size: int, rng: random.Random) -> CaptionedImage:
    """Draw something that is served or kept on a table, on one or on a plain background."""
    serve = rng.choices(list(SERVED), list(SERVED.values()))[0]
    if rng.random() < 0.3:
        name = rng.choice([name for name in COLORS if name not in ("orange", "green")])
        pen, place = Pen.blank(size, vary(COLORS[name], rng)), f" on {article(name)} background"
        foot, scale = 0.68, 0.72
    else:
        pen, place = tabletop(size, rng), "" if rng.random() < 0.25 else " on a table"
        foot, scale = 0.66, rng.uniform(0.6, 0.72)
        pen.oval(0, foot, 0.95 * scale, 0.05, mix((110, 74, 48), DARK, 0.3))
    caption = serve(pen.at(rng.uniform(-0.08, 0.08), foot, scale), rng)
    if place.split()[2:3] and place.split()[2] in caption.split():
        return still_life(size, rng)  # it could not be seen
    return pen.finish(), caption + place
