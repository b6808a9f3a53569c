"""Paces that were measured before, so that the cost of a series is known without drawing.

They are kept in a small JSON file. If it is damaged it counts as empty, and if it cannot be written
the paces are forgotten: it is a convenience.
"""

from __future__ import annotations

import hashlib
import json
import math
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from vqclip.config.schema import Config
from vqclip.errors import OutputError
from vqclip.files.atomic import write
from vqclip.files.jsontable import JsonTable, parse_json
from vqclip.models.fetch.home import home
from vqclip.runs.pace import Pace

FILE = "paces.json"
MOST = 200
"""Number of paces that are kept; the oldest are dropped."""


@dataclass(frozen=True)
class RememberedPace:
    """The pace of a batch on a device.

    Attributes:
        kind: kind of picture, see `kind_of`.
        device: device that computed, by its name in torch.
        pixels: number of pixels of a picture.
        pace: pace of the batch.
        memory: bytes per picture; None if unknown.
    """

    kind: str
    device: str
    pixels: int
    pace: Pace
    memory: int | None

    def scaled(self, pixels: int) -> RememberedPace:
        """Return the pace for another size; time and memory are proportional to the pixels."""
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
    def from_table(cls, table: JsonTable) -> RememberedPace:
        """Read what `asdict` wrote.

        Raises:
            ValueError: it is damaged.
        """
        times = table.table("pace")
        pace = Pace(
            pictures=times.whole("pictures"),
            start=times.number("start"),
            trying=times.number("trying"),
            step=times.number("step"),
        )
        found = cls(
            kind=table.text("kind"),
            device=table.text("device"),
            pixels=table.whole("pixels"),
            pace=pace,
            memory=table.whole("memory") if table.has("memory") else None,
        )
        numbers = (pace.start, pace.trying, pace.step)
        if found.pixels < 1 or pace.pictures < 1 or not all(0 <= own < math.inf for own in numbers):
            raise ValueError("a batch without pictures, pixels or time")
        return found


class PaceLog:
    """The paces in a file.

    Args:
        path: path of the file, which need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of_user(cls) -> PaceLog:
        """Return the log of this user."""
        return cls(home() / FILE)

    def find(self, config: Config, device: str) -> RememberedPace | None:
        """Return the pace of pictures of a configuration, scaled from another size if necessary.

        Args:
            config: configuration of the pictures.
            device: name of the device; `auto`: the one used last.
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
        """Keep a pace, unless that of a larger batch of such pictures is known.

        Args:
            config: configuration of the pictures.
            device: name of the device.
            pace: pace of the batch.
            memory: bytes per picture; None if unknown.
        """
        new = RememberedPace(kind_of(config), device, config.width * config.height, pace, memory)
        paces = self._read()
        for old in paces:
            if (old.kind, old.device, old.pixels) == (new.kind, new.device, new.pixels):
                paces.remove(old)
                new = old if old.pace.pictures > pace.pictures else new
                break
        content = json.dumps([asdict(entry) for entry in [*paces, new][-MOST:]], indent=1)
        with suppress(OutputError):  # see above
            write(self._path, content.encode())

    def _read(self) -> list[RememberedPace]:
        try:
            content = parse_json(self._path.read_bytes())
            tables = [JsonTable.of(table) for table in content if isinstance(content, list)]
            return [RememberedPace.from_table(table) for table in tables]
        except (OSError, ValueError, TypeError):
            return []


def kind_of(config: Config) -> str:
    """Return a digest of the settings that decide how long a step takes, apart from the size."""
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
