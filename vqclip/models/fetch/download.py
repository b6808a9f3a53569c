"""The download of a file from an address: resumed, measured and hashed, complete or an error."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, NameResolutionError

from vqclip.errors import CheckpointError
from vqclip.files.atomic import sha256
from vqclip.models.fetch import request
from vqclip.models.fetch.bars import Bars, Silent
from vqclip.models.fetch.catalogue import RemoteFile
from vqclip.models.fetch.request import (
    Again,
    pieces,
    read_version,
    respond,
    start_of,
    total_of,
    version_path,
    write_version,
)
from vqclip.models.weights.forms import LARGEST

PAUSES = (1.0, 4.0)
"""Seconds before the second and the third try of an address."""

LEAST_SPEED = 10_000
"""Bytes per second that a server has to send; one that sends less is left."""

WINDOW = 60.0
"""Seconds over which the speed is measured."""

SLIM = 320_000_000
"""Size in bytes of the largest common slim form, which is written beside the file."""

PASSING = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
"""Errors that may pass."""


def fetch(file: RemoteFile, part: Path, *, expected: str | None, bars: Bars = Silent) -> str:
    """Download a file to `part`; resume it where an earlier try ended.

    Args:
        file: the address, and the size if it is known.
        part: the path to write; kept if the connection fails, so that nothing is sent twice.
        expected: the SHA-256 of the file, if it is known.
        bars: the class of progress bars.

    Returns:
        the SHA-256 of the file.

    Raises:
        CheckpointError: the address does not give the file, or gives another file.
    """
    resumed = part.exists()
    _try_often(file, part, expected=expected, bars=bars)
    found = sha256(part)
    if expected is not None and found != expected:
        size = part.stat().st_size
        part.unlink()
        version_path(part).unlink(missing_ok=True)
        if resumed:  # the earlier piece may belong to another file
            return fetch(file, part, expected=expected, bars=bars)
        raise CheckpointError(
            f"sent another file ({size:,} bytes, sha256 {found}) than expected (sha256 {expected})"
        )
    return found


def _try_often(file: RemoteFile, part: Path, *, expected: str | None, bars: Bars) -> None:
    for pause in (*PAUSES, None):
        try:
            _transfer(file, part, expected=expected, bars=bars)
            return
        except (*PASSING, Again) as error:
            if isinstance(_cause(error), NameResolutionError):
                raise CheckpointError(_reason(error)) from error
            if pause is None:
                raise CheckpointError(
                    f"failed {len(PAUSES) + 1} times: {_reason(error)}"
                ) from error
            time.sleep(pause)
        except (requests.RequestException, HTTPError, HTTPException, ValueError) as error:
            # The last three pass through requests where a redirect leads to no address.
            raise CheckpointError(f"cannot be requested: {_reason(error)}") from error


def _cause(error: Exception) -> object:
    """Return the error that requests and urllib3 have wrapped, if they say."""
    below = error.args[0] if error.args else error
    return getattr(below, "reason", below)


def _reason(error: Exception) -> str:
    """Say in a few words why a try failed."""
    text = " ".join(str(_cause(error)).split())
    if isinstance(_cause(error), NameResolutionError):
        return "cannot be reached: its name cannot be resolved (is there a network?)"
    if isinstance(error, requests.Timeout) or "timed out" in text:
        return f"no answer for {request.TIMEOUT[1]:g} seconds"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke before the end of the file"
    return text.rpartition("): ")[2][:200] or type(error).__name__


def _transfer(file: RemoteFile, part: Path, *, expected: str | None, bars: Bars) -> None:
    """Request the file once, and write what is sent.

    Raises:
        Again: the try failed in a way that may pass.
        CheckpointError: the address does not give the file.
    """
    have = _usable(part, expected)
    if have and have == file.size:
        return
    with respond(file.address(), part, have, expected=expected) as response:
        if response.status_code == 416:
            return  # the part is already the whole file
        start = start_of(response, part, have)
        total = total_of(response, start)
        _check_total(file, total)
        _check_space(part.parent, (total or file.about or 0) - start + SLIM)
        write_version(response, part)
        name = Path(urlsplit(file.url).path).name or file.url
        bar = bars(total=total, initial=start, desc=name, unit="B", unit_scale=True)
        with bar, part.open("ab" if start else "wb") as sink:
            _save(response, sink, total or LARGEST, bar.update)
    have = part.stat().st_size
    if total is not None and have != total:
        raise Again(f"the answer ended after {have:,} of {total:,} bytes")
    _check_total(file, have)
    if expected is not None:  # otherwise the note is needed if the conversion is interrupted
        version_path(part).unlink(missing_ok=True)


def _usable(part: Path, expected: str | None) -> int:
    """Return the size in bytes of a part that may be continued; remove any other.

    What follows it may come from another version of the file, unless the server can tell the
    versions apart, or the hash of the whole will show it.
    """
    if expected is None and not read_version(part):
        part.unlink(missing_ok=True)
    return part.stat().st_size if part.exists() else 0


def _save(
    response: requests.Response, sink: BinaryIO, most: int, report: Callable[[int], object]
) -> None:
    """Write the body of a response.

    Raises:
        Again: the server sends too slowly.
        CheckpointError: it sends more than a number of bytes.
    """
    since, received = time.monotonic(), 0
    for piece in pieces(response):
        sink.write(piece)
        report(len(piece))
        if sink.tell() > most:
            raise CheckpointError(f"sent more than {most:,} bytes")
        received += len(piece)
        seconds = time.monotonic() - since
        if seconds >= WINDOW:
            if received < LEAST_SPEED * seconds:
                raise Again(f"sent only {received / seconds:,.0f} bytes per second")
            since, received = time.monotonic(), 0


def _check_total(file: RemoteFile, total: int | None) -> None:
    """Check the size of a file against the published one and against the largest possible."""
    if file.size and total is not None and total != file.size:
        raise CheckpointError(f"offers {total:,} bytes where {file.size:,} are expected")
    if (total or 0) > LARGEST:
        raise CheckpointError(f"offers {total:,} bytes, where at most {LARGEST:,} are allowed")


def _check_space(folder: Path, needed: int) -> None:
    """Check that a folder's disk has room for a number of bytes."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise CheckpointError(
            f"needs {needed:,} more bytes, but {folder} has only {free:,} free; make room, or "
            "choose another folder with --model-dir or VQCLIP_HOME"
        )
