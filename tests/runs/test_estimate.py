"""The cost of a run: the sum of its pictures at the paces that are known."""

from __future__ import annotations

import pytest

from tests.running import MATRIX, TinyCache
from vqclip.runs.estimate import PROGRAM_BYTES, estimate
from vqclip.runs.pace import Pace
from vqclip.runs.pacelog import PaceLog
from vqclip.runs.probe import measure_plan


@pytest.fixture
def paces(tmp_path) -> PaceLog:
    return PaceLog(tmp_path / "paces.json")


def test_a_plan_costs_what_its_pictures_do(plan_of, paces) -> None:
    plan = plan_of()
    paces.remember(plan.jobs[0].config, "cpu", Pace(2, start=1.0, trying=4.0, step=2.0), 1000)
    cost = estimate(plan, paces, "auto")
    # Four batches of two pictures: a second, two steps of two starts, four of one.
    assert cost.seconds == 4 * (1 + 2 * 4 + 4 * 2)
    assert (cost.memory, cost.at_once) == (PROGRAM_BYTES + 2000, 2)
    assert (cost.unknown, cost.devices) == (0, ("cpu",))
    assert cost.disk == 8 * 20 * 16 * 2


def test_previews_take_room_on_the_disk(plan_of, paces) -> None:
    plan = plan_of(output__save_every=2, output__format="jpg")
    assert estimate(plan, paces, "auto").disk == round(8 * 20 * 16 * 0.6 * (1 + 3))


def test_pictures_of_an_unknown_pace_are_counted(plan_of, paces) -> None:
    plan = plan_of(MATRIX + "jobs:\n  - {prompt: a cow, cutouts.count: 9}\n")
    assert estimate(plan, paces, "auto").unknown == 9
    paces.remember(plan.jobs[0].config, "cpu", Pace(8, 1.0, 1.0, 1.0), None)
    cost = estimate(plan, paces, "cpu")
    assert (cost.unknown, cost.at_once) == (1, 4)
    assert estimate(plan, paces, "cuda").unknown == 9


def test_one_picture_of_each_kind_and_a_few_sizes_is_measured(plan_of, paces) -> None:
    sizes = "".join(f"  - {{prompt: a cow, width: {16 + 4 * k}}}\n" for k in range(9))
    plan = plan_of(MATRIX + "jobs:\n  - {prompt: a pig, cutouts.count: 9}\n" + sizes)
    cache = TinyCache()
    loads = []
    cache.load = lambda config, load=cache.load: loads.append(config) or load(config)
    measure_plan(plan, cache, paces, at_once=None)
    kinds = {(config.cutouts.count, config.width) for config in loads}
    assert kinds == {(2, 20), (9, 20), (2, 16), (2, 24), (2, 28), (2, 32)}
    cost = estimate(plan, paces, "cpu")
    assert (cost.unknown, cost.devices) == (0, ("cpu",))
    assert cost.seconds > 0
    assert cost.memory > PROGRAM_BYTES
