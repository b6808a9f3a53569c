"""The device that computes; names are checked without torch where possible."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vqclip.errors import ConfigError, shown

if TYPE_CHECKING:
    import torch

DEVICE = re.compile(r"auto|cpu|mps|cuda(:(0|[1-9]\d?))?")
ALWAYS = ("auto", "cpu")
"""Devices that every machine has."""


@dataclass(frozen=True)
class Processor:
    """What decides, on a CPU, how numbers are rounded.

    Attributes:
        threads: number of threads among which sums are divided.
        kind: architecture and instruction set.
    """

    threads: int
    kind: str


def own_processor() -> Processor:
    """Return the CPU of this machine, and the threads in use."""
    import torch

    kind = f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}"
    return Processor(torch.get_num_threads(), kind)


def adopt_threads(count: int) -> bool:
    """Compute with as many threads as a picture was drawn with, if this machine has the cores."""
    import torch

    if torch.get_num_threads() != count and 1 <= count <= (os.cpu_count() or 1):
        torch.set_num_threads(count)
    return torch.get_num_threads() == count


def is_reduced(precision: str, device: torch.device) -> bool:
    """Return whether a precision means bfloat16 on a device; `auto` does on cuda."""
    return precision == "bfloat16" or (precision == "auto" and device.type == "cuda")


def check_device(name: str) -> None:
    """Make sure that this machine has a device; only GPUs need torch for that.

    Raises:
        ConfigError: the name is unknown, or this machine has no such device.
    """
    if name.strip().lower() not in ALWAYS:
        resolve_device(name)


def resolve_device(name: str) -> torch.device:
    """Return the device of a name, in any case; `auto` is cuda, else mps, else cpu.

    Raises:
        ConfigError: the name is unknown, or this machine has no such device.
    """
    wanted = name.strip().lower()
    if not DEVICE.fullmatch(wanted):
        raise ConfigError(
            f"device: {shown(name)} is unknown: allowed are auto, cpu, cuda, cuda:N, mps"
        )
    import torch

    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if wanted == "auto":
        return torch.device("cuda" if cuda else "mps" if mps else "cpu")
    device = torch.device(wanted)
    available = {"cpu": True, "cuda": cuda, "mps": mps}[device.type]
    if not available or (device.index or 0) >= max(1, torch.cuda.device_count()):
        raise ConfigError(f"device: this machine has no {wanted}; cpu and auto always work")
    return device
