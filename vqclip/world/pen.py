"""A pen for simple drawings: unit coordinates, local frames, supersampled edges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from vqclip.world.colors import Color

CaptionedImage = tuple[Image.Image, str]
"""An RGB picture and what it shows."""
Point = tuple[float, float]

SUPERSAMPLING = 3
"""Pixels drawn along a side for each pixel of the finished picture, so that edges are smooth."""


def arc(
    x: float, y: float, rx: float, ry: float, start: float, stop: float, steps: int = 16
) -> list[Point]:
    """Return points of an ellipse between two angles, in degrees clockwise from the right."""
    angles = (math.radians(start + (stop - start) * k / steps) for k in range(steps + 1))
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


def smooth(points: Sequence[Point], steps: int = 5) -> list[Point]:
    """Return a smooth closed outline through points, a Catmull-Rom spline."""
    outline, count = [], len(points)
    for k in range(count):
        before, start, stop, after = (points[(k + j) % count] for j in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            weights = (
                t * (t * (2 - t) - 1) / 2,
                (t * t * (3 * t - 5) + 2) / 2,
                t * (t * (4 - 3 * t) + 1) / 2,
                t * t * (t - 1) / 2,
            )
            corners = tuple(zip(weights, (before, start, stop, after), strict=True))
            x = sum(weight * corner[0] for weight, corner in corners)
            outline.append((x, sum(weight * corner[1] for weight, corner in corners)))
    return outline


@dataclass(frozen=True)
class Pen:
    """A pen that draws on an image in a local frame: center (0, 0), radius 1, y pointing down.

    Attributes:
        image: RGB, square.
        x: center of the frame, as a share of the image's side.
        y: likewise.
        scale: radius of the frame, likewise.
        light: factor of every color, channel by channel.
        side: 1, or -1 if x points to the left.
    """

    image: Image.Image
    x: float = 0.5
    y: float = 0.5
    scale: float = 0.5
    light: tuple[float, float, float] = (1.0, 1.0, 1.0)
    side: float = 1.0

    @classmethod
    def blank(cls, size: int, color: Color) -> Pen:
        """Return a pen on a new picture of `size` x `size` pixels in a single color."""
        side = size * SUPERSAMPLING
        return cls(Image.new("RGB", (side, side), color))

    def at(self, x: float, y: float, scale: float) -> Pen:
        """Return a pen whose frame is centered at (x, y) of this one and `scale` times as large."""
        return Pen(
            self.image,
            self.x + x * self.scale * self.side,
            self.y + y * self.scale,
            self.scale * scale,
            self.light,
            self.side,
        )

    def mirrored(self) -> Pen:
        """Return a pen with the same frame that draws left what this one draws right."""
        return Pen(self.image, self.x, self.y, self.scale, self.light, -self.side)

    def lit(self, light: tuple[float, float, float]) -> Pen:
        """Return a pen with the same frame that draws in another light."""
        return Pen(self.image, self.x, self.y, self.scale, light, self.side)

    def polygon(self, points: Sequence[Point], color: Color) -> None:
        """Fill a polygon."""
        self._draw.polygon([self._pixel(point) for point in points], fill=self.shade(color))

    def oval(self, x: float, y: float, rx: float, ry: float, color: Color) -> None:
        """Fill an ellipse with its axes along x and y."""
        left, top = self._pixel((x - rx * self.side, y - ry))
        right, bottom = self._pixel((x + rx * self.side, y + ry))
        self._draw.ellipse((left, top, right, bottom), fill=self.shade(color))

    def disc(self, x: float, y: float, radius: float, color: Color) -> None:
        """Fill a circle."""
        self.oval(x, y, radius, radius, color)

    def ring(self, x: float, y: float, radius: float, width: float, color: Color) -> None:
        """Draw the outline of a circle; `radius` is that of its outer edge."""
        left, top = self._pixel((x - radius * self.side, y - radius))
        right, bottom = self._pixel((x + radius * self.side, y + radius))
        pixels = max(1, round(width * self.scale * self.image.width))
        self._draw.ellipse((left, top, right, bottom), outline=self.shade(color), width=pixels)

    def box(self, left: float, top: float, right: float, bottom: float, color: Color) -> None:
        """Fill a rectangle."""
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], color)

    def line(self, points: Sequence[Point], width: float, color: Color) -> None:
        """Draw a line with round ends through at least two points."""
        pixels = max(1, round(width * self.scale * self.image.width))
        self._draw.line(
            [self._pixel(point) for point in points],
            fill=self.shade(color),
            width=pixels,
            joint="curve",
        )
        for x, y in (points[0], points[-1]):
            self.disc(x, y, width / 2, color)

    def finish(self) -> Image.Image:
        """Return the picture at its final size, with smooth edges."""
        side = self.image.width // SUPERSAMPLING
        return self.image.resize((side, side), Image.Resampling.BOX)

    @property
    def _draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def _pixel(self, point: Point) -> Point:
        side = self.image.width
        return (
            (self.x + point[0] * self.scale * self.side) * side,
            (self.y + point[1] * self.scale) * side,
        )

    def shade(self, color: Color) -> Color:
        """Return a color as this pen's light shows it."""
        red, green, blue = (
            min(255, round(value * light)) for value, light in zip(color, self.light, strict=True)
        )
        return red, green, blue
