"""Devices by name."""

from __future__ import annotations

import pytest

from vqclip.errors import ConfigError
from vqclip.machine.device import resolve_device


def test_devices() -> None:
    assert resolve_device("CPU").type == "cpu"
    assert resolve_device("auto").type in ("cpu", "cuda", "mps")
    with pytest.raises(ConfigError, match="allowed are auto"):
        resolve_device("gpu")
