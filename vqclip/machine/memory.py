"""Memory: how much this machine has, and what it means to run out of it; loads no torch."""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress
from pathlib import Path

TORCH = "OutOfMemoryError"
"""Name of torch's error, which is known without loading torch."""
TEXTS = (
    *("can't allocate memory", "annot allocate memory", "not enough memory", "out of memory"),
    *("Storage size calculation overflowed", "numel: integer multiplication overflow"),
)
LIBRARIES = ("SafetensorError",)
"""Errors of libraries, by name, whose text says what is the matter."""
ASKED = re.compile(r"allocate (\d+) bytes|allocate ([\d.]+) ([KMGT])iB")
UNITS = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error means that memory ran out, on a GPU or on the machine."""
    name = type(error).__name__
    if isinstance(error, MemoryError) or name == TORCH:
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    return (isinstance(error, RuntimeError) or name in LIBRARIES) and any(
        text in str(error) for text in TEXTS
    )


def pass_on(error: BaseException) -> None:
    """Raise an error again if it means that memory ran out: the file being read is not at fault."""
    if is_out_of_memory(error):
        raise error


def shortage(error: BaseException) -> str:
    """Return the sentence for a user whose memory ran out."""
    found = ASKED.search(str(error))
    asked = ""
    if found is not None:
        size = int(found[1]) if found[1] else float(found[2]) * UNITS[found[3]]
        asked = f", with {size / 1e9:,.2g} GB more to allocate"
    return (
        f"memory ran out{asked}: a smaller --size, fewer pictures at once, a smaller "
        "cutouts.chunk, fewer start.candidates or smaller models take less"
    )


def reachable_bytes() -> int:
    """Return the bytes of memory that a program can get, those of caches and of swap included."""
    try:
        rows = [line.split() for line in Path("/proc/meminfo").read_text("ascii").splitlines()]
        sizes = {row[0]: int(row[1]) * 1024 for row in rows}
        room = sizes["MemAvailable:"] + sizes["SwapFree:"]
    except (OSError, ValueError, LookupError):  # not Linux
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError, ValueError):  # no limit, or an older kernel
        room = min(room, int(Path("/sys/fs/cgroup/memory.max").read_text("ascii")))
    return room
