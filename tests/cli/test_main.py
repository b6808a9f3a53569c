"""The command line as a whole: exit codes, and answers that wait for no model."""

from __future__ import annotations

import subprocess
import sys

import pytest

QUICK = {
    "genrate fox": (2, "did you mean vqclip generate?"),
    "a fox --dry-run": (0, "outputs/a-fox_s0.png"),
    "-s 3 --dry-run fox": (0, "outputs/fox_s3.png"),
    "styles": (0, "watercolor"),
    "presets": (0, "draft"),
    "config --preset draft --diff default": (0, "cutouts.count"),
    "generate -h": (0, "--dry-run"),
    "-V": (0, "vqclip "),
    "generate fox --preset nice": (2, "unknown preset 'nice'"),
    "generate fox --dry-run": (0, "outputs/fox_s0.png"),
    "config": (0, "optimizer:"),
    "models list": (0, "imagenet_f16_16384"),
    "--help": (0, "generate"),
    "--version": (0, "vqclip "),
}
CODE = """
import sys
from vqclip.cli import main
sys.argv = ["vqclip", *sys.argv[1:]]
try:
    main()
finally:
    heavy = {"torch", "open_clip", "timm", "numpy"} & set(sys.modules)
    assert not heavy, heavy
"""


@pytest.mark.parametrize("words", QUICK)
def test_quick_commands_load_no_torch(tmp_path, words) -> None:
    code, part = QUICK[words]
    command = [sys.executable, "-c", CODE, *words.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert part in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_every_mistake_is_a_line_of_its_own(command_line) -> None:
    code, out, err = command_line("generate", "a fox", "stpes=3", "width=7")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "vqclip: stpes=3: unknown key 'stpes'; did you mean 'steps'?",
        "vqclip: width=7: width: 7 is out of range: allowed is from 16 to 8192",
    ]
