"""Spring, summer, autumn and winter: their trees, meadows, houses, villages and paths."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from vqclip.world.colors import COLORS, Color, mix, vary
from vqclip.world.pen import CaptionedImage, Pen, Point
from vqclip.world.places.place import Place, Support, Vista, support, vista
from vqclip.world.things.materials import CREAM, LAMPLIGHT, ROOF, WOOD
from vqclip.world.things.plants import pine

SNOW: Color = (244, 248, 253)
BARK: Color = (96, 66, 44)


@dataclass(frozen=True)
class Season:
    """How a time of the year looks.

    Attributes:
        ground: color of the ground.
        hills: color of the hills on the horizon.
        crowns: colors of the crowns of trees; none: bare.
        spots: colors of what lies or grows on the ground.
    """

    ground: Color
    hills: Color
    crowns: tuple[Color, ...]
    spots: tuple[Color, ...]


SEASONS: dict[str, Season] = {
    "in spring": Season(
        (128, 200, 84),
        (150, 208, 120),
        ((252, 178, 208), (255, 205, 225), (150, 212, 92)),
        ((255, 255, 255), (255, 225, 90), (250, 150, 190)),
    ),
    "in summer": Season(
        (82, 164, 48),
        (62, 135, 58),
        ((36, 122, 42), (52, 142, 50), (30, 104, 44)),
        ((230, 60, 50), (250, 214, 60)),
    ),
    "in autumn": Season(
        (186, 150, 72),
        (176, 120, 60),
        ((232, 124, 28), (206, 66, 30), (242, 184, 44)),
        ((222, 100, 30), (200, 60, 30), (240, 180, 50)),
    ),
    "in winter": Season(SNOW, (214, 225, 240), (), ()),
}
LEAF_COLORS: tuple[Color, ...] = ((224, 96, 28), (196, 48, 32), (242, 184, 44), (170, 92, 40))


def leaf(pen: Pen, angle: float, color: Color) -> None:
    """Draw a pointed leaf of length 2 along an angle in radians."""
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    edge = [(-1, 0), (-0.5, 0.42), (0, 0.5), (0.5, 0.36), (1, 0), (0.5, -0.36), (0, -0.5)]
    edge.append((-0.5, -0.42))
    pen.polygon([_turned(point, along, across) for point in edge], color)
    vein = [_turned(point, along, across) for point in ((-1.4, 0), (0.7, 0))]
    pen.line(vein, 0.12, mix(color, (60, 30, 10), 0.45))


def _turned(point: Point, along: Point, across: Point) -> Point:
    x, y = point
    return x * along[0] + y * across[0], x * along[1] + y * across[1]


def season_tree(pen: Pen, season: str, rng: random.Random, color: Color | None = None) -> None:
    """Draw a tree of a season, about 2 high; its crown has a `color` of the season or that one."""
    crowns = SEASONS[season].crowns
    if not crowns:
        _branch(pen, (0, -0.06), -90, 0.72, 0.2, rng)
        pen.oval(0, 0, 0.45, 0.07, SNOW)
        return
    crown = color or vary(rng.choice(crowns), rng)
    pen.polygon([(-0.1, -1.2), (0.1, -1.2), (0.2, 0), (-0.2, 0)], BARK)
    for side in (-1, 1):
        pen.line([(0, -0.6), (0.4 * side, -1.1)], 0.1, BARK)
    discs = [(-0.5, -1.0, 0.4), (0.5, -1.0, 0.4), (0, -1.0, 0.42), (-0.35, -1.4, 0.44),
             (0.35, -1.4, 0.44), (0, -1.65, 0.42)]  # fmt: skip
    for x, y, radius in discs:
        pen.disc(x, y + 0.08, radius, mix(crown, (30, 20, 40), 0.18))
    for x, y, radius in discs:
        pen.disc(x - 0.04, y - 0.02, 0.92 * radius, crown)
    light = mix(crown, (255, 255, 240), 0.35)
    for _ in range(14):
        pen.disc(rng.uniform(-0.65, 0.55), rng.uniform(-1.85, -0.9), 0.07, light)


def _branch(
    pen: Pen, start: Point, angle: float, length: float, width: float, rng: random.Random
) -> None:
    """Draw a bare branch and all that grow on it, with snow on top."""
    x, y = start
    turn = math.radians(angle)
    end = (x + length * math.cos(turn), y + length * math.sin(turn))
    pen.line([start, end], width, BARK)
    if abs(angle + 90) > 20:
        lift = 0.35 * width + 0.015
        pen.line([(x, y - lift), (end[0], end[1] - lift)], 0.45 * width, SNOW)
    if width > 0.05:
        for side in (-32, 32):
            _branch(pen, end, angle + side + rng.uniform(-8, 8), 0.72 * length, 0.6 * width, rng)


def cottage(pen: Pen, color: Color, season: str = "in summer") -> None:
    """Draw a house with a chimney; in winter with snow on its roofs."""
    roof = SNOW if season == "in winter" else ROOF
    pen.box(0.35, -1.85, 0.62, -1.2, (150, 75, 60))
    pen.box(0.31, -1.92, 0.66, -1.82, roof)
    pen.box(-0.85, -1.05, 0.85, 0, color)
    pen.polygon([(-1.1, -1.0), (-0.45, -1.8), (0.45, -1.8), (1.1, -1.0)], mix(roof, BARK, 0.15))
    pen.polygon([(-1.1, -1.05), (-0.45, -1.85), (0.45, -1.85), (1.1, -1.05)], roof)
    pen.box(-0.2, -0.68, 0.2, 0, WOOD)
    pen.disc(0.12, -0.33, 0.04, (240, 200, 80))
    lamps = pen.lit((1, 1, 1))
    for x in (-0.68, 0.36):
        pen.box(x - 0.04, -0.84, x + 0.36, -0.42, CREAM)
        lamps.box(x, -0.8, x + 0.32, -0.46, LAMPLIGHT)
        pen.box(x + 0.14, -0.8, x + 0.18, -0.46, CREAM)
        pen.box(x, -0.65, x + 0.32, -0.61, CREAM)
        if season == "in winter":
            pen.box(x - 0.06, -0.44, x + 0.38, -0.38, SNOW)


def meadow(size: int, rng: random.Random, season: str, *, horizon: float = 0.15) -> Vista:
    """Draw the sky, hills and ground of a season."""
    hours = ("clouded", "day", "night", "day") if season == "in winter" else (
        "day", "day", "day", "sunset", "sunrise", "clouded")  # fmt: skip
    view, look = vista(size, rng, horizon, hours), SEASONS[season]
    phase = rng.uniform(0, 6)
    steps = [k / 20 - 1 for k in range(41)]
    ridge = [(x, horizon - 0.1 - 0.09 * math.sin(phase + 3 * x)) for x in steps]
    view.pen.polygon([(-1, 1), *ridge, (1, 1)], vary(look.hills, rng))
    view.pen.box(-1, horizon, 1, 1.02, vary(look.ground, rng, 6))
    for _ in range(rng.randint(25, 45) if look.spots else 0):
        y = rng.uniform(horizon + 0.05, 1)
        near = 0.4 + 0.6 * (y - horizon)
        spot = view.pen.at(rng.uniform(-1, 1), y, 0.026 * near)
        if season == "in autumn":
            leaf(spot.at(0, 0, 1.4), rng.uniform(0, 3), rng.choice(LEAF_COLORS))
        else:
            spot.disc(0, 0, 0.9, rng.choice(look.spots))
    if season == "in winter":
        for _ in range(3):
            x, y = rng.uniform(-1, 1), rng.uniform(horizon + 0.25, 0.95)
            view.pen.oval(x, y, rng.uniform(0.4, 0.7), 0.05, (228, 236, 247))
    return view


def fall(pen: Pen, season: str, rng: random.Random) -> None:
    """Draw what falls through the air of a season: leaves, blossom or snow."""
    if season == "in autumn":
        for _ in range(rng.randint(5, 10)):
            frame = pen.at(rng.uniform(-1, 1), rng.uniform(-0.7, 0.7), rng.uniform(0.03, 0.05))
            leaf(frame, rng.uniform(0, 3), rng.choice(LEAF_COLORS))
    elif season == "in winter" and rng.random() < 0.6:
        for _ in range(45):
            x, y = rng.uniform(-1, 1), rng.uniform(-1, 1)
            pen.disc(x, y, rng.uniform(0.012, 0.026), (252, 253, 255))


def trees_behind(pen: Pen, season: str, horizon: float, rng: random.Random) -> None:
    """Draw two to four trees of a season near the horizon."""
    for _ in range(rng.randint(2, 4)):
        x = rng.choice((-1, 1)) * rng.uniform(0.45, 0.95)
        frame = pen.at(x, horizon + rng.uniform(0.04, 0.12), rng.uniform(0.2, 0.3))
        if season in ("in winter", "in summer") and rng.random() < 0.4:
            pine_of(frame, season)
        else:
            season_tree(frame, season, rng)


def pine_of(pen: Pen, season: str) -> None:
    """Draw a pine; in winter with snow on it."""
    pine(pen, (30, 92, 58))
    if season == "in winter":
        for top, base, half in ((-2, -1.55, 0.3), (-1.35, -1.05, 0.42), (-0.95, -0.6, 0.52)):
            pen.polygon([(0, top), (-half, base), (0, base - 0.12), (half, base)], SNOW)


def empty_season(size: int, rng: random.Random) -> Place:
    """Draw a season's meadow with a tree under which something may be."""
    season = rng.choice(tuple(SEASONS))
    horizon = rng.uniform(0, 0.25)
    view = meadow(size, rng, season, horizon=horizon)
    trees_behind(view.pen, season, horizon, rng)
    spots = [support(view.pen, f"in a meadow {season}{view.when}", rng.uniform(-0.2, 0.2), 0.9, 1)]
    words = f"a meadow {season}"
    if season == "in winter":
        words = "a field of snow in winter"
        spots = [Support("in the snow", spot.x, spot.y, spot.side) for spot in spots]
    if rng.random() < 0.6:
        x = rng.choice((-0.35, 0.35))
        big = view.pen.at(x, 0.55, 0.72)
        season_tree(big, season, rng)
        words = f"a tree {season}"
        beside = support(view.pen, f"next to a tree {season}", -0.9 * x - 0.1 * x, 0.92, 0.8)
        spots = [support(big, f"under a tree {season}", rng.choice((-0.35, 0.35)), 0.4, 0.75)]
        spots.append(beside)
    fall(view.pen, season, rng)
    return Place(view.pen.finish(), f"{words}{view.when}", tuple(spots))


def season_house(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a house, or a village of them, in a season."""
    season, horizon = rng.choice((*SEASONS, "in winter")), rng.uniform(0.05, 0.2)
    view = meadow(size, rng, season, horizon=horizon)
    trees_behind(view.pen, season, horizon, rng)
    if rng.random() < 0.4:
        places = [(-0.68, 0.2, 0.26), (0.0, 0.22, 0.28), (0.66, 0.18, 0.25), (-0.4, 0.62, 0.33),
                  (0.42, 0.7, 0.35)]  # fmt: skip
        for x, y, scale in places:
            color = vary(rng.choice(((190, 70, 55), (225, 200, 150), (240, 235, 220))), rng)
            cottage(view.pen.at(x, y + rng.uniform(-0.03, 0.03), scale), color, season)
        snowy = season == "in winter" and rng.random() < 0.6
        words = "a village in the snow" if snowy else f"a village {season}"
    else:
        name = rng.choice([name for name in COLORS if name != "black"])
        x = rng.uniform(-0.2, 0.2)
        cottage(view.pen.at(x, 0.55, 0.62), vary(COLORS[name], rng), season)
        if rng.random() < 0.6:
            season_tree(view.pen.at(-0.75 if x > 0 else 0.75, 0.5, 0.5), season, rng)
        words = f"a {name} house {season}"
        if rng.random() < 0.4:
            words = f"a house {season}"
    fall(view.pen, season, rng)
    return view.pen.finish(), f"{words}{view.when}".replace("a orange", "an orange")


def season_forest(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a forest of a season, perhaps with a path through it."""
    season, horizon = rng.choice(tuple(SEASONS)), rng.uniform(-0.05, 0.1)
    view = meadow(size, rng, season, horizon=horizon)
    pen, path = view.pen, rng.random() < 0.5
    if path:
        earth = (226, 232, 242) if season == "in winter" else vary((205, 175, 125), rng)
        bend = rng.uniform(-0.3, 0.3)
        pen.polygon([(bend - 0.04, horizon), (bend + 0.04, horizon), (0.42 + bend / 3, 0.6),
                     (0.5, 1.02), (-0.5, 1.02), (-0.22 + bend / 3, 0.6)], earth)  # fmt: skip
    for k in range(12):
        y = horizon + 0.03 + (0.85 - horizon) * (k / 11) ** 1.3
        scale = 0.24 + 0.36 * (y - horizon)
        reach = rng.uniform(0.3, 1) if path else rng.uniform(0, 1)
        x = (-1 if k % 2 else 1) * (0.2 * path + reach + 0.3 * path * (y - horizon))
        if rng.random() < (0.3 if season in ("in winter", "in summer") else 0):
            pine_of(pen.at(x, y, scale), season)
        else:
            season_tree(pen.at(x, y, scale), season, rng)
    fall(pen, season, rng)
    return pen.finish(), f"{'a path through ' if path else ''}a forest {season}{view.when}"


def single_tree(size: int, rng: random.Random) -> CaptionedImage:
    """Draw one big tree: a cherry tree in blossom, an apple tree, a bare or an autumn tree."""
    kind, season = rng.choice((
        ("a cherry tree in blossom", "in spring"), ("a cherry tree in blossom", "in spring"),
        ("a tree in autumn", "in autumn"), ("a bare tree in winter", "in winter"),
        ("an apple tree", "in summer"),
    ))  # fmt: skip
    view = meadow(size, rng, season)
    frame = view.pen.at(rng.uniform(-0.15, 0.15), 0.75, rng.uniform(0.72, 0.82))
    pink = vary((252, 170, 205), rng) if "blossom" in kind else None
    season_tree(frame, season, rng, pink)
    if "blossom" in kind:
        for _ in range(30):
            x, y = rng.uniform(-0.9, 0.9), rng.uniform(-2, -0.7)
            if (x / 0.9) ** 2 + ((y + 1.3) / 0.68) ** 2 < 1:
                frame.disc(x, y, 0.06, (255, 240, 246))
                frame.disc(x, y, 0.025, (235, 90, 140))
        for _ in range(16):
            view.pen.disc(rng.uniform(-0.8, 0.8), rng.uniform(0.55, 0.95), 0.02, (255, 215, 230))
    elif "apple" in kind:
        for x, y in ((-0.55, -1.0), (-0.2, -1.2), (0.3, -1.05), (0.6, -1.15), (0, -1.65),
                     (-0.45, -1.5), (0.4, -1.55), (0.05, -0.9)):  # fmt: skip
            frame.disc(x, y, 0.1, COLORS["red"])
    else:
        fall(view.pen, season, rng)
    return view.pen.finish(), f"{kind}{view.when}"


def autumn_leaves(size: int, rng: random.Random) -> CaptionedImage:
    """Draw autumn leaves close by."""
    pen = Pen.blank(size, vary(rng.choice(((120, 78, 42), (90, 110, 60), (60, 45, 38))), rng))
    for k in range(34):
        x, y = rng.uniform(-1, 1), rng.uniform(-1, 1)
        frame = pen.at(x, y, rng.uniform(0.16, 0.26) * (0.8 + 0.01 * k))
        leaf(frame, rng.uniform(0, 6.3), vary(rng.choice(LEAF_COLORS), rng))
    return pen.finish(), rng.choice(("autumn leaves", "autumn leaves on the ground"))
