"""The models inside the package: the small pair with prior and sketch model; its judge."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from vqclip.config.choices import MINI, MINI_JUDGE

MINI_FOLDER = Path(str(resources.files("vqclip.models") / MINI))
MINI_PRIOR = MINI_FOLDER / "prior.safetensors"
MINI_SKETCH = MINI_FOLDER / "sketch.safetensors"

SHIPPED = {MINI: MINI_FOLDER / "clip", MINI_JUDGE: MINI_FOLDER / "judge"}
"""Folders of the perceptors inside the package, by name."""
