"""What a dry run says of the cost of a series."""

from __future__ import annotations

import pytest

from vqclip.cli.dryrun import check_devices, clock, cost_lines
from vqclip.errors import ConfigError
from vqclip.runs.estimate import Estimate


def test_the_cost_is_said_in_lines() -> None:
    known = Estimate(2_000_000, 0, 3723.4, 1_240_000_000, 4, ("cpu",))
    assert cost_lines(known, 8) == [
        "time: about 1:02:03 on cpu, in one process",
        "memory: about 1.2 GB, 4 pictures at once",
        "disk: about 2.0 MB",
    ]
    partly = Estimate(2_000_000, 3, 60, 1_000_000_000, 4, ("cuda:0",))
    lines = cost_lines(partly, 8)
    assert lines[0] == "time: about 0:01:00 for 5 of 8 pictures on cuda:0, in one process"
    assert lines[2].startswith("time and memory of 3 pictures: not measured on this machine yet")
    unknown = cost_lines(Estimate(2_000_000, 8, 0, 0, 1, ()), 8)
    assert "--dry-run --measure" in unknown[0]
    assert unknown[1] == "disk: about 2.0 MB"


def test_durations() -> None:
    assert clock(0.4) == "0:00:00"
    assert clock(59.6) == "0:01:00"
    assert clock(360_000) == "100:00:00"


def test_every_device_of_a_plan_is_checked(plan_of) -> None:
    plan = plan_of("jobs:\n  - {prompt: a fox}\n  - {prompt: a hen, device: 'cuda:98'}\n")
    with pytest.raises(ConfigError, match="this machine has no cuda:98"):
        check_devices(plan, "auto")
    check_devices(plan, "cpu")
    with pytest.raises(ConfigError, match="'gpu' is unknown"):
        check_devices(plan, "gpu")
