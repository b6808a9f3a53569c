"""All drawers of people, and how often each is used."""

from __future__ import annotations

import random
from collections.abc import Callable

from vqclip.world.pen import CaptionedImage
from vqclip.world.people.figures import figure_drawing
from vqclip.world.people.portraits import portrait
from vqclip.world.people.tales import tale
from vqclip.world.people.teachers import teacher
from vqclip.world.people.trades import at_computer, worker

PEOPLE: dict[Callable[[int, random.Random], CaptionedImage], float] = {
    portrait: 1.25,
    teacher: 0.7,
    figure_drawing: 0.95,
    worker: 0.45,
    at_computer: 0.2,
    tale: 0.75,
}
"""Weights among all drawers of `scenes`."""
