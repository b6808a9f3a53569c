"""The results of a benchmark: plain tables, a JSON file, and the comparison with an earlier one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from vqclip.errors import ConfigError
from vqclip.files.atomic import write

DONE, NO_MEMORY, NO_TIME, FAILED = "done", "out of memory", "no time left", "failed"
"""What became of a work."""


@dataclass
class Measurement:
    """What was measured of one work; a table per subject, empty where it was not measured.

    Attributes:
        name: of the work.
        state: `done`, `out of memory`, `no time left` or `failed`.
        work: what it is.
        step: milliseconds of a step: median, low, high and count; pictures an hour, FLOPs, the
            rate they are computed at and its share of the matrix rate.
        parts: milliseconds of each part of a step.
        bare: milliseconds, FLOPs and share of the matrix rate of decoder and perceptors alone.
        memory: peak bytes, and whether it was flat over the steps.
        reference: milliseconds of the reference step, what it held, its peak bytes; `ratio` is how
            many times as long it takes for as many pictures.
        notes: errors.
    """

    name: str
    state: str = DONE
    work: dict[str, Any] = field(default_factory=dict)
    step: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    bare: dict[str, Any] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    reference: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return what was measured."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass
class Result:
    """A whole benchmark.

    Attributes:
        machine: device, versions and matrix rates.
        measurements: of each work, in order.
    """

    machine: dict[str, Any]
    measurements: list[Measurement] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the content of its file."""
        return {
            "machine": self.machine,
            "measurements": [measurement.to_dict() for measurement in self.measurements],
        }

    def save(self, path: Path) -> None:
        """Write the file, which is whole at any time.

        Raises:
            OutputError: it cannot be written.
        """
        write(path, (json.dumps(self.to_dict(), indent=1) + "\n").encode())


HEADER = ("work", "ms/step", "reference", "ratio", "pictures/h", "peak GB", "TFLOP/s", "share")

BARE_HEADER = ("work", "model", "ms", "share")


def rows(result: Result) -> list[list[object]]:
    """Return the table of a result, one row per work."""
    return [_row(measurement) for measurement in result.measurements]


def _row(measurement: Measurement) -> list[object]:
    step, reference = measurement.step, measurement.reference
    if not step:
        return [f"{measurement.name}: {measurement.state}", *[None] * 7]
    hourly = step.get("pictures_per_hour")
    return [
        measurement.name,
        step["median"],
        reference.get("median"),
        reference.get("ratio"),
        None if hourly is None else round(hourly),
        _scaled(measurement.memory.get("peak_bytes"), 1e9),
        _scaled(step.get("flops_per_second"), 1e12),
        step.get("share"),
    ]


def _scaled(value: float | None, unit: float) -> float | None:
    return None if value is None else value / unit


def part_rows(result: Result) -> tuple[list[str], list[list[object]]]:
    """Return the header and rows of the table of parts, milliseconds of each."""
    timed = [measurement for measurement in result.measurements if measurement.parts]
    names = list(dict.fromkeys(name for measurement in timed for name in measurement.parts))
    table: list[list[object]] = []
    for measurement in timed:
        parts = [measurement.parts.get(name, {}).get("median") for name in names]
        table.append([measurement.name, *parts])
    return ["work", *names], table


def read_result(path: Path) -> dict[str, Mapping[str, Any]]:
    """Read the measurements of an earlier result, by the name of their work.

    Raises:
        ConfigError: the file is missing, or no result of a benchmark.
    """
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        return {str(entry["name"]): entry for entry in content["measurements"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"--compare: {path} is not the result of a benchmark: {error}") from error


def bare_rows(result: Result) -> list[list[object]]:
    """Return the rows of the table of the bare models: work, model, milliseconds, share."""
    return [
        [measurement.name, name, table["median"], table.get("share")]
        for measurement in result.measurements
        for name, table in measurement.bare.items()
    ]


def compare(
    result: Result, earlier: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, float, float, float]]:
    """Return, for each work in both: its name, milliseconds before and now, and their ratio."""
    compared = []
    for measurement in result.measurements:
        before = earlier.get(measurement.name, {}).get("step", {}).get("median")
        now = measurement.step.get("median")
        if before and now:
            compared.append((measurement.name, float(before), float(now), before / now))
    return compared
