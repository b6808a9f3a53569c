"""A budget of time: how many steps of a setting fit, as measured, and as a run keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vqclip.errors import ConfigError, OutputError
from vqclip.files.atomic import write
from vqclip.runs.pace import Pace

FILE = "budgets.json"
"""In the folder of a run: what was measured, so that the same command continues with it."""


@dataclass(frozen=True)
class Budget:
    """The time a picture may take with a setting, and the steps that fit.

    Attributes:
        seconds: allowed for a picture.
        steps: the most that fit.
        expected: seconds that they take.
        pace: that was measured.
        recipe: hash of everything that the pace depends on.
    """

    seconds: float
    steps: int
    expected: float
    pace: Pace
    recipe: str

    @classmethod
    def of(cls, pace: Pace, seconds: float, *, tried: int, recipe: str) -> Budget:
        """Find the most steps that take `seconds` per picture.

        Args:
            pace: of the setting.
            seconds: allowed for a picture.
            tried: steps in which several starts compete.
            recipe: hash of the setting.

        Raises:
            ConfigError: not even one step fits.
        """
        steps = pace.steps(seconds, tried=tried)
        if steps < 1:
            least = pace.seconds(1, tried=tried)
            raise ConfigError(f"a picture of one step takes {least:.2f} s, more than {seconds:g} s")
        return cls(seconds, steps, pace.seconds(steps, tried=tried), pace, recipe)

    @classmethod
    def from_dict(cls, table: Mapping[str, float | str]) -> Budget:
        """Read what `to_dict` wrote.

        Raises:
            KeyError: a value is missing.
            ValueError: a value is not a number.
        """
        times = [float(table[f"{name}_seconds"]) for name in ("start", "trying", "step")]
        return cls(
            float(table["seconds"]),
            int(table["steps"]),
            float(table["expected_seconds"]),
            Pace(int(table["pictures_at_once"]), *times),
            str(table["recipe"]),
        )

    def to_dict(self) -> dict[str, float | str]:
        """Plain values: enough to check the measurement, and to continue with the same steps."""
        return {
            "seconds": self.seconds,
            "steps": self.steps,
            "expected_seconds": round(self.expected, 3),
            "pictures_at_once": self.pace.pictures,
            "start_seconds": round(self.pace.start, 4),
            "trying_seconds": round(self.pace.trying, 4),
            "step_seconds": round(self.pace.step, 4),
            "recipe": self.recipe,
        }


def read_budgets(folder: Path) -> dict[str, Budget]:
    """Return the budgets of a folder by name of setting; none where it has no such file.

    Raises:
        OutputError: the file is damaged.
    """
    path = folder / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return {name: Budget.from_dict(table) for name, table in content.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise OutputError(f"{path} is damaged: {error}") from error


def write_budgets(folder: Path, budgets: Mapping[str, Budget]) -> None:
    """Add budgets to those of a folder.

    Raises:
        OutputError: the folder cannot be written to, or its file is damaged.
    """
    if budgets:
        merged = {**read_budgets(folder), **budgets}
        content = {name: budget.to_dict() for name, budget in merged.items()}
        write(folder / FILE, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())
