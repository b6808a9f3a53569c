"""The folder of models: fetched once, verified, found without a network."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torch
from filelock import FileLock
from safetensors.torch import save_file

from tests.models.fetching import assert_whole, entry, sha
from tests.models.published import diffusers
from tests.models.server import slowly
from tests.tiny import taming_tensors
from vqclip.errors import CheckpointError, OutputError
from vqclip.models.fetch import download
from vqclip.models.fetch.catalogue import RemoteFile
from vqclip.models.fetch.home import home
from vqclip.models.fetch.store import Store
from vqclip.models.load import load_models
from vqclip.models.weights.checkpoints import read_vqgan


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
    monkeypatch.setattr("vqclip.models.fetch.catalogue.find", lambda _: one)
    with pytest.raises(CheckpointError, match="has changed since"):
        load_models("tiny", {"mini": 1.0}, model_dir=store.folder)
    path.write_bytes(broken)
    models = load_models("tiny", {"mini": 1.0}, model_dir=store.folder)
    assert torch.equal(models.vqgan.codebook, tensors["quantize.embedding.weight"])


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
from vqclip.models.fetch.catalogue import Entry, RemoteFile
from vqclip.models.fetch.store import Store
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


def test_a_folder_that_cannot_be_written_is_a_sentence(server, store, content, tmp_path) -> None:
    one = entry(server.put("/last.ckpt", content))
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file/models cannot be written"):
        Store(tmp_path / "file" / "models").obtain(one)
    assert not server.seen
    digest = hashlib.sha256(one.files[0].url.encode()).hexdigest()[:8]
    store.folder.mkdir()
    (store.folder / f"tiny.{digest}.part").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="No space left on device"):
        store.obtain(one)


def test_what_was_put_there_by_hand_is_verified_by_its_architecture(store) -> None:
    one = entry()
    store.folder.mkdir()
    save_file(diffusers(taming_tensors()), store.path(one))
    assert store.obtain(one) == store.path(one)
    assert store.verify(one).codes == 32
    with pytest.raises(CheckpointError, match=r"another model .* than tiny is \(codes 7\)"):
        store.verify(entry(codes=7))
