"""The download of a file from an address: resumed, measured and hashed, complete or an error."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import NameResolutionError

from vqclip.errors import CheckpointError
from vqclip.files import sha256
from vqclip.models.fetch.bars import Bars, Silent
from vqclip.models.fetch.catalogue import RemoteFile
from vqclip.models.weights.forms import LARGEST

TIMEOUT = (10.0, 30.0)
"""Seconds to wait for a connection, and for the next piece of the file."""

PAUSES = (1.0, 4.0)
"""Seconds before the second and the third try of an address."""

REDIRECTS = 10
"""Largest number of redirects that are followed."""

PIECE = 1 << 18
"""Bytes that are written at once."""

SLIM = 320_000_000
"""Size in bytes of the largest common slim form, which is written beside the file."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Names of this machine itself, from which plain HTTP is safe."""

PASSING = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
"""Errors that may pass."""


class Again(Exception):  # noqa: N818  (a request to try again, not a mistake)
    """A try failed in a way that may pass."""


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
    _try_often(file, part, secure=expected is None, bars=bars)
    found = sha256(part)
    if expected is not None and found != expected:
        size = part.stat().st_size
        part.unlink()
        if resumed:  # the earlier piece may belong to another file
            return fetch(file, part, expected=expected, bars=bars)
        raise CheckpointError(
            f"sent another file ({size:,} bytes, sha256 {found}) than expected (sha256 {expected})"
        )
    return found


def _try_often(file: RemoteFile, part: Path, *, secure: bool, bars: Bars) -> None:
    for pause in (*PAUSES, None):
        try:
            _transfer(file, part, secure=secure, bars=bars)
            return
        except (*PASSING, Again) as error:
            if isinstance(_cause(error), NameResolutionError):
                raise CheckpointError(_reason(error)) from error
            if pause is None:
                raise CheckpointError(
                    f"failed {len(PAUSES) + 1} times: {_reason(error)}"
                ) from error
            time.sleep(pause)
        except requests.RequestException as error:
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
        return f"no answer for {TIMEOUT[1]:g} seconds"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke before the end of the file"
    return text.rpartition("): ")[2][:200] or type(error).__name__


def _transfer(file: RemoteFile, part: Path, *, secure: bool, bars: Bars) -> None:
    """Request the file once, and write what is sent.

    Raises:
        Again: the try failed in a way that may pass.
        CheckpointError: the address does not give the file.
    """
    have = part.stat().st_size if part.exists() else 0
    if have and have == file.size:
        return
    with _answer(file.address(), part, have, secure=secure) as response:
        if response.status_code == 416:
            return  # the part is already the whole file
        start = _start(response, part, have)
        total = _total(response, start)
        _check_total(file, total)
        _check_space(part.parent, (total or file.about or 0) - start + SLIM)
        _etag(part).write_text(response.headers.get("ETag", ""), encoding="utf-8")
        name = Path(urlsplit(file.url).path).name or file.url
        bar = bars(total=total, initial=start, desc=name, unit="B", unit_scale=True)
        with bar, part.open("ab" if start else "wb") as sink:
            for piece in response.iter_content(PIECE):
                sink.write(piece)
                bar.update(len(piece))
                if sink.tell() > (total or LARGEST):
                    raise CheckpointError(f"sent more than {total or LARGEST:,} bytes")
    have = part.stat().st_size
    if total is not None and have != total:
        raise Again(f"the answer ended after {have:,} of {total:,} bytes")
    _check_total(file, have)
    _etag(part).unlink(missing_ok=True)


class _Session(requests.Session):
    """A session that follows redirects only to addresses that are allowed."""

    def __init__(self, *, secure: bool) -> None:
        super().__init__()
        self.max_redirects = REDIRECTS
        self.secure = secure

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return the address of a redirect, once it is checked."""
        target = super().get_redirect_target(resp)
        if target is not None:
            _check_secure(urljoin(resp.url, target), secure=self.secure)
        return target


@contextmanager
def _answer(url: str, part: Path, have: int, *, secure: bool) -> Iterator[requests.Response]:
    """Request the file, or the rest of it, and check the head of the response."""
    _check_secure(url, secure=secure)
    headers = {"Accept-Encoding": "identity", "User-Agent": "vqclip"}
    if have:
        headers["Range"] = f"bytes={have}-"
        etag = _etag(part).read_text(encoding="utf-8") if _etag(part).exists() else ""
        if etag and not etag.startswith("W/"):
            headers["If-Range"] = etag  # a file that has changed is then sent whole
    with (
        _Session(secure=secure) as session,
        session.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response,
    ):
        _check_status(response, part, have)
        yield response


def _check_status(response: requests.Response, part: Path, have: int) -> None:
    """Check that a response brings a file.

    Raises:
        Again: another try may bring it.
        CheckpointError: no try will.
    """
    code = response.status_code
    status = f"answered {code} {response.reason or ''}".rstrip()
    if code == 416 and response.headers.get("Content-Range") != f"bytes */{have}":
        part.unlink(missing_ok=True)  # it is longer than the file
        raise Again(status)
    if code >= 500 or code in (408, 429):
        raise Again(status)
    if code not in (200, 206, 416):
        raise CheckpointError(status)
    if "text/html" in response.headers.get("Content-Type", "") and code != 416:
        raise CheckpointError("sent a web page instead of the file")


def _check_secure(url: str, *, secure: bool) -> None:
    """Check that nobody can change the file on its way, or that its hash would show it."""
    parts = urlsplit(url)
    local = parts.hostname in LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and (local or not secure)):
        raise CheckpointError(
            f"is not requested from {parts.scheme}://{parts.hostname}: only HTTPS is allowed, "
            "unless the sha256 of the file is known"
        )


def _start(response: requests.Response, part: Path, have: int) -> int:
    """Return the byte at which the response starts: the end of the part, or 0.

    Raises:
        Again: it starts anywhere else.
    """
    if response.status_code != 206:
        return 0
    wanted = f"bytes {have}-"
    if not response.headers.get("Content-Range", "").startswith(wanted):
        part.unlink(missing_ok=True)
        raise Again(f"answered with another range than {wanted!r}")
    return have


def _total(response: requests.Response, start: int) -> int | None:
    """Return the size of the whole file in bytes, if the response gives it."""
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isdecimal() else None


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


def _etag(part: Path) -> Path:
    return part.with_name(f"{part.name}.etag")
