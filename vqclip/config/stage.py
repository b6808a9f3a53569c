"""Stages of a run: a coarse picture first, then the same picture larger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from vqclip.config.parsing import Conflict
from vqclip.config.pattern import PixelGrid
from vqclip.config.scalars import number, whole_number
from vqclip.errors import ConfigError, did_you_mean, shown

FIRST_SHARE = 0.6
"""Of the steps, for the first of several stages: it settles the picture, and costs least."""
LIMITS = {"size": (16, 8192), "share": (0.001, 1), "cutouts": (1, 4096), "rate": (0.001, 1000)}
"""Smallest and largest numbers."""


@dataclass(frozen=True)
class Stage:
    """One stage of a run.

    Attributes:
        size: shorter side of the picture in pixels.
        share: of the steps; None: what the others leave.
        cutouts: per picture and step; None: as many as the configuration says.
        rate: factor of the learning rate.
    """

    size: int
    share: float | None = None
    cutouts: int | None = None
    rate: float = 1.0

    def to_plain(self) -> int | dict[str, int | float]:
        """Return the size, or a table with what else was said."""
        usual = Stage(self.size)
        table = {own.name: getattr(self, own.name) for own in fields(self)}
        said = {key: value for key, value in table.items() if value != getattr(usual, key)}
        return {"size": self.size, **said} if said else self.size


def stage(value: object) -> Stage:
    """Read the shorter side in pixels, or a table with it and perhaps share, cutouts and rate.

    Raises:
        ConfigError: it is something else, or out of range.
    """
    table = value if isinstance(value, Mapping) else {"size": value}
    for key in table:
        if key not in LIMITS:
            raise ConfigError(
                f"unknown key {shown(key)} of a stage: allowed are {', '.join(LIMITS)}"
                f"{did_you_mean(str(key), LIMITS)}"
            )
    if "size" not in table:
        raise ConfigError(f"a stage has a size, the shorter side in pixels: {shown(value)}")
    found: dict[str, float] = {}
    for key, entry in table.items():
        whole = key in ("size", "cutouts")
        low, high = LIMITS[key]
        found[key] = whole_number(entry) if whole else number(entry)
        if not low <= found[key] <= high:
            raise ConfigError(f"the {key} of a stage is from {low} to {high}, not {shown(entry)}")
    cutouts = found.get("cutouts")
    return Stage(
        int(found["size"]),
        found.get("share"),
        None if cutouts is None else int(cutouts),
        found.get("rate", 1.0),
    )


def check_stages(stages: Sequence[Stage]) -> str:
    """Return what is wrong with the stages of a run, or an empty text."""
    sizes = [own.size for own in stages]
    if sizes != sorted(set(sizes)):
        return f"a picture grows from stage to stage, so that {shown(sizes)} must rise"
    given = sum(own.share or 0 for own in stages)
    open_ended = any(own.share is None for own in stages)
    if stages and (given >= 1 if open_ended else abs(given - 1) > 1e-6):
        return f"the shares of the stages sum to 1, not {given:g}"
    return ""


def first_steps(stages: Sequence[Stage], steps: int) -> list[int]:
    """Return the step, counted from 0, with which each stage begins."""
    shares = [own.share for own in stages]
    if len(shares) > 1 and all(share is None for share in shares):
        shares[0] = FIRST_SHARE
    left = 1 - sum(share for share in shares if share is not None)
    each = left / max(1, shares.count(None))
    total, firsts = 0.0, []
    for share in shares:
        firsts.append(round(total * steps))
        total += each if share is None else share
    return firsts


def size_of(stage: Stage, width: int, height: int) -> tuple[int, int]:
    """Return the width and height of a picture at a stage.

    Args:
        stage: of the run.
        width: of the finished picture, in pixels.
        height: likewise.
    """
    scale = stage.size / min(width, height)
    return round(width * scale), round(height * scale)


def stage_conflicts(
    stages: Sequence[Stage],
    steps: int,
    size: tuple[int, int],
    grid: PixelGrid | None,
    *,
    keeps: bool,
) -> Iterator[Conflict]:
    """Yield what does not go together with the stages of a run.

    Args:
        stages: of the run.
        steps: likewise.
        size: width and height of the picture in pixels.
        grid: large pixels of the picture, or None.
        keeps: whether a picture is kept or extended.
    """
    if problem := check_stages(stages):
        yield ["stages"], f"stages: {problem}"
        return
    if not stages:
        return
    last, shorter = stages[-1].size, min(size)
    if last < shorter:
        yield (
            ["stages", "width", "height"],
            f"stages: the last has {last} pixels, the shorter side of the picture {shorter}",
        )
    if keeps:
        yield ["stages", "keep", "extend"], "stages: a picture that is kept or extended cannot grow"
    if len(stages) > steps:
        yield ["stages", "steps"], f"stages: {len(stages)} need as many steps"
    width, height = size_of(stages[0], *size)
    if grid is not None and (grid.width > width or grid.height > height):
        yield (
            ["stages", "pixels"],
            f"stages: {grid.to_plain()} large pixels do not fit into the first, {width}x{height}",
        )
