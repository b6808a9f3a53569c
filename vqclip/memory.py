"""Memory that runs out: which errors mean it, and what a user is told; loads no torch."""

from __future__ import annotations

import errno
import re

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
