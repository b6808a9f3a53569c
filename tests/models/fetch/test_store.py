"""The folder of downloaded models: paths, hashes on record, and what is left of downloads."""

from __future__ import annotations

import pytest

from tests.models.fetching import tiny_entry
from vqclip.errors import CheckpointError
from vqclip.models.fetch.catalogue import RemoteFile, find_vqgan
from vqclip.models.fetch.store import Record, Store

URL = "https://example.org/last.ckpt"


def test_the_store_is_where_the_user_says(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path))
    assert Store.at(None).folder == tmp_path / "models"
    assert Store.at(tmp_path / "other").folder == tmp_path / "other"
    entry = find_vqgan("hf-hub:someone/model@v1/ckpts/last.ckpt")
    assert Store.at(None).path(entry).name == "someone--model--v1--ckpts--last.ckpt.safetensors"
    assert Store.at(None).path(entry).parent == tmp_path / "models"


def test_a_record_is_read_as_it_was_written(store) -> None:
    record = Record({URL: "a" * 64}, "b" * 64, URL)
    store.write_record(tiny_entry(), record)
    assert store.record(tiny_entry()) == record


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "7"])
def test_an_unreadable_record_is_an_empty_one(store, text) -> None:
    store.folder.mkdir()
    (store.folder / "tiny.json").write_text(text)
    assert store.record(tiny_entry()) == Record()


def test_a_published_hash_goes_before_a_recorded_one(store) -> None:
    entry = tiny_entry(URL)
    assert store.expected(entry, RemoteFile(URL)) is None
    store.write_record(entry, Record({URL: "a" * 64}))
    assert store.expected(entry, RemoteFile(URL)) == "a" * 64
    assert store.expected(entry, RemoteFile(URL, sha256="b" * 64)) == "b" * 64


def test_a_slim_form_is_compared_with_its_record(store) -> None:
    entry = tiny_entry()
    store.check(entry, "a" * 64)  # nothing is on record
    store.write_record(entry, Record(slim="b" * 64))
    store.check(entry, "b" * 64)
    with pytest.raises(CheckpointError, match="has changed since.*models rm tiny"):
        store.check(entry, "a" * 64)


def test_removing_leaves_the_record_and_other_models(store) -> None:
    entry = tiny_entry()
    assert store.remove(entry) == []
    store.write_record(entry, Record(slim="b" * 64))
    names = ["tiny.safetensors", "tiny.0a.part", "tiny.0a.part.etag", "tinys.safetensors"]
    for name in names:
        (store.folder / name).touch()
    assert sorted(path.name for path in store.remove(entry)) == sorted(names[:3])
    assert sorted(path.name for path in store.folder.iterdir()) == ["tiny.json", names[3]]


def test_the_advice_names_an_address_or_a_file_to_look_for(store) -> None:
    advice = store.advice(tiny_entry("hf://someone/model/last.ckpt"))
    assert "download https://huggingface.co/someone/model/resolve/main/last.ckpt on any" in advice
    assert f"into {store.folder} as tiny.safetensors, or .ckpt, .pt, .pth, .bin, .zip" in advice
    assert "find coco_first_stage.ckpt;" in store.advice(find_vqgan("coco_first_stage"))


def test_files_of_the_user_are_found_by_their_endings(store) -> None:
    entry = tiny_entry()
    assert store.planted(entry) is None
    store.folder.mkdir()
    (store.folder / "tiny.png").touch()
    assert store.planted(entry) is None
    (store.folder / "tiny.bin").touch()
    assert store.planted(entry) == store.folder / "tiny.bin"
