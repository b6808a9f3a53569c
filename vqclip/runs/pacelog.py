"""Paces that were measured before, so that the cost of a series is known without drawing.

A small JSON file, which is a convenience: where it is damaged or cannot be written, the program
goes on without it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vqclip.config.schema import Config
from vqclip.errors import OutputError
from vqclip.files import write
from vqclip.models.fetch.home import home
from vqclip.runs.pace import Pace

FILE = "paces.json"
MOST = 200
"""Paces that are remembered; the oldest are forgotten."""


@dataclass(frozen=True)
class RememberedPace:
    """The pace of a batch that was drawn on a device.

    Attributes:
        kind: equal for batches that differ in nothing but size, pictures and length.
        device: that computed it, as torch calls it.
        pixels: of one picture.
        pace: that was measured.
        memory: bytes that one picture takes; None if unknown.
    """

    kind: str
    device: str
    pixels: int
    pace: Pace
    memory: int | None

    def scaled(self, pixels: int) -> RememberedPace:
        """Return what it would be for pictures of another size: time and memory go by pixels."""
        ratio = pixels / self.pixels
        pace = Pace(
            self.pace.pictures,
            self.pace.start * ratio,
            self.pace.trying * ratio,
            self.pace.step * ratio,
        )
        memory = None if self.memory is None else round(self.memory * ratio)
        return RememberedPace(self.kind, self.device, pixels, pace, memory)

    @classmethod
    def from_dict(cls, table: Mapping[str, Any]) -> RememberedPace:
        """Read what `asdict` gives.

        Raises:
            KeyError, TypeError, ValueError: it is damaged.
        """
        times, memory = table["pace"], table["memory"]
        pace = Pace(
            pictures=int(times["pictures"]),
            start=float(times["start"]),
            trying=float(times["trying"]),
            step=float(times["step"]),
        )
        found = cls(
            kind=str(table["kind"]),
            device=str(table["device"]),
            pixels=int(table["pixels"]),
            pace=pace,
            memory=None if memory is None else int(memory),
        )
        if found.pixels < 1 or pace.pictures < 1:
            raise ValueError("a pace of nothing")
        return found


class PaceLog:
    """The paces in a file.

    Args:
        path: of the file, which may not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of_user(cls) -> PaceLog:
        """Return the log in the folder of this user."""
        return cls(home() / FILE)

    def find(self, config: Config, device: str) -> RememberedPace | None:
        """Return the pace of pictures of a configuration, scaled where only the size differs.

        Args:
            config: of the pictures.
            device: that is to draw; `auto` is the one that was used last.
        """
        kind, pixels = kind_of(config), config.width * config.height
        known = [
            pace
            for pace in reversed(self._read())
            if pace.kind == kind and _is_device(pace.device, device)
        ]
        same = [pace for pace in known if pace.device == known[0].device]
        nearest = min(same, key=lambda pace: abs(math.log(pace.pixels / pixels)), default=None)
        return None if nearest is None else nearest.scaled(pixels)

    def remember(self, config: Config, device: str, pace: Pace, memory: int | None) -> None:
        """Keep a pace; one of a larger batch of the same pictures is not replaced.

        Args:
            config: of the pictures.
            device: that drew them.
            pace: that was measured.
            memory: bytes that one picture takes; None if unknown.
        """
        new = RememberedPace(kind_of(config), device, config.width * config.height, pace, memory)
        paces = self._read()
        for old in paces:
            if (old.kind, old.device, old.pixels) == (new.kind, new.device, new.pixels):
                paces.remove(old)
                new = old if old.pace.pictures > pace.pictures else new
                break
        content = json.dumps([asdict(entry) for entry in [*paces, new][-MOST:]], indent=1)
        with suppress(OutputError):  # a convenience, see above
            write(self._path, content.encode())

    def _read(self) -> list[RememberedPace]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            return [RememberedPace.from_dict(table) for table in content]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return []


def kind_of(config: Config) -> str:
    """Return a digest of the settings that decide how long a step takes, size and length apart."""
    settings = (
        config.vqgan,
        config.perceptor_weights(),
        config.precision,
        config.augmentations,
        config.cutouts,
        config.start.candidates,
        config.latent.levels,
        config.optimizer.name,
    )
    return hashlib.sha256(repr(settings).encode()).hexdigest()[:16]


def _is_device(name: str, wanted: str) -> bool:
    return wanted in ("auto", name, name.split(":")[0])
