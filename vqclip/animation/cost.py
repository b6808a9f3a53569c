"""The cost of a film in time, memory and disk, from paces that were measured before."""

from __future__ import annotations

from dataclasses import dataclass

from vqclip.animation.animation import Animation
from vqclip.runs.estimate import FILE_BYTES, PROGRAM_BYTES
from vqclip.runs.pacelog import PaceLog

FILM_BYTES = 0.15
"""Bytes per pixel and frame of a film in H.264, at the quality that is written."""


@dataclass(frozen=True)
class FilmCost:
    """The cost of a film.

    Attributes:
        disk: bytes of the frames and the film while both exist.
        film: bytes of the film.
        seconds: time; None: the pace is not known.
        memory: bytes; None: not known.
        device: that the pace was measured on; empty: not known.
    """

    disk: int
    film: int
    seconds: float | None = None
    memory: int | None = None
    device: str = ""


def cost_of(animation: Animation, paces: PaceLog, device: str) -> FilmCost:
    """Return the cost of a film, as far as it is known.

    Args:
        animation: what is drawn.
        paces: log of the paces that were measured before.
        device: device that draws; `auto`: the one used last.
    """
    config, frames = animation.config, len(animation.numbers)
    pixels = config.width * config.height
    film = round(pixels * animation.shown * FILM_BYTES)
    disk = round(pixels * frames * FILE_BYTES["png"]) + film
    found = paces.find(config, device)
    if found is None:
        return FilmCost(disk, film)
    start = config.start
    tried = start.candidate_steps if start.candidates > 1 else 0
    pace, later = found.pace, (frames - 1) * animation.script.steps
    seconds = pace.seconds(config.steps, tried=tried) + later * pace.step / pace.pictures
    memory = None if found.memory is None else found.memory + PROGRAM_BYTES
    return FilmCost(disk, film, seconds, memory, found.device)
