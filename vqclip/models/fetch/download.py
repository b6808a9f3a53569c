"""One file from one address: resumed, measured, hashed; whole and right, or an error."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from tqdm.auto import tqdm
from urllib3.exceptions import NameResolutionError

from vqclip.errors import CheckpointError
from vqclip.files import sha256
from vqclip.models.fetch.catalogue import RemoteFile
from vqclip.models.weights.archives import LARGEST

OFFLINE = ("VQCLIP_OFFLINE", "HF_HUB_OFFLINE")
TIMEOUT = (10.0, 30.0)
"""Seconds to connect, and between two pieces of the file."""

PAUSES = (1.0, 4.0)
"""Seconds before the second and the third try of one address."""

PIECE = 1 << 18
SLIM = 320_000_000
"""Bytes of the largest common slim form, which is written beside the file."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""This machine itself: nobody in between could change a file on its way."""

PASSING = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
"""What may go better a moment later."""


class Again(Exception):  # noqa: N818  (a request, not a mistake)
    """This try failed in a way that may pass."""


class Silent(tqdm):  # type: ignore[type-arg]
    """A progress bar that shows nothing."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{**settings, "disable": True})


Bars = type[tqdm]  # type: ignore[type-arg]
"""The class of progress bars; `Silent` for none."""


def offline() -> bool:
    """Whether the user has forbidden the network."""
    return any(os.environ.get(name, "").lower() in ("1", "true", "yes", "on") for name in OFFLINE)


def fetch(file: RemoteFile, part: Path, *, expected: str | None, bars: Bars = Silent) -> str:
    """Fetch a file to `part`, going on where an earlier try left it.

    Args:
        file: the address, and the size if known.
        part: where it goes; kept when the connection fails, so that nothing is fetched twice.
        expected: its SHA-256, if known.
        bars: the class of the progress bar.

    Returns:
        its SHA-256.

    Raises:
        CheckpointError: the address does not give the file, or gives another one.
    """
    resumed = part.exists()
    _try_often(file, part, secure=expected is None, bars=bars)
    found = sha256(part)
    if expected is not None and found != expected:
        size = part.stat().st_size
        part.unlink()
        if resumed:  # the older piece may have been of another file
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
            raise CheckpointError(f"cannot be asked: {_reason(error)}") from error


def _cause(error: Exception) -> object:
    """What lies below the layers of the libraries, as far as they tell."""
    below = error.args[0] if error.args else error
    return getattr(below, "reason", below)


def _reason(error: Exception) -> str:
    text = " ".join(str(_cause(error)).split())
    if isinstance(_cause(error), NameResolutionError):
        return "cannot be reached: its name is not known here (is there a network?)"
    if isinstance(error, requests.Timeout) or "timed out" in text:
        return f"nothing came for {TIMEOUT[1]:g} seconds"
    return text.rpartition("): ")[2][:200] or type(error).__name__


def _transfer(file: RemoteFile, part: Path, *, secure: bool, bars: Bars) -> None:
    """Ask once, and write what comes."""
    have = part.stat().st_size if part.exists() else 0
    if have and have == file.size:
        return
    with _answer(file.address(), part, have, secure=secure) as response:
        if response.status_code == 416:
            return  # the part is the whole file already
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
                    raise CheckpointError(f"sends more than {total or LARGEST:,} bytes")
    have = part.stat().st_size
    if total is not None and have != total:
        raise Again(f"the answer ended after {have:,} of {total:,} bytes")
    _check_total(file, have)
    _etag(part).unlink(missing_ok=True)


class _Session(requests.Session):
    """Follows redirects to where it may go, and no further."""

    def __init__(self, *, secure: bool) -> None:
        super().__init__()
        self.secure = secure

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where an answer sends us, looked at before it is asked."""
        target = super().get_redirect_target(resp)
        if target is not None:
            _check_secure(urljoin(resp.url, target), secure=self.secure)
        return target


@contextmanager
def _answer(url: str, part: Path, have: int, *, secure: bool) -> Iterator[requests.Response]:
    """Ask for the file, or for the rest of it, and look at the answer's head."""
    _check_secure(url, secure=secure)
    headers = {"Accept-Encoding": "identity", "User-Agent": "vqclip"}
    if have:
        headers["Range"] = f"bytes={have}-"
        etag = _etag(part).read_text(encoding="utf-8") if _etag(part).exists() else ""
        if etag and not etag.startswith("W/"):
            headers["If-Range"] = etag  # a file that changed meanwhile is sent whole
    with (
        _Session(secure=secure) as session,
        session.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response,
    ):
        _check_status(response, part, have)
        yield response


def _check_status(response: requests.Response, part: Path, have: int) -> None:
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
    parts = urlsplit(url)
    local = parts.hostname in LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and (local or not secure)):
        raise CheckpointError(
            f"is not asked at {parts.scheme}://{parts.hostname}: only HTTPS, unless the file's "
            "sha256 is known"
        )


def _start(response: requests.Response, part: Path, have: int) -> int:
    """The byte at which the answer starts: where the part ends, or 0."""
    if response.status_code != 206:
        return 0
    wanted = f"bytes {have}-"
    if not response.headers.get("Content-Range", "").startswith(wanted):
        part.unlink(missing_ok=True)
        raise Again(f"answered with another range than {wanted!r}")
    return have


def _total(response: requests.Response, start: int) -> int | None:
    """The size of the whole file, as far as the answer tells."""
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isdecimal() else None


def _check_total(file: RemoteFile, total: int | None) -> None:
    if file.size and total is not None and total != file.size:
        raise CheckpointError(f"offers {total:,} bytes where {file.size:,} are expected")
    if (total or 0) > LARGEST:
        raise CheckpointError(f"offers {total:,} bytes; no model has more than {LARGEST:,}")


def _check_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise CheckpointError(
            f"needs {needed:,} bytes more, and {folder} has {free:,} free; make room, or name "
            "another folder with --model-dir or VQCLIP_HOME"
        )


def _etag(part: Path) -> Path:
    return part.with_name(f"{part.name}.etag")
