"""A campaign: every work is measured, saved at once, and left out where time or memory lacks."""

from __future__ import annotations

import pytest
import torch

from vqclip.benchmark.campaign import Campaign
from vqclip.benchmark.dissection import PARTS
from vqclip.benchmark.measurement import DONE, FAILED, NO_MEMORY, NO_TIME
from vqclip.benchmark.timing import Effort
from vqclip.benchmark.ways import WAYS
from vqclip.benchmark.workload import select

WORK = select(["tiny-alone", "tiny-batch2"])
CPU, EFFORT = torch.device("cpu"), Effort(warmup=1, least=2, seconds=0)


def test_what_is_measured() -> None:
    saved: list[int] = []
    campaign = Campaign(CPU, EFFORT, save=lambda result: saved.append(len(result.measurements)))
    alone, pair = campaign.run(WORK)
    assert saved == [1, 2]
    for measurement, pictures in ((alone, 1), (pair, 2)):
        step, reference = measurement.step, measurement.reference
        assert measurement.state == DONE
        ratio = reference["median"] * pictures / step["median"]
        assert reference["ratio"] == pytest.approx(ratio, abs=1e-3)
        hourly = 3.6e6 * pictures / (300 * step["median"])
        assert step["pictures_per_hour"] == pytest.approx(hourly, rel=0.01)
        assert tuple(measurement.parts) == PARTS
        assert set(measurement.bare) == {"decoder", "perceptor 1"}
    # Nearly all operations of a step are those of the bare models.
    bare = sum(table["flops"] for table in alone.bare.values())
    assert 0.8 < bare / alone.step["flops"] <= 1


def test_no_work_begins_late() -> None:
    campaign = Campaign(CPU, EFFORT, seconds=0)
    assert [measurement.state for measurement in campaign.run(WORK)] == [NO_TIME] * 2


def test_memory_that_runs_out_ends_one_work(monkeypatch) -> None:
    campaign = Campaign(CPU, EFFORT)

    def fail(workload: object) -> object:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(campaign.workshop, "peer", fail)
    first, second = campaign.run(WORK)
    assert (first.state, second.state) == (NO_MEMORY, NO_MEMORY)
    assert first.step["count"] >= 2


def test_an_error_ends_one_work_and_is_noted(monkeypatch) -> None:
    campaign = Campaign(CPU, EFFORT)

    def fail(workload: object) -> object:
        raise RuntimeError("no kernel")

    monkeypatch.setattr(campaign.workshop, "models", fail)
    first, second = campaign.run(WORK)
    assert (first.state, second.state) == (FAILED, FAILED)
    assert first.notes == ["RuntimeError: no kernel"]


def test_the_bare_models_are_timed_in_several_ways() -> None:
    (measurement,) = Campaign(CPU, EFFORT).run(select(["tiny-ways"]))
    assert measurement.state == DONE
    assert set(measurement.bare) == {
        f"{model}, {way}" for model in ("decoder", "perceptor") for way in WAYS
    }
