"""Pictures at addresses: downloaded over HTTPS, up to a size, and kept beside what they are for."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import requests

from vqclip.errors import CheckpointError, ImageError, shown
from vqclip.files.atomic import write
from vqclip.models.fetch.home import offline
from vqclip.models.fetch.request import Again, pieces, respond

LARGEST = 50_000_000
"""Bytes of a picture that are downloaded at most."""
SCHEMES = ("https", "http")
DIGITS = 12
"""Of the SHA-256, by which a downloaded picture is named."""
LONGEST_SUFFIX = 6


def is_address(name: str) -> bool:
    """Say whether the name of a picture is an address."""
    return urlsplit(name).scheme.lower() in SCHEMES and "://" in name


def download_picture(url: str, folder: Path) -> Path:
    """Download a picture into a folder, under its SHA-256; the same picture is kept once.

    Raises:
        ImageError: the address does not give a picture of a decent size over HTTPS.
        OutputError: the folder cannot be written to.
    """
    if offline():
        raise ImageError(f"the picture {shown(url)} is not downloaded: the network is forbidden")
    try:
        content = _content(url)
    except (CheckpointError, Again) as error:
        raise ImageError(f"the picture {shown(url)}: {error}") from error
    except (requests.RequestException, ValueError) as error:
        raise ImageError(f"the picture {shown(url)} cannot be downloaded: {error}") from error
    suffix = PurePosixPath(urlsplit(url).path).suffix.lower()
    suffix = suffix if suffix[1:].isalnum() and len(suffix) <= LONGEST_SUFFIX else ""
    path = folder / f"{hashlib.sha256(content).hexdigest()[:DIGITS]}{suffix}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write(path, content)
    return path


def _content(url: str) -> bytes:
    """Return what an address sends.

    Raises:
        Again: the server was not ready.
        ImageError: it is too large.
        CheckpointError: the address is not of HTTPS, or sends something else.
        requests.RequestException: the connection failed.
    """
    content = bytearray()
    with respond(url, Path(), 0, expected=None) as response:
        for piece in pieces(response):
            content += piece
            if len(content) > LARGEST:
                raise ImageError(
                    f"the picture {shown(url)} has more than {LARGEST // 10**6} MB, which is more "
                    "than is downloaded"
                )
    return bytes(content)
