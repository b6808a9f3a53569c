"""Streets, cities, walls with doors, landmarks, bridges, and what drives on roads."""

from __future__ import annotations

import random

from PIL import Image, ImageEnhance, ImageFilter

from vqclip.world.colors import COLORS, Color, mix, vary
from vqclip.world.pen import CaptionedImage, Pen
from vqclip.world.places.place import OPEN, vista
from vqclip.world.scenery.grounds import backdrop
from vqclip.world.scenery.skies import falling
from vqclip.world.shapes import spokes
from vqclip.world.things.materials import CREAM, DARK, GLASS, LAMPLIGHT, STEEL, WOOD, YELLOW
from vqclip.world.things.objects import guitar
from vqclip.world.things.vehicles import bicycle, car
from vqclip.world.words import article

ASPHALT: Color = (88, 90, 98)
NEON: tuple[Color, ...] = ((255, 60, 160), (60, 230, 255), (255, 220, 60), (140, 90, 255),
                           (90, 255, 130))  # fmt: skip
FACADES: tuple[Color, ...] = ((206, 110, 84), (228, 196, 140), (150, 170, 190), (232, 222, 206),
                              (176, 140, 120))  # fmt: skip


def street_lamp(pen: Pen, *, lit: bool) -> None:
    """Draw a street lamp 2 high."""
    pen.line([(0, 0), (0, -1.75)], 0.07, DARK)
    bulb = pen.lit((1, 1, 1)) if lit else pen
    bulb.disc(0, -1.85, 0.17, LAMPLIGHT if lit else CREAM)
    pen.polygon([(-0.2, -1.95), (0.2, -1.95), (0, -2.12)], DARK)


def city_street(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a street between buildings: with neon lights at night, wet in the rain."""
    hour = rng.choice(("night", "night", "day", "sunset"))
    rain, tall = rng.random() < 0.4, rng.random() < 0.6
    view = vista(size, rng, 0.1, ("clouded",) if rain and hour != "night" else (hour,))
    pen, night = view.pen, view.hour == "night"
    neon = night and tall and rng.random() < 0.7
    _pavement(pen)
    for side in (-1, 1):
        for near in range(4):
            _facade(pen, side, near, rng, tall=tall, night=night, neon=neon)
        for x, y, scale in ((0.2, 0.3, 0.13), (0.36, 0.47, 0.2), (0.62, 0.78, 0.32)):
            street_lamp(pen.at(side * x, y, scale), lit=night)
    if rain:
        _reflect(pen, 0.22)
        falling(pen, "rain", 0.1, rng)
    name = "city" if tall else "town"
    if neon:
        return pen.finish(), f"a {'rainy ' * rain}city at night with neon lights"
    if tall and night and not rain:
        return pen.finish(), "a city at night with lit windows"
    where = "" if rain and rng.random() < 0.6 else f" in a {name}"
    return pen.finish(), f"a {'rainy ' * rain}street{where}{view.when}"


def _pavement(pen: Pen) -> None:
    """Draw a road that runs away, between its sidewalks."""
    pen.box(-1, 0.2, 1, 1.02, (142, 142, 148))
    pen.polygon([(-0.12, 0.2), (0.12, 0.2), (0.8, 1.02), (-0.8, 1.02)], ASPHALT)
    for y, half in ((0.3, 0.012), (0.44, 0.018), (0.62, 0.026), (0.86, 0.036)):
        low, wide = y + 3 * half, 1.2 * half
        pen.polygon([(-half, y), (half, y), (wide, low), (-wide, low)], (240, 236, 210))


def _facade(
    pen: Pen, side: int, near: int, rng: random.Random, *, tall: bool, night: bool, neon: bool
) -> None:
    """Draw one building along a street, `near` counting from its end."""
    depths = (0.16, 0.28, 0.46, 0.7, 1.05)
    inner, outer = depths[near], depths[near + 1]
    height, color = (1.5 if tall else 0.85) * rng.uniform(0.75, 1.1), vary(rng.choice(FACADES), rng)
    if tall:
        color = mix(color, (70, 80, 110), 0.5)

    def at(along: float, up: float) -> tuple[float, float]:
        x = inner + (outer - inner) * along
        return side * x, 0.14 + 0.55 * x - up * height * (0.35 + 1.35 * x)

    pen.polygon([at(0, 0), at(1, 0), at(1, 1), at(0, 1)], color)
    if not tall:
        pen.polygon([at(0, 1), at(1, 1), at(0.5, 1.25)], (120, 60, 50))
    lights, rows = pen.lit((1, 1, 1)) if night else pen, 6 if tall else 3
    for row in range(rows):
        for along in (0.18, 0.6):
            if night and rng.random() < 0.3:
                continue
            low, high = (row + 0.45) / (rows + 0.3), (row + 0.95) / (rows + 0.3)
            pane = [at(along, low), at(along + 0.24, low), at(along + 0.24, high), at(along, high)]
            lights.polygon(pane, LAMPLIGHT if night else GLASS)
    if neon and near > 0:
        low = rng.uniform(0.2, 0.45)
        sign = [at(-0.06, low), at(0.16, low), at(0.16, low + 0.3), at(-0.06, low + 0.3)]
        lights.polygon(sign, rng.choice(NEON))
        lights.line([at(0.25, 0.14), at(0.95, 0.14)], 0.035, rng.choice(NEON))


def _reflect(pen: Pen, horizon: float) -> None:
    """Mirror what is above a horizon in the wet ground below it."""
    side = pen.image.width
    line = round(side * (1 + horizon) / 2)
    above_it = pen.image.crop((0, 2 * line - side, side, line))
    small = above_it.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize(
        (max(1, side // 6), max(1, side // 24))
    )
    mirrored = small.filter(ImageFilter.BoxBlur(0.6)).resize(above_it.size)
    mirrored = ImageEnhance.Brightness(mirrored).enhance(0.85)
    ground = pen.image.crop((0, line, side, side))
    pen.image.paste(Image.blend(ground, mirrored, 0.5), (0, line))


def row_of_houses(size: int, rng: random.Random) -> CaptionedImage:
    """Draw houses along a road, a town square with a clock tower, or a vehicle on the road."""
    kind = rng.choice(("houses", "clock", "taxi", "car", "car"))
    view = vista(size, rng, 0.3, OPEN)
    pen, night = view.pen, view.hour == "night"
    rural = kind == "car" and rng.random() < 0.6
    if rural:
        backdrop(pen, rng.choice(("hills", "mountains")), 0.3, rng)
        pen.box(-1, 0.28, 1, 1.02, rng.choice(((100, 172, 72), (224, 188, 120))))
    else:
        pen.box(-1, 0.3, 1, 1.02, (172, 168, 160))
        for k in range(5):
            house_front(pen.at(-0.8 + 0.4 * k, 0.42, 0.2), vary(rng.choice(FACADES), rng), rng,
                        night=night)  # fmt: skip
    if kind == "clock":
        clock_tower(pen.at(rng.uniform(-0.2, 0.2), 0.74, 0.66))
        return pen.finish(), f"a clock tower in a town square{view.when}"
    pen.box(-1, 0.56, 1, 0.92, ASPHALT)
    for k in range(5):
        pen.box(-0.95 + 0.42 * k, 0.73, -0.72 + 0.42 * k, 0.76, (240, 236, 210))
    if kind == "houses":
        for x in (-0.6, 0.6):
            street_lamp(pen.at(x, 0.56, 0.3), lit=night)
        return pen.finish(), f"a street with houses{view.when}"
    frame = pen.at(rng.uniform(-0.15, 0.15), 0.76, 0.52)
    if kind == "taxi":
        taxi(frame)
        return pen.finish(), f"a yellow taxi in the city{view.when}"
    name = rng.choice(list(COLORS))
    sports_car(frame, vary(COLORS[name], rng))
    return pen.finish(), f"{article(f'{name} sports car')} on a road{view.when}"


def taxi(pen: Pen) -> None:
    """Draw a yellow taxi with a sign and a band of black squares."""
    car(pen, (250, 204, 30))
    pen.box(-0.22, -1.36, 0.22, -1.18, CREAM)
    for k in range(10):
        pen.box(-1.1 + 0.22 * k, -0.58, -0.99 + 0.22 * k, -0.46, DARK)


def house_front(pen: Pen, color: Color, rng: random.Random, *, night: bool) -> None:
    """Draw the narrow front of a town house, 3 high."""
    top = -rng.uniform(2.4, 3.1)
    pen.box(-0.98, top, 0.98, 0, color)
    pen.polygon([(-1.02, top), (1.02, top), (0, top - 0.8)], (130, 66, 54))
    lamps = pen.lit((1, 1, 1)) if night else pen
    for y in (top + 0.3, top + 1.1):
        for x in (-0.6, 0.18):
            lamps.box(x, y, x + 0.42, y + 0.5, LAMPLIGHT if night else GLASS)
    pen.box(-0.22, -0.7, 0.22, 0, WOOD)


def clock_tower(pen: Pen) -> None:
    """Draw a clock tower about 2.4 high."""
    stone = (202, 174, 128)
    pen.box(-0.34, -1.75, 0.34, 0, stone)
    pen.box(-0.42, -1.8, 0.42, -1.02, mix(stone, CREAM, 0.25))
    pen.polygon([(-0.46, -1.8), (0.46, -1.8), (0, -2.45)], (70, 90, 110))
    pen.disc(0, -1.42, 0.34, DARK)
    pen.disc(0, -1.42, 0.29, (252, 250, 240))
    for x, y in spokes(12):
        pen.disc(0.23 * x, -1.42 + 0.23 * y, 0.02, DARK)
    pen.line([(0, -1.42), (0, -1.62)], 0.035, DARK)
    pen.line([(0, -1.42), (0.13, -1.36)], 0.04, DARK)
    pen.box(-0.12, -0.4, 0.12, 0, WOOD)


def sports_car(pen: Pen, color: Color) -> None:
    """Draw a low car with a spoiler."""
    pen.polygon([(-1.2, -0.25), (-1.15, -0.62), (-0.8, -0.7), (-0.35, -0.98), (0.2, -0.98),
                 (0.6, -0.68), (1.25, -0.5), (1.3, -0.25)], color)  # fmt: skip
    pen.polygon([(-0.55, -0.7), (-0.3, -0.9), (-0.05, -0.9), (-0.05, -0.7)], GLASS)
    pen.polygon([(0.03, -0.7), (0.03, -0.9), (0.18, -0.9), (0.42, -0.7)], GLASS)
    pen.polygon([(-1.2, -0.6), (-1.3, -0.88), (-0.95, -0.86), (-1.0, -0.64)], mix(color, DARK, 0.4))
    pen.disc(1.15, -0.42, 0.07, (255, 245, 190))
    for x in (-0.72, 0.78):
        pen.disc(x, -0.26, 0.28, DARK)
        pen.disc(x, -0.26, 0.15, STEEL)


def wall_front(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a door or a window in a wall, or a guitar or a bicycle before one."""
    kind = rng.choice(("door", "door", "window", "guitar", "shop", "shop"))
    first, second = rng.sample(list(COLORS), 2)
    color, wall = vary(COLORS[first], rng), vary(COLORS[second], rng)
    pen = Pen.blank(size, wall)
    if kind == "shop":
        return _shop(pen, rng)
    if kind == "guitar" or rng.random() < 0.3:
        _bricks(pen, mix(wall, DARK, 0.2))
    if kind == "window":
        pen.box(-0.5, -0.6, 0.5, 0.5, color)
        pen.box(-0.4, -0.5, 0.4, 0.4, GLASS)
        pen.box(-0.04, -0.5, 0.04, 0.4, color)
        pen.box(-0.4, -0.08, 0.4, -0.0, color)
        pen.box(-0.6, 0.48, 0.6, 0.58, mix(color, DARK, 0.25))
        return pen.finish(), f"{article(first)} window in {article(second)} wall"
    pen.box(-1, 0.78, 1, 1.02, (150, 146, 142))
    if kind == "guitar":
        _leaning(pen, size, color)
        return pen.finish(), f"{article(first)} guitar leaning against {article(second)} wall"
    pen.box(-0.44, -0.7, 0.44, 0.8, mix(color, DARK, 0.35))
    pen.box(-0.36, -0.62, 0.36, 0.8, color)
    for x in (-0.27, 0.05):
        for top, low in ((-0.5, 0.0), (0.12, 0.66)):
            pen.box(x, top, x + 0.22, low, mix(color, DARK, 0.22))
    pen.disc(0.29, 0.08, 0.04, YELLOW)
    pen.box(-0.55, 0.78, 0.55, 0.88, (120, 116, 112))
    return pen.finish(), f"{article(first)} door in {article(second)} wall"


def _bricks(pen: Pen, joint: Color) -> None:
    for row in range(10):
        top = -1 + 0.2 * row
        for k in range(-3, 4):
            x = 0.4 * k + 0.2 * (row % 2)
            pen.line([(x, top), (x, top + 0.2)], 0.012, joint)
        pen.line([(-1, top), (1, top)], 0.012, joint)


def _leaning(pen: Pen, size: int, color: Color) -> None:
    """Draw a guitar that leans to the right."""
    shape, mask = Pen.blank(size, color), Pen.blank(size, (0, 0, 0))
    guitar(shape.at(0, 0.7, 0.7), color)
    guitar(mask.lit((99, 99, 99)).at(0, 0.7, 0.7), (255, 255, 255))
    turned, cut = (
        image.rotate(-14, Image.Resampling.BICUBIC)
        for image in (shape.image, mask.image.convert("L"))
    )
    pen.image.paste(turned, (0, round(0.05 * pen.image.width)), cut)


def _shop(pen: Pen, rng: random.Random) -> CaptionedImage:
    """Draw the front of a shop with a striped awning, often with a bicycle before it."""
    name = rng.choice([name for name in COLORS if name != "white"])
    awning = vary(COLORS[name], rng)
    pen.box(-1, -1, 1, 1.02, vary(rng.choice(FACADES), rng))
    pen.box(-0.85, -0.72, 0.85, 0.62, (92, 66, 48))
    pen.box(-0.75, -0.2, 0.25, 0.48, (200, 228, 240))
    pen.box(0.36, -0.2, 0.75, 0.62, mix(awning, DARK, 0.2))
    pen.box(0.43, -0.12, 0.68, 0.2, (200, 228, 240))
    for x, fruit in ((-0.6, "red"), (-0.35, "yellow"), (-0.1, "orange"), (0.12, "green")):
        pen.disc(x, 0.4, 0.09, COLORS[fruit])
    for k in range(9):
        left = -0.92 + 0.205 * k
        shade = CREAM if k % 2 else awning
        pen.polygon([(left + 0.02, -0.62), (left + 0.2, -0.62), (left + 0.205, -0.22),
                     (left, -0.22)], shade)  # fmt: skip
        pen.disc(left + 0.1, -0.22, 0.1, shade)
    pen.box(-0.5, -0.9, 0.5, -0.68, CREAM)
    pen.box(-0.34, -0.82, 0.34, -0.76, DARK)
    pen.box(-1, 0.62, 1, 1.02, (168, 164, 158))
    if rng.random() < 0.7:
        wheels = rng.choice([wheel for wheel in COLORS if wheel not in (name, "black", "brown")])
        bicycle(pen.at(-0.15, 0.86, 0.5), vary(COLORS[wheels], rng))
        return pen.finish(), f"{article(f'{wheels} bicycle')} in front of a shop"
    return pen.finish(), f"a shop with {article(name)} awning"
