"""What a film costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.animation.test_filmstage import make  # noqa: F401  (a fixture)
from vqclip.animation.cost import cost_of
from vqclip.runs.pace import Pace
from vqclip.runs.pacelog import PaceLog


def test_time_is_that_of_all_steps(make, tmp_path: Path) -> None:  # noqa: F811
    animation, paces = make(), PaceLog(tmp_path / "paces.json")
    unknown = cost_of(animation, paces, "auto")
    assert (unknown.seconds, unknown.memory) == (None, None)
    paces.remember(animation.config, "cpu", Pace(1, 3.0, 2.0, 0.5), 1000)
    cost = cost_of(animation, paces, "auto")
    assert cost.seconds == pytest.approx(3 + 4 * 0.5 + 5 * 2 * 0.5)
    assert cost.disk > cost.film > 0
    assert cost_of(make(fps=8), paces, "auto").disk == pytest.approx(2 * cost.disk, rel=0.01)
