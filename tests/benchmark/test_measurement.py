"""Results: their table, their file, and the comparison with an earlier one."""

from __future__ import annotations

import pytest

from vqclip.benchmark.measurement import (
    NO_MEMORY,
    Measurement,
    Result,
    compare,
    part_rows,
    read_result,
    rows,
)
from vqclip.errors import ConfigError


def result_of(milliseconds: float) -> Result:
    done = Measurement(
        "classic-256",
        step={
            "median": milliseconds,
            "pictures_per_hour": 120.4,
            "flops_per_second": 2e12,
            "share": 0.5,
        },
        parts={"decode": {"median": 3.5}},
        memory={"peak_bytes": 3 * 10**9},
        reference={"median": 30.0, "ratio": 3.0},
    )
    return Result({"name": "a machine"}, [done, Measurement("classic-2048", NO_MEMORY)])


def test_a_row_per_work() -> None:
    done, left = rows(result_of(10.0))
    assert done == ["classic-256", 10.0, 30.0, 3.0, 120, 3.0, 2.0, 0.5]
    assert left == ["classic-2048: out of memory", *[None] * 7]
    assert part_rows(result_of(10.0)) == (["work", "decode"], [["classic-256", 3.5]])


def test_what_is_saved_can_be_compared(tmp_path) -> None:
    path = tmp_path / "result.json"
    result_of(10.0).save(path)
    assert compare(result_of(5.0), read_result(path)) == [("classic-256", 10.0, 5.0, 2.0)]


@pytest.mark.parametrize("content", [None, "no JSON", "[]", '{"measurements": [{}]}'])
def test_another_file_is_refused(tmp_path, content) -> None:
    path = tmp_path / "result.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match="is not the result of a benchmark"):
        read_result(path)
