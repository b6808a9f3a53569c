"""One request for a file, or for the rest of it: redirects, ranges and sizes are checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError

from vqclip.errors import CheckpointError, shown

TIMEOUT = (10.0, 30.0)
"""Seconds to wait for a connection, and for the next piece of the file."""

REDIRECTS = 10
"""Largest number of redirects that are followed."""

PIECE = 1 << 18
"""Most bytes that are read at once."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Names of this machine itself, from which plain HTTP is safe."""

SIZE = re.compile(r"[0-9]{1,15}")
"""A number of bytes, as a header states it."""


class Again(Exception):  # noqa: N818  (a request to try again, not a mistake)
    """A try failed in a way that may pass."""


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
            try:
                _check_secure(urljoin(resp.url, target), secure=self.secure)
            except ValueError as error:
                raise CheckpointError(f"redirects to {shown(target)}: no address") from error
        return target


@contextmanager
def respond(
    url: str, part: Path, have: int, *, expected: str | None
) -> Iterator[requests.Response]:
    """Request a file, or what follows its first `have` bytes, and check the head of the response.

    Args:
        url: the address.
        part: what is downloaded so far; removed where the response shows that it is of no use.
        have: its size in bytes.
        expected: the SHA-256 of the file, if it is known; otherwise only HTTPS is allowed.

    Raises:
        Again: the try failed in a way that may pass.
        CheckpointError: the address does not give the file.
    """
    secure = expected is None
    _check_secure(url, secure=secure)
    headers = {"Accept-Encoding": "identity", "User-Agent": "vqclip"}
    if have:
        headers["Range"] = f"bytes={have}-"
        version = read_version(part)
        if version:
            headers["If-Range"] = version  # a file that has changed is then sent whole
    with (
        _Session(secure=secure) as session,
        session.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response,
    ):
        _check_status(response, part, have)
        _check_version(response, part)
        yield response


def pieces(response: requests.Response) -> Iterator[bytes]:
    """Read the body of a response as it arrives, so that a slow server is noticed.

    Raises:
        requests.RequestException: the connection failed.
    """
    if response.headers.get("Content-Encoding", "identity") != "identity":
        yield from response.iter_content(PIECE)
        return
    try:
        while piece := response.raw.read1(PIECE):
            yield piece
    except ReadTimeoutError as error:
        raise requests.ReadTimeout(error) from error
    except ProtocolError as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error
    except HTTPError as error:
        raise requests.ConnectionError(error) from error


def version_of(headers: Mapping[str, str]) -> str:
    """Return what identifies the bytes of a file: its strong ETag, or its date; else an empty text.

    A weak ETag stands for files of equal meaning, not of equal bytes, and a date within a minute of
    the response for several versions of that minute (RFC 9110, section 8.8.2.2).
    """
    tag = headers.get("ETag", "").strip()
    if len(tag) > 2 and tag[0] == tag[-1] == '"':
        return tag
    changed = headers.get("Last-Modified", "").strip()
    try:
        age = parsedate_to_datetime(headers.get("Date", "")) - parsedate_to_datetime(changed)
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    return changed if age.total_seconds() >= 60 else ""


def read_version(part: Path) -> str:
    """Return the version of the file of which a part was downloaded; empty if it is not known."""
    try:
        text = version_path(part).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
    return text if text.isascii() and text.isprintable() and not text.startswith("W/") else ""


def write_version(response: requests.Response, part: Path) -> None:
    """Note of which version of a file a part is."""
    version_path(part).write_text(version_of(response.headers), encoding="utf-8")


def version_path(part: Path) -> Path:
    """Return the path of the note beside a part."""
    return part.with_name(f"{part.name}.etag")


def _check_version(response: requests.Response, part: Path) -> None:
    """Check that the rest of a file belongs to the part: a server may ignore `If-Range`.

    Raises:
        Again: it is the rest of another version.
    """
    known, found = read_version(part), version_of(response.headers)
    if response.status_code == 206 and known and found and known[0] == found[0] and known != found:
        part.unlink(missing_ok=True)
        raise Again("answered with the rest of another version of the file")


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


def start_of(response: requests.Response, part: Path, have: int) -> int:
    """Return the byte at which the response starts: the end of the part, or 0.

    Raises:
        Again: it starts anywhere else.
    """
    if response.status_code != 206:
        return 0
    wanted = f"bytes {have}-"
    if not response.headers.get("Content-Range", "").startswith(wanted):
        part.unlink(missing_ok=True)
        raise Again(f"answered with another range than {shown(wanted)}")
    return have


def total_of(response: requests.Response, start: int) -> int | None:
    """Return the size of the whole file in bytes, if the response gives it.

    Raises:
        CheckpointError: it gives something else.
    """
    length = response.headers.get("Content-Length")
    if length is None:
        return None
    if not SIZE.fullmatch(length):
        raise CheckpointError(f"announces a size that is none: {shown(length)}")
    return start + int(length)
