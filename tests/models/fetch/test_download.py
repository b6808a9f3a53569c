"""Downloads from a server that fails in every way: the whole file, or a sentence."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.models import server as servers
from tests.models.fetching import sha
from tests.models.server import redirect, serve, slowly, status, truncated
from vqclip.errors import CheckpointError
from vqclip.models.fetch import download, request
from vqclip.models.fetch.bars import Silent
from vqclip.models.fetch.catalogue import RemoteFile
from vqclip.models.fetch.download import fetch
from vqclip.models.fetch.request import version_path

CONTENT = bytes(range(256)) * 5000  # several pieces
HASH = sha(CONTENT)


@pytest.fixture
def part(tmp_path) -> Path:
    return tmp_path / "tiny.part"


def assert_fetched(part: Path) -> None:
    """The file is whole, and nothing is left beside it."""
    assert part.read_bytes() == CONTENT
    assert set(part.parent.iterdir()) <= {part, version_path(part)}


@pytest.mark.parametrize(
    "behaviours",
    [
        [serve],
        [status(503), serve],
        [status(429), truncated(0.5), serve],
        [truncated(0.5), serve],
        [truncated(0.3), servers.no_ranges],
        [truncated(0.5), servers.other_range, serve],
        [servers.stalls, serve],
        [servers.no_length],
        [slowly(5, 0.01)],
    ],
    ids=["good", "busy", "limited", "truncated", "no-ranges", "other-range", "stalls"]
    + ["no-length", "slow"],
)
def test_what_passes_is_tried_again(server, part, monkeypatch, behaviours) -> None:
    monkeypatch.setattr(request, "TIMEOUT", (0.3, 0.3))
    url = server.put("/last.ckpt", CONTENT, *behaviours)
    assert fetch(RemoteFile(url, len(CONTENT), HASH), part, expected=HASH) == HASH
    assert_fetched(part)


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        (status(404), "answered 404"),
        (status(403), "answered 403"),
        (status(401), "answered 401"),
        (status(500), "failed 3 times: answered 500"),
        (status(503), "failed 3 times: answered 503"),
        (truncated(0.0), "failed 3 times: the connection broke before the end"),
        (servers.web_page, "web page instead of the file"),
        (redirect("/nowhere"), "answered 404"),
        (redirect("/last.ckpt"), "redirects"),
        (redirect("http://example.invalid/x"), "only HTTPS"),
        (redirect("ftp://example.invalid/x"), "only HTTPS"),
        (redirect("http://[::1"), "no address"),
        (redirect(f"https://{'a' * 300}.invalid/x"), "cannot be re"),
        (redirect("https://exa mple..invalid/x"), "cannot be re"),
        (servers.announces("9" * 5000), "announces a size that is none: '99999999999999999999"),
        (servers.announces("-7"), "announces a size that is none: '-7'"),
    ],
)
def test_what_fails_is_named(server, part, behaviour, message) -> None:
    url = server.put("/last.ckpt", CONTENT, behaviour)
    with pytest.raises(CheckpointError, match=message):
        fetch(RemoteFile(url), part, expected=None)


def test_a_server_that_stops_answering_is_named(server, part, monkeypatch) -> None:
    monkeypatch.setattr(request, "TIMEOUT", (0.2, 0.2))
    url = server.put("/last.ckpt", CONTENT, servers.stalls)
    with pytest.raises(CheckpointError, match="failed 3 times: no answer for 0.2 seconds"):
        fetch(RemoteFile(url), part, expected=None)


def test_an_unknown_host_is_not_tried_again(server, part, monkeypatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(download.time, "sleep", waited.append)
    with pytest.raises(CheckpointError, match="its name cannot be resolved"):
        fetch(RemoteFile("https://nobody.invalid/x"), part, expected=None)
    assert not waited


def test_a_wrong_size_is_refused_before_the_download(server, part) -> None:
    url = server.put("/last.ckpt", CONTENT)
    with pytest.raises(CheckpointError, match=r"offers 1,280,000 bytes where 7 are expected"):
        fetch(RemoteFile(url, size=7), part, expected=None)
    assert not part.exists()


def test_more_than_any_weights_file_has_is_refused(server, part, monkeypatch) -> None:
    monkeypatch.setattr(download, "LARGEST", 1000)
    url = server.put("/last.ckpt", CONTENT, serve, servers.no_length)
    with pytest.raises(CheckpointError, match="offers 1,280,000 bytes, where at most 1,000"):
        fetch(RemoteFile(url), part, expected=None)
    with pytest.raises(CheckpointError, match="sent more than 1,000 bytes"):
        fetch(RemoteFile(url), part, expected=None)


def test_a_wrong_hash_is_refused(server, part) -> None:
    url = server.put("/last.ckpt", CONTENT)
    with pytest.raises(CheckpointError, match=f"sha256 {HASH}.*expected.*0000"):
        fetch(RemoteFile(url), part, expected="0" * 64)
    assert not part.exists()


def test_a_part_is_resumed_and_a_changed_file_is_sent_whole(server, part) -> None:
    file = RemoteFile(server.put("/last.ckpt", CONTENT, truncated(0.6)))
    with pytest.raises(CheckpointError, match="failed 3 times: the connection broke"):
        fetch(file, part, expected=None)
    kept = part.stat().st_size
    assert kept >= request.PIECE
    server.behaviours.clear()
    server.seen.clear()
    fetch(file, part, expected=None)
    assert server.seen[0][2]["Range"] == f"bytes={kept}-"
    assert_fetched(part)
    part.write_bytes(b"x" * kept)
    part.with_name(part.name + ".etag").write_text('"of another file"')
    fetch(file, part, expected=None)
    assert_fetched(part)


@pytest.mark.parametrize(
    ("headers", "resumed"),
    [
        ({}, False),
        ({"ETag": 'W/"1"'}, False),
        ({"ETag": '"1"'}, True),
        ({"Last_Modified": "Sat, 01 Jan 2000 00:00:00 GMT"}, True),
        ({"Last_Modified": "Fri, 31 Dec 2100 00:00:00 GMT"}, False),
        ({"Last_Modified": "yesterday"}, False),
    ],
    ids=["nothing", "weak", "strong", "dated", "just-changed", "no-date"],
)
def test_only_a_part_of_a_known_version_is_continued(server, part, headers, resumed) -> None:
    """A file that changes between two requests is never glued from two versions."""
    other = b"x" * len(CONTENT)
    first = servers.versioned(CONTENT, 0.6, **headers)
    url = server.put("/last.ckpt", other, first, servers.ignores_versions(CONTENT, **headers))
    fetch(RemoteFile(url), part, expected=None)
    assert part.read_bytes() == CONTENT
    assert [("Range" in seen) for _, _, seen in server.seen] == [False, resumed]


def test_the_rest_of_another_version_is_refused(server, part) -> None:
    """A server that ignores If-Range is found out by its tag."""
    first = servers.versioned(b"x" * len(CONTENT), 0.6, ETag='"1"')
    url = server.put("/last.ckpt", CONTENT, first, servers.ignores_versions(CONTENT, ETag='"2"'))
    fetch(RemoteFile(url), part, expected=None)
    assert part.read_bytes() == CONTENT
    assert len(server.seen) == 3


def test_a_server_that_drips_is_left(server, part, monkeypatch) -> None:
    monkeypatch.setattr(download, "WINDOW", 0.05)
    monkeypatch.setattr(download, "LEAST_SPEED", 10**9)
    url = server.put("/last.ckpt", CONTENT, servers.drips)
    with pytest.raises(CheckpointError, match=r"failed 3 times: sent only \d+ bytes per second"):
        fetch(RemoteFile(url), part, expected=None)


def test_a_part_of_another_file_is_dropped_by_its_hash(server, part) -> None:
    file = RemoteFile(server.put("/last.ckpt", CONTENT), len(CONTENT), HASH)
    for size in (1000, len(CONTENT), len(CONTENT) + 5):  # shorter, as long, longer than the file
        part.write_bytes(b"x" * size)
        fetch(file, part, expected=HASH)
        assert_fetched(part)


def test_only_https_unless_the_hash_is_known(server, part, monkeypatch) -> None:
    url = server.put("/last.ckpt", CONTENT)
    monkeypatch.setattr(request, "LOOPBACK", ())  # as if the server were far away
    with pytest.raises(CheckpointError, match="only HTTPS"):
        fetch(RemoteFile(url), part, expected=None)
    assert not server.seen
    fetch(RemoteFile(url), part, expected=HASH)
    assert_fetched(part)
    for other in ("ftp://example.org/x", "file:///etc/passwd"):
        with pytest.raises(CheckpointError, match="only HTTPS"):
            fetch(RemoteFile(other), part, expected="0" * 64)


def test_a_redirect_away_from_https_is_refused(server, part) -> None:
    far = server.root.replace("127.0.0.1", "127.0.0.2") + "/last.ckpt"
    server.put("/last.ckpt", CONTENT)
    url = server.put("/moved", b"", redirect(far))
    with pytest.raises(CheckpointError, match=r"not requested from http://127.0.0.2: only HTTPS"):
        fetch(RemoteFile(url), part, expected=None)


def test_a_full_disk_is_noticed_before_the_download(server, part, monkeypatch) -> None:
    url = server.put("/last.ckpt", CONTENT)
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(CheckpointError, match=r"needs [\d,]+ more bytes.*only 1,000 free"):
        fetch(RemoteFile(url), part, expected=None)
    assert not part.exists()


def test_proxies_are_honoured(server, part, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", server.root)
    monkeypatch.setenv("no_proxy", "")
    url = "http://models.invalid/last.ckpt"
    server.put(url, CONTENT)  # a proxy is asked for the whole address
    fetch(RemoteFile(url), part, expected=HASH)
    assert server.seen[0][1] == url


def test_a_progress_bar_counts_every_byte(server, part) -> None:
    counted: list[float | None] = []

    class Bar(Silent):
        def update(self, n: float | None = 1) -> bool | None:
            counted.append(n)
            return super().update(n)

    fetch(RemoteFile(server.put("/last.ckpt", CONTENT)), part, expected=None, bars=Bar)
    assert sum(filter(None, counted)) == len(CONTENT)


FETCH = """
import sys
from pathlib import Path
from vqclip.models.fetch.catalogue import RemoteFile
from vqclip.models.fetch.download import fetch
assert "torch" not in sys.modules
fetch(RemoteFile(sys.argv[1]), Path(sys.argv[2]), expected=None)
"""


def test_a_killed_download_is_resumed(server, part) -> None:
    url = server.put("/last.ckpt", CONTENT, slowly(20, 0.1))
    with subprocess.Popen([sys.executable, "-c", FETCH, url, str(part)]) as process:
        limit = time.monotonic() + 60
        while not (part.exists() and part.stat().st_size):
            assert process.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.02)
        process.kill()
    kept = part.stat().st_size
    assert 0 < kept < len(CONTENT)
    server.seen.clear()
    fetch(RemoteFile(url), part, expected=None)
    assert [headers["Range"] for _, _, headers in server.seen] == [f"bytes={kept}-"]
    assert_fetched(part)
