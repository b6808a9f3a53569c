"""Cut-out drawings put on grounds and on each other."""

from __future__ import annotations

import random
from dataclasses import dataclass

from PIL import Image, ImageDraw

from vqclip.world.colors import COLORS, vary
from vqclip.world.drawings import Drawing
from vqclip.world.habitats import ANIMALS, BUILDINGS, FOODS, PEOPLE, VEHICLES
from vqclip.world.recoloring import colorful, recolored
from vqclip.world.words import article

RECOLORED = 0.12
"""Share of the drawings of things, plants and animals in another color."""
SIDELESS = (*ANIMALS, *VEHICLES, *PEOPLE, *FOODS, "plant-flower", "plant-other")
"""Groups of drawings that look as right in a mirror."""
PAINTED = (*ANIMALS, *VEHICLES, *BUILDINGS, "plant-flower", "clothing", "household", "tool", "toy")
"""Groups of drawings that may have any color."""


@dataclass(frozen=True)
class Figure:
    """A drawing to be put somewhere.

    Attributes:
        image: RGBA, without empty edges.
        title: the words for it, with an article: "a blue cat".
        drawing: it comes from.
    """

    image: Image.Image
    title: str
    drawing: Drawing


@dataclass(frozen=True)
class Spot:
    """Where a figure is put, in shares of the picture's side.

    Attributes:
        x: center of the figure.
        bottom: its lower edge.
        side: its larger side.
    """

    x: float
    bottom: float
    side: float


def figure(drawing: Drawing, rng: random.Random, *, plain: bool = False) -> Figure:
    """Return a drawing as it is put somewhere: perhaps mirrored, perhaps in another color."""
    image, title = drawing.figure, drawing.title
    if drawing.group in SIDELESS and rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if not plain and drawing.group in PAINTED and rng.random() < RECOLORED:
        known = any(color in drawing.name.split() for color in COLORS)
        color = rng.choice([color for color in COLORS if colorful(color)])
        if not known and title != drawing.name:
            image = recolored(image, vary(COLORS[color], rng))
            title = article(f"{color} {drawing.name}")
    return Figure(image, title, drawing)


def put(ground: Image.Image, image: Image.Image, spot: Spot, *, shadow: bool = False) -> None:
    """Paste an image on a ground; a shadow lies below it if it stands on something."""
    size, (width, height) = ground.width, image.size
    scale = spot.side * size / max(width, height)
    width, height = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = round(spot.x * size - width / 2), round(spot.bottom * size - height)
    if shadow:
        pen, flat = ImageDraw.Draw(ground, "RGBA"), max(2, round(0.05 * spot.side * size))
        foot = top + height - flat
        pen.ellipse(
            (left + 0.06 * width, foot, left + 0.94 * width, foot + 2 * flat), (0, 0, 0, 56)
        )
    small = image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)
    ground.paste(small, (left, top), small)


def dimmed(image: Image.Image, words: str) -> Image.Image:
    """Return an RGBA image in the light of the hour that words name."""
    light = next((light for hour, light in LIGHTS.items() if hour in words), None)
    if light is None:
        return image
    *bands, alpha = image.split()
    lit = [band.point(_scaled(share)) for band, share in zip(bands, light, strict=True)]
    return Image.merge("RGBA", (*lit, alpha))


LIGHTS = {"at night": (0.66, 0.66, 0.8), "at sunset": (0.95, 0.82, 0.78)}
"""By words of a caption, the factors of red, green and blue."""


def _scaled(share: float) -> list[int]:
    return [round(value * share) for value in range(256)]
