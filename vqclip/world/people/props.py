"""What people hold and use, drawn in the frame of a figure that stands on y = 0."""

from __future__ import annotations

from vqclip.world.colors import COLORS, Color, mix
from vqclip.world.pen import Pen, Point, arc
from vqclip.world.things.materials import DARK, STEEL, WOOD

GOLD: Color = (250, 200, 45)
PAPER: Color = (252, 250, 240)


def open_book(pen: Pen, color: Color) -> None:
    """Draw an open book within radius 1, seen from its reader's opposite."""
    for side in (-1, 1):
        pen.polygon([(0, -0.5), (side, -0.72), (side, 0.5), (0, 0.72)], color)
        pen.polygon([(0, -0.62), (0.9 * side, -0.82), (0.9 * side, -0.6), (0, -0.4)], PAPER)
        pen.line([(0.25 * side, 0.05), (0.75 * side, -0.07)], 0.08, mix(color, PAPER, 0.55))
    pen.line([(0, -0.5), (0, 0.68)], 0.07, mix(color, DARK, 0.4))


def book_from_side(pen: Pen, color: Color) -> None:
    """Draw an open book within radius 1 that is read from the left."""
    pen.polygon(
        [(-0.9, -0.5), (0.0, 0.5), (0.9, -0.75), (0.75, -0.9), (0, 0.2), (-0.75, -0.65)], color
    )
    pen.polygon([(-0.75, -0.66), (0, 0.24), (0.05, -0.1), (-0.5, -0.85)], PAPER)
    pen.polygon([(0.75, -0.92), (0, 0.24), (0, -0.1), (0.6, -1.0)], PAPER)


def umbrella(pen: Pen, color: Color, x: float = 0.3) -> None:
    """Draw an open umbrella above a figure, held in a hand at (x + 0.1, -1.25)."""
    pen.line([(x + 0.1, -1.05), (x - 0.05, -2.3)], 0.045, WOOD)
    dark = mix(color, DARK, 0.25) if sum(color) > 100 else (75, 75, 80)
    outline = arc(x - 0.08, -1.92, 0.95, 0.6, 180, 360, 24)
    pen.polygon(outline, color)
    for k in (-1, 1):
        pen.polygon(
            [(x - 0.08 + 0.32 * k, -1.92), (x - 0.08, -2.52), (x - 0.08 + 0.64 * k, -1.92)], dark
        )
    for place in (-1.5, -0.5, 0.5, 1.5):
        shade = dark if abs(place) > 1 else color
        pen.oval(x - 0.08 + 0.47 * place, -1.92, 0.235, 0.07, shade)
    pen.line([(x - 0.08, -2.5), (x - 0.09, -2.62)], 0.05, WOOD)


def kite(pen: Pen, color: Color, hand: Point, place: Point) -> None:
    """Draw a kite at a place, its string in a hand, and its tail."""
    x, y = place
    pen.line(
        [hand, ((x + hand[0]) / 2 + 0.1, (y + hand[1]) / 2 + 0.1), (x, y + 0.1)],
        0.02,
        (250, 250, 250),
    )
    tail = [(x - 0.1, y + 0.5), (x - 0.25, y + 0.62), (x - 0.15, y + 0.78), (x - 0.32, y + 0.92)]
    pen.line(tail, 0.035, (245, 245, 245))
    for point in tail[1:]:
        pen.polygon(
            [
                (point[0] - 0.09, point[1] - 0.06),
                (point[0] + 0.09, point[1] + 0.06),
                (point[0] + 0.09, point[1] - 0.06),
                (point[0] - 0.09, point[1] + 0.06),
            ],
            (250, 214, 40),
        )
    light = mix(color, (255, 255, 255), 0.45)
    top, left, right, low = (
        (x + 0.12, y - 0.5),
        (x - 0.34, y - 0.08),
        (x + 0.38, y + 0.04),
        (x - 0.1, y + 0.5),
    )
    pen.polygon([top, left, low, right], color)
    pen.polygon([top, left, (x, y)], light)
    pen.polygon([right, low, (x, y)], light)


def sword(pen: Pen, hand: Point) -> None:
    """Draw a sword that points up from a hand."""
    x, y = hand
    blade = [
        (x - 0.055, y - 0.1),
        (x - 0.055, y - 0.85),
        (x, y - 1.0),
        (x + 0.055, y - 0.85),
        (x + 0.055, y - 0.1),
    ]
    pen.polygon(blade, (222, 228, 236))
    pen.line([(x, y - 0.12), (x, y - 0.9)], 0.02, STEEL)
    pen.line([(x - 0.18, y - 0.1), (x + 0.18, y - 0.1)], 0.07, GOLD)
    pen.line([(x, y - 0.08), (x, y + 0.14)], 0.06, WOOD)
    pen.disc(x, y + 0.17, 0.055, GOLD)


def shield(pen: Pen, color: Color) -> None:
    """Draw a shield in a left hand."""
    outline = [(-0.66, -1.2), (-0.1, -1.2), (-0.12, -0.75), (-0.38, -0.45), (-0.64, -0.75)]
    pen.polygon(outline, GOLD)
    pen.polygon(
        [(-0.61, -1.15), (-0.15, -1.15), (-0.17, -0.77), (-0.38, -0.52), (-0.59, -0.77)], color
    )
    pen.box(-0.42, -1.15, -0.34, -0.55, GOLD)
    pen.box(-0.6, -0.98, -0.16, -0.9, GOLD)


def staff(pen: Pen, x: float, color: Color) -> None:
    """Draw a wizard's staff with a glowing ball."""
    pen.line([(x, 0), (x + 0.02, -1.75)], 0.07, WOOD)
    pen.disc(x + 0.02, -1.86, 0.17, mix(color, (255, 255, 255), 0.65))
    pen.disc(x + 0.02, -1.86, 0.12, color)


def guitar(pen: Pen, color: Color) -> None:
    """Draw a guitar in front of a figure, its neck up to the right."""
    neck = [(0.0, -0.86), (0.78, -1.3)]
    pen.line(neck, 0.09, (70, 44, 26))
    pen.line([(0.74, -1.28), (0.9, -1.37)], 0.14, (50, 30, 20))
    for x, y, radius in ((-0.22, -0.76, 0.27), (0.02, -0.88, 0.2)):
        pen.disc(x, y, radius + 0.025, mix(color, DARK, 0.5))
    for x, y, radius in ((-0.22, -0.76, 0.27), (0.02, -0.88, 0.2)):
        pen.disc(x, y, radius, color)
    pen.disc(-0.06, -0.84, 0.09, DARK)
    pen.line([(-0.32, -0.7), (0.78, -1.3)], 0.02, (235, 230, 215))


def easel(pen: Pen, color: Color) -> None:
    """Draw an easel with a painting on it, to the right of a figure."""
    pen.line([(0.62, 0), (0.92, -1.75)], 0.06, WOOD)
    pen.line([(1.28, 0), (0.98, -1.75)], 0.06, WOOD)
    pen.box(0.5, -1.55, 1.4, -0.75, (190, 150, 100))
    pen.box(0.54, -1.51, 1.36, -0.79, (150, 205, 245))
    pen.polygon(
        [(0.54, -0.79), (0.54, -1.02), (0.9, -1.12), (1.36, -0.98), (1.36, -0.79)], (70, 160, 70)
    )
    pen.disc(1.15, -1.34, 0.1, COLORS["yellow"])
    pen.polygon([(0.66, -0.98), (0.84, -1.3), (1.02, -0.98)], color)
    pen.line([(0.55, -0.73), (1.35, -0.73)], 0.06, WOOD)


def palette(pen: Pen) -> None:
    """Draw a painter's palette within radius 1."""
    pen.oval(0, 0, 1, 0.72, (214, 170, 112))
    pen.oval(0.45, 0.35, 0.2, 0.16, (120, 90, 60))
    for x, y, name in (
        (-0.6, 0.1, "red"),
        (-0.35, -0.35, "blue"),
        (0.1, -0.45, "yellow"),
        (0.55, -0.2, "green"),
        (-0.2, 0.4, "purple"),
    ):
        pen.disc(x, y, 0.19, COLORS[name])


def desk_with_computer(pen: Pen, color: Color) -> None:
    """Draw a desk in front of a figure, with a computer to the right of it."""
    pen.box(-0.95, -0.78, 1.15, -0.66, (176, 122, 70))
    for x in (-0.85, 0.97):
        pen.box(x, -0.66, x + 0.1, 0, (140, 94, 52))
    pen.polygon([(0.5, -0.86), (0.72, -0.86), (0.78, -0.78), (0.44, -0.78)], STEEL)
    pen.box(0.57, -1.0, 0.65, -0.85, STEEL)
    pen.box(0.22, -1.52, 1.0, -0.95, (45, 48, 58))
    pen.box(0.27, -1.47, 0.95, -1.0, color)
    for k in range(4):
        pen.line(
            [(0.34, -1.4 + 0.1 * k), (0.6 + 0.12 * (k % 3), -1.4 + 0.1 * k)],
            0.03,
            mix(color, (255, 255, 255), 0.7),
        )
    pen.polygon([(-0.25, -0.84), (0.15, -0.84), (0.2, -0.78), (-0.3, -0.78)], (80, 84, 96))


def pan(pen: Pen, hand: Point) -> None:
    """Draw a frying pan with an egg, held in a hand."""
    x, y = hand
    pen.line([(x, y), (x + 0.3, y - 0.05)], 0.07, (50, 50, 56))
    pen.oval(x + 0.55, y - 0.08, 0.3, 0.14, (50, 50, 56))
    pen.oval(x + 0.55, y - 0.11, 0.2, 0.08, PAPER)
    pen.disc(x + 0.56, y - 0.12, 0.065, COLORS["yellow"])


def pitchfork(pen: Pen, x: float) -> None:
    """Draw a pitchfork that stands on the ground."""
    pen.line([(x, 0), (x, -1.5)], 0.05, WOOD)
    pen.line(
        [(x - 0.15, -1.75), (x - 0.15, -1.5), (x + 0.15, -1.5), (x + 0.15, -1.75)], 0.045, STEEL
    )
    pen.line([(x, -1.5), (x, -1.78)], 0.045, STEEL)


def hose(pen: Pen, hand: Point) -> None:
    """Draw a fire hose in a hand, with water coming out of it."""
    x, y = hand
    pen.line([(x - 0.3, 0), (x - 0.1, -0.35), (x - 0.25, -0.7), (x, y)], 0.09, (200, 60, 40))
    pen.line([(x - 0.05, y), (x + 0.2, y - 0.08)], 0.1, STEEL)
    pen.polygon(
        [(x + 0.2, y - 0.12), (x + 0.95, y - 0.6), (x + 1.05, y - 0.3), (x + 0.2, y - 0.04)],
        (140, 205, 250),
    )


def clipboard(pen: Pen, hand: Point) -> None:
    """Draw a clipboard in a hand."""
    x, y = hand
    pen.box(x - 0.16, y - 0.36, x + 0.2, y + 0.1, (150, 100, 55))
    pen.box(x - 0.13, y - 0.31, x + 0.17, y + 0.07, PAPER)
    for k in range(4):
        pen.line(
            [(x - 0.09, y - 0.22 + 0.08 * k), (x + 0.12, y - 0.22 + 0.08 * k)],
            0.02,
            (120, 125, 135),
        )
    pen.box(x - 0.04, y - 0.4, x + 0.08, y - 0.33, STEEL)


def chair(pen: Pen, color: Color) -> None:
    """Draw a chair from the side, for a figure that sits and looks to the right."""
    pen.box(-0.32, -0.46, 0.3, -0.38, color)
    pen.box(-0.36, -1.15, -0.27, 0, color)
    pen.box(0.22, -0.42, 0.3, 0, color)


def scepter(pen: Pen, hand: Point) -> None:
    """Draw a golden scepter in a hand."""
    x, y = hand
    pen.line([(x, y + 0.5), (x, y - 0.4)], 0.05, GOLD)
    pen.disc(x, y - 0.47, 0.1, GOLD)
    pen.disc(x, y - 0.47, 0.055, COLORS["red"])
