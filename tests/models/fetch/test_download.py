"""Downloads against a server that fails in every way: whole and right, or a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.models import server as servers
from tests.models.fetching import assert_whole, entry, sha
from tests.models.server import redirect, serve, slowly, status, truncated
from vqclip.errors import CheckpointError
from vqclip.models.fetch import download
from vqclip.models.fetch.catalogue import RemoteFile
from vqclip.models.fetch.store import Store


def test_a_model_is_fetched_once_and_kept_slim(server, store, content) -> None:
    one = entry(RemoteFile(server.put("/last.ckpt", content), len(content), sha(content)))
    path = store.obtain(one)
    assert_whole(store, one)
    assert path.stat().st_size < len(content)
    assert store.obtain(one) == path
    assert len(server.seen) == 1
    assert str(store.verify(one)) == "codebook 32 x 8, f = 2"


@pytest.mark.parametrize(
    "behaviours",
    [
        [status(503), serve],
        [status(429), truncated(0.5), serve],
        [truncated(0.5), serve],
        [truncated(0.3), servers.no_ranges],
        [truncated(0.5), servers.other_range, serve],
        [servers.stalls, serve],
        [servers.no_length],
        [slowly(5, 0.01)],
    ],
    ids=["busy", "limited", "truncated", "no-ranges", "other-range", "stalls", "no-length", "slow"],
)
def test_what_passes_is_tried_again(server, store, content, behaviours) -> None:
    url = server.put("/last.ckpt", content, *behaviours)
    one = entry(RemoteFile(url, len(content), sha(content)))
    store.obtain(one)
    assert_whole(store, one)


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        (status(404), "answered 404"),
        (status(403), "answered 403"),
        (status(401), "answered 401"),
        (status(500), "failed 3 times: answered 500"),
        (status(503), "failed 3 times: answered 503"),
        (truncated(0.0), "failed 3 times"),
        (servers.stalls, "nothing came for 0.5 seconds"),
        (servers.web_page, "web page instead of the file"),
        (servers.page_as_file, "web page"),
        (redirect("/nowhere"), "answered 404"),
        (redirect("/last.ckpt"), "redirects"),
        (redirect("http://example.invalid/x"), "only HTTPS"),
        (redirect("ftp://example.invalid/x"), "only HTTPS"),
    ],
)
def test_what_fails_is_named_and_the_next_address_is_asked(
    server, store, content, behaviour, message
) -> None:
    bad = server.put("/last.ckpt", content, behaviour)
    with pytest.raises(CheckpointError, match=message) as caught:
        store.obtain(entry(bad))
    text = str(caught.value)
    assert "tiny cannot be had" in text
    assert f"fetch {bad}" in text  # what to do
    assert f"put it into {store.folder} as tiny.safetensors" in text
    good = server.put("/mirror.ckpt", content)
    one = entry(bad, good)
    store.remove(one)
    store.obtain(one)
    assert_whole(store, one)
    assert store.record(one)["source"] == good


def test_an_archive_is_unpacked_and_a_name_nobody_knows_is_not_tried_again(
    server, store, content, monkeypatch
) -> None:
    waited = []
    monkeypatch.setattr(download.time, "sleep", waited.append)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../model.ckpt", content)
    url = server.put("/files/vq-f4.zip", buffer.getvalue())
    nobody = RemoteFile("https://nobody.invalid/x", sha256="0" * 64)
    with pytest.raises(CheckpointError, match="its name is not known here"):
        store.obtain(entry(nobody))
    one = entry(nobody, url)
    store.obtain(one)
    assert_whole(store, one)
    assert not waited


def test_a_wrong_size_is_refused_before_the_download(server, store, content) -> None:
    url = server.put("/last.ckpt", content)
    with pytest.raises(CheckpointError, match=r"offers [\d,]+ bytes where 7 are expected"):
        store.obtain(entry(RemoteFile(url, size=7)))
    assert not list(store.folder.glob("*.part"))


def test_a_wrong_hash_is_refused(server, store, content) -> None:
    url = server.put("/last.ckpt", content)
    expected = RemoteFile(url, len(content), "0" * 64)
    with pytest.raises(CheckpointError, match=f"sha256 {sha(content)}.*expected.*0000"):
        store.obtain(entry(expected))
    assert [path.name for path in store.folder.iterdir()] == ["tiny.lock"]


def test_another_model_than_the_named_one_is_refused(server, store, content) -> None:
    url = server.put("/last.ckpt", content)
    with pytest.raises(CheckpointError, match=r"another model .*codebook 32 x 8.*codes 16384"):
        store.obtain(entry(url, codes=16384))
    assert [path.name for path in store.folder.iterdir()] == ["tiny.lock"]


def test_parts_are_resumed_and_a_changed_file_is_not_glued(server, store, content) -> None:
    url = server.put("/last.ckpt", content, truncated(0.6))
    with pytest.raises(CheckpointError, match="failed 3 times"):
        store.obtain(entry(url))
    (part,) = store.folder.glob("*.part")
    kept = part.stat().st_size
    assert kept > len(content) // 2
    server.behaviours.clear()
    server.seen.clear()
    store.obtain(entry(url))
    assert server.seen[0][2]["Range"] == f"bytes={kept}-"
    assert_whole(store, entry(url))
    store.remove(entry(url))
    other = content[:-1] + b"\0"
    part.write_bytes(other[:kept])
    part.with_name(part.name + ".etag").write_text('"of another file"')
    store.obtain(entry(url))
    assert_whole(store, entry(url))


def test_a_part_of_another_file_is_dropped_by_its_hash(server, store, content) -> None:
    url = server.put("/last.ckpt", content, truncated(0.6))
    one = entry(RemoteFile(url, len(content), sha(content)))
    with pytest.raises(CheckpointError):
        store.obtain(one)
    (part,) = store.folder.glob("*.part")
    part.with_name(part.name + ".etag").unlink()
    for size in (1000, len(content), len(content) + 5):  # short, whole, longer than the file
        part.write_bytes(b"x" * size)
        server.behaviours.clear()
        store.obtain(one)
        assert_whole(store, one)
        store.remove(one)


def test_only_https_unless_the_hash_is_known(server, store, content, monkeypatch) -> None:
    url = server.put("/last.ckpt", content)
    monkeypatch.setattr(download, "LOOPBACK", ())  # as if the server were far away
    with pytest.raises(CheckpointError, match="only HTTPS"):
        store.obtain(entry(url))
    assert not server.seen
    store.obtain(entry(RemoteFile(url, sha256=sha(content))))
    for other in ("ftp://example.org/x", "file:///etc/passwd"):
        with pytest.raises(CheckpointError, match="only HTTPS"):
            Store(store.folder / "b").obtain(entry(RemoteFile(other, sha256="0" * 64)))


def test_a_redirect_away_from_https_is_refused(server, store, content) -> None:
    far = server.root.replace("127.0.0.1", "127.0.0.2") + "/last.ckpt"
    server.put("/last.ckpt", content)
    url = server.put("/moved", b"", redirect(far))
    with pytest.raises(CheckpointError, match=r"not asked at http://127.0.0.2: only HTTPS"):
        store.obtain(entry(url))
