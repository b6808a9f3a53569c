"""Named models in the store: installed once, from the first good address or the user's file."""

from __future__ import annotations

import contextlib
import hashlib
import io
import resource
import threading
import zipfile
from collections.abc import Iterator

import pytest
import torch
from filelock import FileLock
from safetensors.torch import save, save_file

from tests.models import server as servers
from tests.models.fetching import assert_whole, sha, tiny_entry
from tests.models.published import diffusers
from tests.models.server import status, truncated
from tests.tiny import ARCHITECTURE, taming_tensors
from vqclip.errors import CheckpointError, OutputError
from vqclip.models.fetch import home, installation
from vqclip.models.fetch.bars import Silent
from vqclip.models.fetch.catalogue import RemoteFile
from vqclip.models.fetch.installation import obtain, verify
from vqclip.models.fetch.store import Store
from vqclip.models.weights.checkpoints import read_vqgan


def test_a_model_is_downloaded_once_and_kept_slim(server, store, content) -> None:
    file = RemoteFile(server.put("/last.ckpt", content), len(content), sha(content))
    entry = tiny_entry(file)
    path = obtain(store, entry)
    assert_whole(store, entry)
    assert path.stat().st_size < len(content)
    assert obtain(store, entry) == path
    assert len(server.seen) == 1
    assert verify(store, entry) == ARCHITECTURE


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        (status(404), "answered 404"),
        (truncated(0.5), "failed 3 times"),
        (servers.page_as_file, "the file .*is damaged.*web page"),
    ],
)
def test_failures_are_named_and_the_next_address_is_tried(
    server, store, content, behaviour, message
) -> None:
    bad = server.put("/last.ckpt", content, behaviour)
    with pytest.raises(CheckpointError, match=f"{bad} {message}") as caught:
        obtain(store, tiny_entry(bad))
    text = str(caught.value)
    assert "tiny cannot be downloaded" in text
    assert f"download {bad} on any machine" in text
    assert f"put it into {store.folder} as tiny.safetensors" in text
    good = server.put("/mirror.ckpt", content)
    entry = tiny_entry(bad, good)
    obtain(store, entry)
    assert_whole(store, entry)
    assert store.record(entry).source == good


def test_an_archive_is_unpacked(server, store, content) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../model.ckpt", content)
    entry = tiny_entry(server.put("/files/vq-f4.zip", buffer.getvalue()))
    obtain(store, entry)
    assert_whole(store, entry)


def test_another_model_is_refused(server, store, content) -> None:
    entry = tiny_entry(server.put("/last.ckpt", content), codes=16384)
    with pytest.raises(
        CheckpointError, match=r"another model \(codebook 32 x 8.* than tiny \(codebook 16384 x 8"
    ):
        obtain(store, entry)
    assert [path.name for path in store.folder.iterdir()] == ["tiny.lock"]


def test_an_unknown_hash_is_recorded_and_enforced(server, store, content) -> None:
    url = server.put("/last.ckpt", content)
    entry = tiny_entry(url)
    obtain(store, entry)
    assert store.record(entry).files == {url: sha(content)}
    store.remove(entry)
    server.contents["/last.ckpt"] = content[:-30] + b"\1" + content[-29:]
    with pytest.raises(CheckpointError, match=f"expected \\(sha256 {sha(content)}"):
        obtain(store, entry)
    server.contents["/last.ckpt"] = content
    obtain(store, entry)
    assert_whole(store, entry)


def test_an_installed_model_that_changed_is_refused(server, store, content) -> None:
    entry = tiny_entry(server.put("/last.ckpt", content))
    path = obtain(store, entry)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(CheckpointError, match="has changed since.*models rm tiny"):
        verify(store, entry)


def test_a_model_that_is_not_installed_cannot_be_verified(store) -> None:
    with pytest.raises(CheckpointError, match="not downloaded; .*vqclip models download tiny"):
        verify(store, tiny_entry())


@pytest.mark.parametrize("name", home.OFFLINE)
def test_without_network_the_message_says_which_file_goes_where(
    server, store, content, monkeypatch, name
) -> None:
    monkeypatch.setenv(name, "1")
    entry = tiny_entry(server.put("/last.ckpt", content))
    with pytest.raises(CheckpointError, match="switched off") as caught:
        obtain(store, entry)
    assert f"download {server.root}/last.ckpt" in str(caught.value)
    assert not server.seen
    (store.folder / "tiny.ckpt").write_bytes(content)  # as the message says
    obtain(store, entry)
    expected = taming_tensors()["quant_conv.bias"]
    assert torch.equal(read_vqgan(store.path(entry))["quant_conv.bias"], expected)
    assert store.record(entry).source == "tiny.ckpt"


def test_the_users_own_file_is_verified_by_its_architecture(store) -> None:
    entry = tiny_entry()
    store.folder.mkdir()
    save_file(diffusers(taming_tensors()), store.path(entry))
    assert obtain(store, entry) == store.path(entry)
    assert verify(store, entry) == ARCHITECTURE
    with pytest.raises(CheckpointError, match=r"another model .* than tiny \(codebook 7 x 8"):
        verify(store, tiny_entry(codes=7))


def test_two_at_once_download_once(server, store, content) -> None:
    entry = tiny_entry(server.put("/last.ckpt", content, servers.slowly(5, 0.02)))
    other = threading.Thread(target=obtain, args=(store, entry))
    other.start()
    obtain(store, entry)
    other.join()
    assert len(server.seen) == 1
    assert_whole(store, entry)


def test_a_second_process_says_that_it_waits(server, store, content, monkeypatch) -> None:
    monkeypatch.setattr(installation, "PATIENCE", 0.05)
    notes: list[object] = []
    held, shown = threading.Event(), threading.Event()

    class Bar(Silent):
        def __init__(self, *arguments: object, **settings: object) -> None:
            notes.append(settings.get("desc"))
            shown.set()
            super().__init__(*arguments, **settings)

    def hold() -> None:
        with FileLock(store.folder / "tiny.lock"):
            held.set()
            shown.wait(10)

    store.folder.mkdir()
    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(10)
    obtain(store, tiny_entry(server.put("/last.ckpt", content)), bars=Bar)
    other.join()
    assert notes == ["waiting for another process that downloads tiny", "last.ckpt"]


def test_a_folder_that_cannot_be_written_is_a_sentence(server, store, content, tmp_path) -> None:
    entry = tiny_entry(server.put("/last.ckpt", content))
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file/models cannot be written"):
        obtain(Store(tmp_path / "file" / "models"), entry)
    assert not server.seen
    digest = hashlib.sha256(entry.files[0].url.encode()).hexdigest()[:8]
    store.folder.mkdir()
    (store.folder / f"tiny.{digest}.part").symlink_to("/dev/full")
    (store.folder / f"tiny.{digest}.part.etag").write_text('"1"')
    with pytest.raises(OutputError, match="No space left on device"):
        obtain(store, entry)


@contextlib.contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let no file grow beyond a number of bytes, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leads_to_the_next_address(server, store, content) -> None:
    small = save(taming_tensors())
    entry = tiny_entry(server.put("/last.ckpt", content), server.put("/small", small))
    with disk_of(len(content) - 1):
        obtain(store, entry)
    assert_whole(store, entry)


def test_a_disk_that_is_full_while_converting_is_a_sentence(server, store) -> None:
    half = save({name: tensor.half() for name, tensor in taming_tensors().items()})
    url = server.put("/half", half)
    with disk_of(len(half) + 1), pytest.raises(OutputError, match=f"{url} cannot be kept: .*tiny"):
        obtain(store, tiny_entry(url))
    assert not store.unfinished_files(tiny_entry())
    obtain(store, tiny_entry(url))  # there is room again: nothing is sent twice
    assert [("Range" in headers) for _, _, headers in server.seen] == [False, True]
    assert read_vqgan(store.path(tiny_entry())).keys() == taming_tensors().keys()


def test_what_killed_processes_left_is_swept(server, store, content) -> None:
    entry = tiny_entry(server.put("/last.ckpt", content))
    left = [".tiny.safetensors.ab12", ".tiny.json.cd34", "tiny.unpacked.part", "tiny.0a.part"]
    store.folder.mkdir()
    for _ in ("before the model was made", "after it"):
        for name in left:
            (store.folder / name).touch()
        obtain(store, entry)
        assert_whole(store, entry)


def test_nothing_is_swept_while_another_process_works(store, content) -> None:
    entry = tiny_entry()
    store.folder.mkdir()
    save_file(taming_tensors(), store.path(entry))
    (store.folder / ".tiny.safetensors.ab12").touch()
    with FileLock(store.lock_path(entry)):
        obtain(store, entry)
        assert store.unfinished_files(entry)
    obtain(store, entry)
    assert not store.unfinished_files(entry)
