"""Sounds for tests, written as WAV without any library of sound."""

from __future__ import annotations

import wave
from pathlib import Path

import torch
from torch import Tensor


def tone(frequency: float, seconds: float, amplitude: float = 0.5, rate: int = 32_000) -> Tensor:
    """A sine (n,) in [-1, 1]."""
    time = torch.arange(round(seconds * rate), dtype=torch.float64) / rate
    return (amplitude * torch.sin(2 * torch.pi * frequency * time)).float()


def write_wav(path: Path, samples: Tensor, rate: int = 32_000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes((samples * 32767).round().short().view(torch.uint8).tolist()))
    return path
