"""The catalogue: complete, and in agreement with the configuration and open_clip."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from vqclip.config.choices import GENERATORS, MINI, MINI_JUDGE
from vqclip.errors import CheckpointError
from vqclip.models.fetch.catalogue import (
    PerceptorEntry,
    RemoteFile,
    VqganEntry,
    catalogue,
    find_vqgan,
)
from vqclip.models.pretrained import find_pretrained
from vqclip.models.weights.architecture import Signature

VQGANS = catalogue().vqgans.values()
PERCEPTORS = catalogue().perceptors.values()


def test_the_configuration_allows_the_names_of_the_catalogue() -> None:
    assert (MINI, *catalogue().vqgans) == GENERATORS


@pytest.mark.parametrize("entry", VQGANS, ids=lambda entry: entry.name)
def test_an_entry_says_what_it_must(entry: VqganEntry) -> None:
    assert re.fullmatch(r"[a-z0-9_]+", entry.name)
    assert bool(entry.files) != bool(entry.by_hand)
    assert entry.good_for
    assert entry.trained_on
    assert entry.license
    for file in entry.files:
        assert file.address().startswith("https://")
        assert file.about
        assert file.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", file.sha256)


@pytest.mark.parametrize("entry", PERCEPTORS, ids=lambda entry: entry.name)
def test_a_perceptor_is_where_open_clip_says(entry: PerceptorEntry) -> None:
    pretrained = find_pretrained(entry.name)
    assert entry.repository == pretrained.repository
    assert entry.good_for
    assert entry.license


def test_entries_are_read_as_records() -> None:
    entry = find_vqgan("gumbel_f8_8192")
    assert entry.signature == Signature(codes=8192, embed_dim=256, factor=8, gumbel=True)
    assert entry.files[0].size == 376_581_823
    assert entry.files[1].about == 377_000_000
    assert catalogue() is catalogue()  # read once


def test_the_state_of_an_entry_is_that_of_its_first_address_and_its_best_mirror() -> None:
    published = RemoteFile("https://example.org/a", 7, "0" * 64)
    sized, unknown = RemoteFile("https://example.org/b", 7), RemoteFile("https://example.org/c")
    states = {
        "sha256 published": (published, unknown),
        "unverified, a mirror's sha256 published": (unknown, published),
        "unverified, size published": (sized,),
        "no safe address": (),
    }
    for state, files in states.items():
        assert VqganEntry("x", files).state == state


def test_addresses_of_the_hub_are_those_of_its_own_client() -> None:
    url = "hf://datasets/erwann/face_editor_model_ckpt/imagenet.ckpt"
    expected = "/datasets/erwann/face_editor_model_ckpt/resolve/main/imagenet.ckpt"
    assert RemoteFile(url).address().endswith(expected)
    pinned = RemoteFile("hf://a/b@v1/c/d.bin").address()
    assert pinned.endswith("/a/b/resolve/v1/c/d.bin")


def test_a_file_of_the_hub_needs_no_entry() -> None:
    entry = find_vqgan("hf-hub:a/b@v1/c/d.bin")
    assert entry.files == (RemoteFile("hf://a/b@v1/c/d.bin"),)
    assert entry.signature is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hf-hub:a/b", "not of the form hf-hub:ORG/REPO/FILE"),
        ("hf-hub:a b/c/d.bin", "not of the form hf-hub:ORG/REPO/FILE"),
        ("wikiart_1042", "did you mean 'wikiart_1024'"),
        (MINI, "mini is part of the package"),
        (MINI_JUDGE, "mini-judge is part of the package"),
    ],
)
def test_other_names_are_refused(name, message) -> None:
    with pytest.raises(CheckpointError, match=message):
        find_vqgan(name)


def test_reading_the_catalogue_loads_neither_torch_nor_the_hubs_client() -> None:
    code = (
        "import sys; from vqclip.models.fetch.catalogue import catalogue; catalogue();"
        "assert not {'torch', 'requests', 'huggingface_hub.file_download'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
