"""Round faces in the moods of emoticons."""

from __future__ import annotations

import random

from vqclip.world.colors import COLORS, Color, mix, vary
from vqclip.world.pen import CaptionedImage, Pen, arc
from vqclip.world.words import article

MOODS = ("smiling", "sad", "surprised", "winking", "laughing", "angry", "sleeping")
INK: Color = (40, 25, 20)
PALE: Color = (250, 248, 240)


def single_face(size: int, rng: random.Random) -> CaptionedImage:
    """Draw a face in a random mood on a plain background; return it with its caption."""
    mood = rng.choice(MOODS)
    color_name = "yellow" if rng.random() < 0.3 else rng.choice(list(COLORS))
    ground_name = rng.choice([name for name in COLORS if name != color_name])
    pen = Pen.blank(size, vary(COLORS[ground_name], rng))
    frame = pen.at(rng.uniform(-0.12, 0.12), rng.uniform(-0.12, 0.12), rng.uniform(0.6, 0.9))
    draw_face(frame, mood, vary(COLORS[color_name], rng))
    face = article(f"{mood} {color_name} face")
    return pen.finish(), f"{face} on {article(ground_name)} background"


def draw_face(pen: Pen, mood: str, color: Color) -> None:
    """Draw a face of one of `MOODS` within radius 1 of the pen's frame."""
    ink = INK if sum(color) > 180 else PALE
    pen.disc(0, 0, 1, mix(color, INK, 0.25))
    pen.disc(0, 0, 0.93, color)
    _eyes(pen, mood, ink)
    _mouth(pen, mood, ink)


def _eyes(pen: Pen, mood: str, ink: Color) -> None:
    for side in (-1, 1):
        x = 0.38 * side
        if mood == "laughing":
            # The eyes are > and <, pointing to the nose.
            above, below = (x + 0.17 * side, -0.43), (x + 0.17 * side, -0.11)
            pen.line([above, (x - 0.16 * side, -0.27), below], 0.1, ink)
        elif mood == "sleeping":
            pen.line(arc(x, -0.3, 0.2, 0.16, 0, 180, 8), 0.09, ink)
        elif mood == "winking" and side == 1:
            pen.line(arc(x, -0.2, 0.2, 0.16, 180, 360, 8), 0.09, ink)
        elif mood == "surprised":
            pen.disc(x, -0.3, 0.2, PALE)
            pen.disc(x, -0.3, 0.11, INK)
        else:
            pen.oval(x, -0.25, 0.12, 0.18, ink)
        if mood == "angry":
            pen.line([(0.62 * side, -0.68), (0.16 * side, -0.45)], 0.12, ink)
        elif mood == "sad":
            pen.line([(0.6 * side, -0.5), (0.25 * side, -0.68)], 0.09, ink)


def _mouth(pen: Pen, mood: str, ink: Color) -> None:
    if mood in ("smiling", "winking"):
        pen.line(arc(0, 0.1, 0.55, 0.48, 15, 165, 12), 0.12, ink)
    elif mood == "laughing":
        pen.polygon(arc(0, 0.1, 0.6, 0.6, 0, 180), INK)
        pen.polygon([(-0.55, 0.1), (0.55, 0.1), (0.5, 0.25), (-0.5, 0.25)], PALE)
        pen.oval(0, 0.55, 0.25, 0.12, (220, 70, 80))
    elif mood == "sad":
        pen.line(arc(0, 0.68, 0.45, 0.36, 200, 340, 12), 0.12, ink)
        pen.oval(-0.5, 0.2, 0.11, 0.18, (110, 190, 250))
    elif mood == "surprised":
        pen.oval(0, 0.42, 0.22, 0.3, INK)
    elif mood == "angry":
        pen.line(arc(0, 0.62, 0.4, 0.22, 195, 345, 12), 0.13, ink)
    else:
        pen.oval(0, 0.4, 0.14, 0.12, ink)
        for x, y, half in ((0.55, -0.85, 0.1), (0.85, -1.05, 0.13)):
            letter_z = [(x - half, y - half), (x + half, y - half), (x - half, y + half)]
            shade = ink if x < 0.6 else mix(ink, PALE, 0.3)
            pen.line([*letter_z, (x + half, y + half)], 0.06, shade)
