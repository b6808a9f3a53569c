"""The command that times."""

from __future__ import annotations

import json


def test_a_trial_prints_tables_and_writes_a_result(command_line, tmp_path) -> None:
    path = tmp_path / "result.json"
    words = (
        "bench",
        "--work",
        "tiny-alone",
        "--work",
        "tiny-batch2",
        "--quick",
        "--device",
        "cpu",
        "--json",
        str(path),
    )
    code, out, err = command_line(*words)
    assert code == 0
    assert "tiny-batch2" in out
    assert "decoder backward" in out
    assert "the reference takes" in err
    found = json.loads(path.read_text())
    assert [entry["name"] for entry in found["measurements"]] == ["tiny-alone", "tiny-batch2"]
    assert all("ratio" in entry["reference"] for entry in found["measurements"])

    code, out, _ = command_line(*words[:-2], "--minutes", "0", "--compare", str(path))
    assert code == 0
    assert "tiny-alone: no time left" in out


def test_unknown_work_and_a_wrong_result_are_refused(command_line, tmp_path) -> None:
    code, _, err = command_line("bench", "--work", "clasic")
    assert code == 2
    assert "did you mean 'classic'" in err
    code, _, err = command_line("bench", "--work", "tiny", "--compare", str(tmp_path / "none"))
    assert code == 2
    assert "is not the result of a benchmark" in err
