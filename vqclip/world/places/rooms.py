"""Rooms: a wall, a floor, furniture, and things on, under, beside and in front of it."""

from __future__ import annotations

import random

from vqclip.world.colors import COLORS, Color, mix, vary
from vqclip.world.pen import CaptionedImage, Pen, arc
from vqclip.world.places.furniture import FURNITURE, Furnishing, floor_lamp, potted_plant
from vqclip.world.places.place import Place, Support, support
from vqclip.world.things.inventory import INDOORS, NATURAL, THINGS
from vqclip.world.things.materials import CREAM, DARK, WOOD
from vqclip.world.words import article

WALLPAPER: tuple[Color, ...] = (
    (236, 226, 204), (208, 224, 232), (214, 228, 206), (240, 214, 204), (226, 216, 234),
    (245, 242, 236), (190, 205, 214), (242, 226, 170),
)  # fmt: skip
PLANKS: tuple[Color, ...] = ((176, 126, 80), (150, 100, 62), (198, 156, 108), (120, 82, 56))
FLOOR = 0.45
"""Where the floor meets the wall, as y of the pen's frame."""
WOODS = ("brown", "brown", "brown", "white", "black")
"""Usual colors of tables, chairs and shelves."""


def walls(size: int, rng: random.Random) -> Pen:
    """Draw an empty wall and a wooden floor."""
    wall = vary(rng.choice(WALLPAPER), rng, 8)
    pen, floor = Pen.blank(size, wall), vary(rng.choice(PLANKS), rng, 8)
    pen.box(-1, FLOOR, 1, 1.02, floor)
    for k in range(-8, 9):
        x = 0.2 * k
        pen.line([(x, FLOOR), (1.9 * x, 1.02)], 0.008, mix(floor, DARK, 0.25))
    pen.box(-1, FLOOR - 0.07, 1, FLOOR, mix(wall, CREAM, 0.75))
    pen.box(-1, FLOOR - 0.005, 1, FLOOR + 0.008, mix(floor, DARK, 0.4))
    return pen


def window(pen: Pen, rng: random.Random, *, night: bool = False) -> None:
    """Draw a window of radius 1 with a sky in it, perhaps with curtains."""
    pen.box(-0.95, -1.05, 0.95, 1.05, CREAM)
    pen.box(-0.82, -0.92, 0.82, 0.92, (18, 24, 62) if night else (150, 205, 245))
    if night:
        pen.disc(0.35, -0.4, 0.2, (245, 240, 210))
        for _ in range(9):
            pen.disc(rng.uniform(-0.75, 0.75), rng.uniform(-0.85, 0.85), 0.03, (255, 255, 230))
    else:
        pen.polygon([*arc(0, 0.95, 0.82, 0.45, 180, 360), (0.82, 0.92), (-0.82, 0.92)],
                    (110, 180, 80))  # fmt: skip
        pen.oval(-0.3, -0.4, 0.3, 0.13, (246, 248, 252))
    pen.box(-0.05, -0.95, 0.05, 0.95, CREAM)
    pen.box(-0.85, -0.05, 0.85, 0.05, CREAM)
    pen.box(-1.08, 1.0, 1.08, 1.14, mix(CREAM, WOOD, 0.2))


def wall_picture(pen: Pen, rng: random.Random) -> None:
    """Draw a framed little landscape within radius 1."""
    pen.box(-0.95, -0.75, 0.95, 0.75, WOOD)
    pen.box(-0.8, -0.6, 0.8, 0.6, (170, 210, 240))
    pen.disc(0.35, -0.25, 0.16, (250, 215, 70))
    pen.polygon([(-0.8, 0.6), (-0.8, 0.1), (-0.2, -0.2), (0.3, 0.2), (0.8, 0.0), (0.8, 0.6)],
                vary((90, 160, 90), rng))  # fmt: skip


def furnished(size: int, rng: random.Random) -> Place:
    """Draw a room with a piece of furniture and perhaps a window, a carpet, a lamp or a plant."""
    pen, caption, supports = _arranged(size, rng)
    return Place(pen.finish(), caption, supports)


def _arranged(size: int, rng: random.Random) -> tuple[Pen, str, tuple[Support, ...]]:
    pen = walls(size, rng)
    name = rng.choice(("sofa", "sofa", "table", "table", *FURNITURE))
    piece, extras = FURNITURE[name], []
    room = rng.choice(piece.rooms)
    x = rng.uniform(-0.2, 0.2)
    tall = name in ("bookshelf", "fireplace", "chair")
    side = -1 if x > 0 else 1
    if rng.random() < 0.55:
        spot = 0.62 * side if tall else rng.choice((-0.45, 0.45))
        night = rng.random() < 0.3
        window(pen.at(spot, -0.52, 0.3), rng, night=night)
        extras.append("a window")
    elif rng.random() < 0.6:
        wall_picture(pen.at(0.64 * side if tall else x, -0.55, 0.3), rng)
        extras.append("a picture on the wall")
    if rng.random() < 0.35:
        carpet = rng.choice([color for color in COLORS if color not in ("brown", "orange")])
        pen.oval(x, 0.78, 0.85, 0.17, vary(COLORS[carpet], rng))
        pen.oval(x, 0.78, 0.72, 0.13, mix(COLORS[carpet], CREAM, 0.3))
        extras.append(f"{article(carpet)} carpet")
    beside = _beside(pen, rng, 0.84 * side) if rng.random() < 0.4 else ""
    frame = pen.at(x, 0.78, piece.scale)
    wooden = name in ("table", "chair", "bookshelf") and rng.random() < 0.6
    color = rng.choice(WOODS if wooden else tuple(COLORS))
    if name == "fireplace":
        color = rng.choice(("red", "gray", "white"))
    piece.draw(frame, vary(COLORS[color], rng))
    whole = article(name if wooden and color == "brown" else f"{color} {name}")
    extras += [beside] * bool(beside)
    shown = rng.sample(extras, min(len(extras), 2))
    caption = " and ".join([f"{article(room)} with {whole}", *shown])
    return pen, caption, _supports(pen, frame, piece, whole, room)


def _beside(pen: Pen, rng: random.Random, x: float) -> str:
    if rng.random() < 0.5:
        floor_lamp(pen.at(x, 0.62, 0.5), vary(rng.choice(WALLPAPER), rng))
        return "a lamp"
    potted_plant(pen.at(x, 0.7, 0.33), (190, 100, 60))
    return "a plant in a pot"


def _supports(
    pen: Pen, frame: Pen, piece: Furnishing, whole: str, room: str
) -> tuple[Support, ...]:
    """Return where something may be in a room, on the furniture more often than elsewhere."""
    spots = [support(frame, f"on {whole}", *top) for top in piece.tops]
    spots += [support(frame, f"under {whole}", *low) for low in piece.below] * 2
    spots.append(support(pen, f"in front of {whole}", 0.05, 0.96, 0.55))
    if piece.draw in (FURNITURE["bookshelf"].draw, FURNITURE["fireplace"].draw):
        return (*spots[-1:], support(pen, f"in {article(room)}", 0.0, 0.96, 0.75))
    return tuple(spots)


def bare_room(size: int, rng: random.Random) -> Place:
    """Draw a room with nothing but a window or a picture, and a carpet."""
    pen = walls(size, rng)
    words = "a room"
    if rng.random() < 0.5:
        window(pen.at(rng.uniform(-0.5, 0.5), -0.42, 0.34), rng, night=rng.random() < 0.3)
        words = "a room with a window"
    spots = [support(pen, "in a room", rng.uniform(-0.2, 0.2), 0.88, 1.1)]
    if rng.random() < 0.6:
        name = rng.choice([color for color in COLORS if color not in ("brown", "orange")])
        pen.oval(0, 0.74, 0.85, 0.18, vary(COLORS[name], rng))
        pen.oval(0, 0.74, 0.74, 0.14, mix(COLORS[name], CREAM, 0.25))
        words += f"{' and' if 'with' in words else ' with'} {article(name)} carpet"
        spots.append(support(pen, f"on {article(name)} carpet", 0, 0.8, 1))
    return Place(pen.finish(), words, tuple(spots))


def thing_in_room(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a thing on, under or in front of furniture."""
    name = rng.choice((*INDOORS, "cat", "dog", "cat", "dog", "bird", "owl", "rabbit", "umbrella"))
    room, _, supports = _arranged(size, rng)
    natural = name in NATURAL and rng.random() < 0.7
    color = rng.choice(NATURAL[name] if natural else tuple(COLORS))
    spot = rng.choice(supports)
    pen = Pen(room.image, spot.x, spot.y, 0.5 * spot.side * rng.uniform(0.8, 0.95))
    THINGS[name](pen, vary(COLORS[color], rng))
    thing = article(name if natural else f"{color} {name}")
    return pen.finish(), f"{thing} {spot.words}"
