"""Views that people ask for: on hills and cliffs, by lakes and seas, in storms and deserts."""

from __future__ import annotations

import math
import random

from vqclip.world.colors import COLORS, Color, mix, vary
from vqclip.world.pen import CaptionedImage, Pen
from vqclip.world.places.place import OPEN, vista
from vqclip.world.places.seasons import cottage, season_tree
from vqclip.world.scenery.grounds import backdrop
from vqclip.world.scenery.skies import above, falling
from vqclip.world.things.buildings import castle, church, lighthouse, windmill
from vqclip.world.things.materials import DARK, LAMPLIGHT, WOOD
from vqclip.world.things.plants import palm, pine, sunflower, tulip
from vqclip.world.things.vehicles import balloon, boat
from vqclip.world.words import article

SEA: Color = (28, 100, 170)
GRASS: Color = (92, 170, 66)


def water(pen: Pen, horizon: float, rng: random.Random, color: Color = SEA) -> None:
    """Draw a sea from the horizon down, with ripples."""
    pen.box(-1, horizon, 1, 1.02, color)
    for _ in range(16):
        x, y = rng.uniform(-1, 1), rng.uniform(horizon + 0.04, 1)
        pen.line([(x, y), (x + rng.uniform(0.1, 0.3), y)], 0.018, mix(color, (230, 245, 255), 0.35))


def on_a_hill(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a castle, a church, a house or a windmill on a hill, perhaps in spring or winter."""
    view = vista(size, rng, 0.3)
    pen, name = view.pen, rng.choice(("castle", "castle", "church", "house", "windmill"))
    season = rng.choice(("", "", " in spring", " in autumn", " in winter"))
    grass = {" in autumn": (190, 150, 72), " in winter": (242, 246, 252)}.get(season, GRASS)
    if rng.random() < 0.5:
        backdrop(pen, "mountains", 0.5, rng)
    x = rng.uniform(-0.15, 0.15)
    pen.oval(x, 1.3, 1.5, 1.05, vary(grass, rng))
    pen.polygon([(x - 0.05, 0.28), (x + 0.05, 0.28), (x + 0.16, 0.6), (x + 0.4, 1.02),
                 (x + 0.05, 1.02), (x - 0.02, 0.6)], (214, 190, 140))  # fmt: skip
    if season:
        for spot in (-0.72, 0.72):
            season_tree(pen.at(spot, 0.55, 0.26), season.strip(), rng)
    natural = {"castle": "gray", "church": "white", "house": "", "windmill": "white"}[name]
    color = natural if natural and rng.random() < 0.6 else rng.choice(list(COLORS))
    draw = {"castle": castle, "church": church, "house": cottage, "windmill": windmill}[name]
    draw(pen.at(x, 0.32, 0.46), vary(COLORS[color], rng))
    if view.hour == "night" and name == "castle":
        for spot in (-0.8, 0.8):
            pen.lit((1, 1, 1)).at(x, 0.32, 0.46).box(spot - 0.08, -1.15, spot + 0.08, -0.85,
                                                    LAMPLIGHT)  # fmt: skip
    what = article(name if color == natural else f"{color} {name}")
    return pen.finish(), f"{what} on a hill{season}{view.when}"


def lighthouse_on_a_cliff(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a lighthouse, or a house, on a cliff over the sea, perhaps in a storm."""
    storm = rng.random() < 0.45
    view = vista(size, rng, 0.3, ("clouded", "night") if storm else OPEN, dark=storm)
    pen, side = view.pen, rng.choice((-1, 1))
    if storm:
        above(pen, "lightning", 0.3, rng)
    water(pen, 0.35, rng, (36, 66, 98) if storm else SEA)
    if storm:
        waves(pen, 0.5, rng)
    rock = vary((112, 100, 96), rng)
    edge = [(0.1, 0.2), (0.02, 0.4), (0.12, 0.6), (0.0, 0.8), (0.05, 1.02), (1.05, 1.02),
            (1.05, 0.1), (0.5, 0.12)]  # fmt: skip
    pen.polygon([(side * x, y) for x, y in edge], rock)
    pen.polygon([(side * x, y) for x, y in ((0.08, 0.2), (0.5, 0.1), (1.05, 0.08), (1.05, 0.24),
                                            (0.5, 0.26))], GRASS)  # fmt: skip
    house = rng.random() < 0.25
    frame = pen.at(0.55 * side, 0.16, 0.34 if house else 0.46)
    if house:
        cottage(frame, vary((235, 235, 230), rng))
    else:
        if view.hour == "night":
            beam = [(0.55 * side, -0.59), (-1.0 * side, -0.75), (-1.0 * side, -0.35)]
            pen.lit((1, 1, 1)).polygon(beam, (250, 240, 170))
        lighthouse(frame, COLORS["red"])
    what = "a house" if house else "a lighthouse"
    return pen.finish(), f"{what} on a cliff{' in a storm' if storm else view.when}"


def waves(pen: Pen, top: float, rng: random.Random, color: Color = (30, 62, 96)) -> None:
    """Draw high waves with foam, row before row."""
    for row in range(4):
        y, phase = top + 0.16 * row, rng.uniform(0, 6)
        crest = [(k / 20 - 1, y - 0.08 * abs(math.sin(phase + 0.21 * k))) for k in range(41)]
        shade = mix(color, (120, 170, 200), 0.12 * row)
        pen.polygon([(-1, 1.02), *crest, (1, 1.02)], shade)
        pen.line(crest, 0.02, (205, 222, 232))


def ship_in_a_storm(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a sailing ship on high waves, or only the waves, in a storm."""
    view = vista(size, rng, 0.2, ("clouded", "night"), dark=True)
    pen, ship = view.pen, rng.random() < 0.75
    above(pen, "lightning", 0.2, rng)
    water(pen, 0.2, rng, (36, 66, 98))
    waves(pen, 0.28, rng)
    if ship:
        frame = pen.at(rng.uniform(-0.2, 0.2), 0.5, 0.5)
        hull = [(-1, -0.5), (1.05, -0.6), (0.7, 0.15), (-0.75, 0.15)]
        frame.polygon(hull, (110, 66, 36))
        for x, top in ((-0.5, -1.6), (0.05, -2.0), (0.6, -1.65)):
            frame.line([(x, -0.5), (x, top)], 0.07, WOOD)
            frame.polygon([(x - 0.3, top + 0.2), (x + 0.26, top + 0.2), (x + 0.34, -0.72),
                           (x - 0.22, -0.72)], (240, 234, 216))  # fmt: skip
        waves(pen, 0.58, rng)
    if rng.random() < 0.5:
        falling(pen, "rain", 0.2, rng)
    return pen.finish(), "a sailing ship in a storm" if ship else "a stormy sea with waves"


def lake_in_the_mountains(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a lake between mountains, often with a boat."""
    view = vista(size, rng, 0.1, ("day", "sunrise", "sunset", "day", "night"))
    pen = view.pen
    for foot, height, half in ((-0.75, 0.7, 0.6), (0.7, 0.8, 0.65), (-0.05, 0.95, 0.7)):
        x, top = foot + rng.uniform(-0.1, 0.1), 0.15 - height
        stone = vary((104, 108, 126), rng)
        pen.polygon([(x - half, 0.16), (x, top), (x + half, 0.16)], stone)
        pen.polygon([(x, top), (x + half, 0.16), (x + 0.1 * half, 0.16)], mix(stone, DARK, 0.25))
        pen.polygon([(x - 0.28 * half, top + 0.28 * height), (x, top), (x + 0.28 * half,
                     top + 0.28 * height), (x + 0.08, top + 0.2 * height), (x - 0.04,
                     top + 0.3 * height)], (246, 249, 253))  # fmt: skip
    water(pen, 0.15, rng, (52, 128, 172))
    for k in range(9):
        pine(pen.at(-1 + 0.06 * k if k < 5 else 1.24 - 0.06 * k, 0.2, 0.13), (30, 90, 60))
    if rng.random() < 0.7:
        frame, name = pen.at(rng.uniform(-0.35, 0.35), 0.6, 0.4), rng.choice(list(COLORS))
        if rng.random() < 0.5:
            boat(frame, vary(COLORS[name], rng))
            thing = "sailing boat"
        else:
            frame.polygon([(-1, -0.35), (1, -0.35), (0.65, 0.05), (-0.65, 0.05)],
                          vary(COLORS[name], rng))  # fmt: skip
            frame.line([(-1, -0.35), (1, -0.35)], 0.1, WOOD)
            thing = "boat"
        return pen.finish(), f"{article(f'{name} {thing}')} on a lake in the mountains{view.when}"
    return pen.finish(), f"a mountain lake{view.when}"


def waterfall(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a waterfall between rocks, in a jungle or not."""
    view = vista(size, rng, -0.4, ("day", "clouded", "sunrise"))
    pen, jungle, x = view.pen, rng.random() < 0.6, rng.uniform(-0.2, 0.2)
    pen.box(-1, -0.45, 1, 1.02, (24, 92, 52) if jungle else (118, 106, 98))
    for k in range(10):
        spot, y = rng.choice((-1, 1)) * rng.uniform(0.42, 0.95), rng.uniform(-0.4, 0.5)
        if not jungle:
            pen.oval(spot, y, 0.3, 0.17, mix((118, 106, 98), DARK, rng.uniform(0.05, 0.3)))
        elif k % 2:
            pen.oval(spot, y, 0.34, 0.22, mix((24, 92, 52), (90, 180, 80), rng.uniform(0.1, 0.5)))
    pen.polygon([(x - 0.26, -0.5), (x + 0.26, -0.5), (x + 0.32, 0.55), (x - 0.32, 0.55)],
                (150, 208, 240))  # fmt: skip
    for k in range(7):
        spot = x - 0.22 + 0.075 * k
        pen.line([(spot, -0.48 + 0.05 * (k % 3)), (x + 1.2 * (spot - x), 0.52)], 0.03,
                 (235, 247, 255))  # fmt: skip
    pen.oval(x, 0.82, 1.0, 0.34, (58, 150, 200))
    for spot in (-0.3, -0.15, 0, 0.15, 0.3):
        pen.disc(x + spot, 0.56, 0.1, (240, 250, 255))
    if jungle:
        for spot in (-0.72, 0.74):
            palm(pen.at(spot, 0.85, 0.52), vary((40, 150, 60), rng))
    return pen.finish(), f"a waterfall{' in a jungle' if jungle else ''}{view.when}"


def flower_field(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a field of tulips, sunflowers or lavender, often with a windmill."""
    view = vista(size, rng, 0.05, ("day", "day", "sunset", "sunrise"))
    pen, kind = view.pen, rng.choice(("tulips", "sunflowers", "lavender"))
    pen.box(-1, 0.02, 1, 1.02, (92, 160, 66))
    mill = rng.random() < 0.55
    if mill:
        windmill(pen.at(rng.choice((-0.45, 0.4)), 0.1, 0.45), (236, 226, 206))
    color = rng.choice(("red", "yellow", "pink", "purple", "orange"))
    for row in range(6):
        y, scale = 0.12 + 0.16 * row, 0.08 + 0.025 * row
        for k in range(-9, 10):
            x = (k + 0.5 * (row % 2)) * 1.15 * scale
            if abs(x) > 1.1:
                continue
            spot = pen.at(x, y + 0.03, scale)
            if kind == "lavender":
                spot.line([(0, 0), (0, -1)], 0.1, (80, 140, 70))
                spot.oval(0, -1.1, 0.26, 0.75, vary((138, 96, 200), rng))
            elif kind == "tulips":
                tulip(spot, vary(COLORS[color], rng))
            else:
                sunflower(spot, (250, 205, 40))
    what = f"{color} tulips" if kind == "tulips" and rng.random() < 0.6 else kind
    return pen.finish(), f"a field of {what}{' and a windmill' if mill else ''}{view.when}"


def desert(size: int, rng: random.Random) -> CaptionedImage:
    """Draw dunes with pyramids, and perhaps a camel."""
    view = vista(size, rng, 0.1, ("day", "day", "sunset", "night"))
    pen = view.pen
    pen.box(-1, 0.15, 1, 1.02, (226, 188, 116))
    count = rng.choice((1, 1, 3))
    spots = ((-0.35, 0.95),) if count == 1 else ((-0.7, 0.5), (0.55, 0.55), (-0.1, 0.8))
    for middle, wide in spots:
        x = middle + rng.uniform(-0.08, 0.08)
        pen.polygon([(x - 0.75 * wide, 0.3), (x, 0.3 - 0.85 * wide), (x + 0.75 * wide, 0.3)],
                    (214, 168, 92))  # fmt: skip
        pen.polygon([(x + 0.2 * wide, 0.3), (x, 0.3 - 0.85 * wide), (x + 0.75 * wide, 0.3)],
                    (172, 128, 66))  # fmt: skip
    pen.oval(-0.3, 1.1, 1.3, 0.72, (236, 200, 130))
    beast = rng.random() < 0.6
    if beast:
        camel(pen.at(0.4, 0.8, 0.42))
    what = "a pyramid" if count == 1 else "three pyramids"
    return pen.finish(), f"{'a camel and ' * beast}{what} in the desert{view.when}"


def camel(pen: Pen) -> None:
    """Draw a camel with two humps, looking to the left."""
    hide, dark = (184, 128, 72), (150, 100, 54)
    for x in (-0.45, 0.5):
        pen.line([(x + 0.12, -0.8), (x + 0.12, -0.06)], 0.14, dark)
        pen.line([(x, -0.8), (x, -0.06)], 0.15, hide)
    pen.oval(0.02, -0.95, 0.75, 0.32, hide)
    for x in (-0.25, 0.3):
        pen.oval(x, -1.22, 0.25, 0.34, hide)
    pen.line([(-0.6, -0.95), (-0.95, -0.95), (-0.98, -1.55)], 0.22, hide)
    pen.oval(-1.1, -1.6, 0.26, 0.16, hide)
    pen.disc(-1.06, -1.65, 0.035, DARK)
    pen.line([(0.75, -0.95), (0.88, -0.6)], 0.06, dark)


def balloon_over_the_sea(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a hot air balloon over the sea or hills, or an island with a palm tree."""
    view = vista(size, rng, 0.4, ("day", "sunset", "sunrise"))
    pen = view.pen
    if rng.random() < 0.5:
        water(pen, 0.3, rng, (40, 150, 200))
        pen.oval(0, 0.7, 0.62, 0.2, (240, 216, 150))
        for x, scale in ((-0.05, 0.62),) if rng.random() < 0.7 else ((-0.2, 0.5), (0.22, 0.56)):
            palm(pen.at(x, 0.68, scale), (50, 150, 66))
            several = scale < 0.6
        trees = "two palm trees" if several else "a palm tree"
        return pen.finish(), f"an island with {trees}{view.when}"
    sea = rng.random() < 0.6
    if sea:
        water(pen, 0.5, rng)
    else:
        backdrop(pen, "hills", 0.55, rng)
    name = rng.choice(list(COLORS))
    balloon(pen.at(rng.uniform(-0.25, 0.25), 0.32, 0.56), vary(COLORS[name], rng))
    place = "the sea" if sea else "green hills"
    return pen.finish(), f"{article(f'{name} hot air balloon')} over {place}{view.when}"


def camp(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a campfire at night, perhaps with a tent."""
    view = vista(size, rng, 0.3, ("night",))
    pen, tented = view.pen, rng.random() < 0.45
    for k in range(9):
        pine(pen.at(-1 + 0.25 * k, 0.42, rng.uniform(0.2, 0.34)), (26, 70, 50))
    pen.box(-1, 0.38, 1, 1.02, (70, 110, 60))
    bright = pen.lit((1, 1, 1))
    bright.oval(0.1, 0.74, 0.62, 0.16, (150, 110, 60))
    if tented:
        tent = pen.at(-0.5, 0.62, 0.42)
        tent.polygon([(0, -1.5), (-1, 0), (1, 0)], (230, 120, 40))
        tent.polygon([(0, -1.5), (-0.3, 0), (0.3, 0)], LAMPLIGHT)
    fire = bright.at(0.25 if tented else 0.05, 0.76, 0.4)
    for x, height, wide, shade in ((-0.25, 1.0, 0.35, (235, 90, 30)), (0.25, 1.1, 0.35,
                                   (235, 90, 30)), (0, 1.5, 0.42, (250, 140, 40)),
                                   (0, 0.85, 0.26, (255, 220, 90))):  # fmt: skip
        fire.polygon([(x, -height), (x + wide, -0.4), (x + 0.5 * wide, 0), (x - 0.5 * wide, 0),
                      (x - wide, -0.4)], shade)  # fmt: skip
    fire.line([(-0.7, 0.05), (0.6, -0.12)], 0.18, (110, 66, 36))
    fire.line([(0.7, 0.05), (-0.6, -0.12)], 0.18, (90, 54, 30))
    what = "a tent and a campfire" if tented else "a campfire"
    return pen.finish(), f"{what} {rng.choice(('under the stars', 'at night'))}"
