"""What is inside the package: the small pair, its bank and its judge."""

from __future__ import annotations

from pathlib import Path

MINI = "mini"
"""Name of the small pair inside the package."""

MINI_FOLDER = Path(__file__).parent / "mini"
MINI_BANK = MINI_FOLDER / "bank.safetensors"
MINI_JUDGE = "mini-judge"
"""Name of the second perceptor inside the package, which never guides unless it is told to."""

SHIPPED = {MINI: MINI_FOLDER / "clip", MINI_JUDGE: MINI_FOLDER / "judge"}
"""Where the perceptors inside the package are, by name."""
