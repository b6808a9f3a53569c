"""Downloads against a server that fails in every way: whole and right, or a sentence."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from filelock import FileLock

from tests import server as servers
from tests.published import lightning
from tests.server import Server, redirect, serve, slowly, status, truncated
from tests.tiny import taming_tensors
from vqclip.errors import CheckpointError
from vqclip.home import home
from vqclip.models import download, load_models
from vqclip.models.catalogue import Entry, RemoteFile
from vqclip.models.checkpoints import read_vqgan
from vqclip.models.store import Store

KNOWN = {"codes": 32, "embed_dim": 8, "factor": 2}


@pytest.fixture(scope="module")
def content(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("content") / "last.ckpt"
    torch.save(lightning(taming_tensors()), path)
    return path.read_bytes()


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    monkeypatch.setattr(download, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(download, "TIMEOUT", (0.5, 0.5))
    for name in download.OFFLINE:
        monkeypatch.delenv(name, raising=False)
    with servers.running() as one:
        yield one


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "models")


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def entry(*files: str | RemoteFile, **known: object) -> Entry:
    made = [RemoteFile(one) if isinstance(one, str) else one for one in files]
    return Entry("tiny", tuple(made), {**KNOWN, **known})


def assert_whole(store: Store, one: Entry) -> None:
    expected, found = taming_tensors(), read_vqgan(store.path(one))
    assert all(torch.equal(found[key], value) for key, value in expected.items())
    left = sorted(path.name for path in store.folder.iterdir())
    assert left == ["tiny.json", "tiny.lock", "tiny.safetensors"]


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


def test_an_unknown_hash_is_recorded_and_enforced(server, store, content) -> None:
    url = server.put("/last.ckpt", content)
    one = entry(url)
    store.obtain(one)
    assert json.loads((store.folder / "tiny.json").read_text())["files"] == {url: sha(content)}
    store.remove(one)
    server.contents["/last.ckpt"] = content[:-30] + b"\1" + content[-29:]
    with pytest.raises(CheckpointError, match=f"expected \\(sha256 {sha(content)}"):
        store.obtain(one)
    server.contents["/last.ckpt"] = content
    store.obtain(one)
    assert_whole(store, one)


def test_a_kept_model_that_changed_is_refused(server, store, content, monkeypatch) -> None:
    one = entry(server.put("/last.ckpt", content))
    path = store.obtain(one)
    tensors = taming_tensors()
    broken = path.read_bytes()
    path.write_bytes(broken[:-1] + bytes([broken[-1] ^ 1]))
    with pytest.raises(CheckpointError, match="has changed since.*rm tiny"):
        store.verify(one)
    monkeypatch.setattr("vqclip.models.catalogue.find", lambda _: one)
    with pytest.raises(CheckpointError, match="has changed since"):
        load_models("tiny", {"mini": 1.0}, model_dir=store.folder)
    path.write_bytes(broken)
    models = load_models("tiny", {"mini": 1.0}, model_dir=store.folder)
    assert torch.equal(models.vqgan.codebook, tensors["quantize.embedding.weight"])


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


def test_a_full_disk_is_noticed_before_the_download(server, store, content, monkeypatch) -> None:
    url = server.put("/last.ckpt", content)
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(CheckpointError, match=r"needs [\d,]+ bytes more.*1,000 free"):
        store.obtain(entry(url))
    assert not list(store.folder.glob("*.part"))


@pytest.mark.parametrize("name", download.OFFLINE)
def test_offline_asks_nobody_and_says_which_file_goes_where(
    server, store, content, monkeypatch, name
) -> None:
    monkeypatch.setenv(name, "1")
    one = entry(server.put("/last.ckpt", content))
    with pytest.raises(CheckpointError, match="switched off") as caught:
        store.obtain(one)
    assert f"fetch {server.root}/last.ckpt" in str(caught.value)
    assert not server.seen
    (store.folder / "tiny.ckpt").write_bytes(content)  # does what it says
    store.obtain(one)
    expected = taming_tensors()["quant_conv.bias"]
    assert torch.equal(read_vqgan(store.path(one))["quant_conv.bias"], expected)


def test_home_is_where_the_user_says(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path))
    assert Store.at(None).folder == tmp_path / "models"
    assert Store.at(tmp_path / "other").folder == tmp_path / "other"
    monkeypatch.delenv("VQCLIP_HOME")
    assert home().name == "vqclip"


def test_proxies_are_honoured(server, store, content, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", server.root)
    monkeypatch.setenv("no_proxy", "")
    url = "http://models.invalid/last.ckpt"
    server.put(url, content)  # a proxy is asked for the whole address
    store.obtain(entry(RemoteFile(url, sha256=sha(content))))
    assert server.seen[0][1] == url


FETCH = """
import sys
from pathlib import Path
from vqclip.models.catalogue import Entry, RemoteFile
from vqclip.models.store import Store
print(Store(Path(sys.argv[1])).obtain(Entry("tiny", (RemoteFile(sys.argv[2]),), {})))
"""


def begin(store: Store, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", FETCH, str(store.folder), url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_killed_download_goes_on_and_two_processes_fetch_once(server, store, content) -> None:
    url = server.put("/last.ckpt", content, slowly(20, 0.25))
    process = begin(store, url)
    try:
        limit = time.monotonic() + 60
        while not any(one.stat().st_size for one in store.folder.glob("*.part")):
            assert time.monotonic() < limit
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert not store.path(entry(url)).exists()
    (part,) = store.folder.glob("*.part")
    kept = part.stat().st_size
    assert 0 < kept < len(content)
    server.seen.clear()
    second = begin(store, url)
    path = store.obtain(entry(url))  # at the same time, in this process
    assert Path(second.communicate(timeout=60)[0].strip()) == path
    assert second.returncode == 0
    assert [headers["Range"] for _, _, headers in server.seen] == [f"bytes={kept}-"]
    assert_whole(store, entry(url))


def test_a_second_process_waits_for_the_first(server, store, content) -> None:
    notes = []

    class Bar(download.Silent):
        def __init__(self, *arguments: object, **settings: object) -> None:
            notes.append(settings.get("desc"))
            super().__init__(*arguments, **settings)

    one = entry(server.put("/last.ckpt", content))
    store.folder.mkdir()
    held = threading.Event()

    def hold() -> None:
        with FileLock(store.folder / "tiny.lock"):
            held.set()
            time.sleep(0.6)

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(10)
    store.obtain(one, bars=Bar)
    other.join()
    assert notes == ["waiting for another process that fetches tiny", "last.ckpt"]


def test_a_progress_bar_counts_every_byte(server, store, content) -> None:
    counted = []

    class Bar(download.Silent):
        def update(self, n: float | None = 1) -> bool | None:
            counted.append(n)
            return super().update(n)

    store.obtain(entry(server.put("/last.ckpt", content)), bars=Bar)
    assert sum(counted) == len(content)
