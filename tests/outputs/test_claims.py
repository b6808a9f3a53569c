"""Claims: a job belongs to one process, until that gives it back or ends."""

from __future__ import annotations

import subprocess
import sys

from vqclip.outputs.claims import Claims

HOLD = """
import sys
from pathlib import Path
from vqclip.outputs.claims import Claims
claims = Claims(Path(sys.argv[1]))
print(claims.take("a"), flush=True)
sys.stdin.read()
"""


def test_a_job_is_taken_once(tmp_path) -> None:
    ours, theirs = Claims(tmp_path), Claims(tmp_path)
    assert ours.take("a")
    assert "a" in ours
    assert not ours.take("a")
    assert not theirs.take("a")
    assert theirs.take("b")
    ours.give_back("a")
    assert "a" not in ours
    assert theirs.take("a")


def test_every_job_can_be_given_back_at_once(tmp_path) -> None:
    ours, theirs = Claims(tmp_path), Claims(tmp_path)
    assert ours.take("a")
    assert ours.take("b")
    ours.give_back("c")
    ours.give_all_back()
    assert theirs.take("a")
    assert theirs.take("b")


def test_the_jobs_of_a_process_that_is_killed_are_free(tmp_path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    claims = Claims(tmp_path)
    try:
        assert process.stdout.readline() == b"True\n"
        assert not claims.take("a")
    finally:
        process.kill()
        process.communicate()
    assert claims.take("a")
