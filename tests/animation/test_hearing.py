"""Sounds that drive keys."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

import pytest

from vqclip.animation.animation import Animation
from vqclip.animation.hearing import hear
from vqclip.animation.script import Script
from vqclip.config.layers import Assignment, assemble
from vqclip.config.schema import Config
from vqclip.errors import ConfigError

pytest.importorskip("av", reason="sounds need PyAV")


def script(**motion: object) -> Script:
    keys = {f"motion.{name}": value for name, value in motion.items()} | {"seconds": 2, "fps": 10}
    return assemble(Script, [Assignment(key, value, "") for key, value in keys.items()])


def write_beat(path: Path) -> None:
    """Write a second of silence, then a second of a low tone."""
    samples = [
        round(20000 * math.sin(2 * math.pi * 100 * k / 8000)) * (k >= 8000) for k in range(16000)
    ]
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


def test_the_bass_zooms_and_the_silence_rests(tmp_path: Path) -> None:
    write_beat(tmp_path / "song.wav")
    sound = {"audio": str(tmp_path / "song.wav"), "band": "bass", "scale": 0.5}
    own = script(zoom=sound, x={**sound, "scale": -4})
    animation = Animation(own, Config(), hear(own))
    assert animation.move(3).zoom == 1
    assert animation.move(15).zoom == pytest.approx(1.5, abs=0.1)
    assert animation.move(15).x == pytest.approx(-4, abs=0.5)


def test_every_sound_that_cannot_be_heard_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    sounds = {"x": {"audio": "missing.wav"}, "y": {"audio": str(tmp_path / "text.wav")}}
    with pytest.raises(ConfigError, match="x: the file missing.wav does not exist") as caught:
        hear(script(**sounds))
    assert len(caught.value.messages) == 2
