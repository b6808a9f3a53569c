"""What tests of downloads share: a model that has a name, and whether it arrived."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import torch

from tests.tiny import ARCHITECTURE, taming_tensors
from vqclip.models.fetch.catalogue import RemoteFile, VqganEntry
from vqclip.models.fetch.store import Store
from vqclip.models.weights.checkpoints import read_vqgan

REPO, GENERATOR = "someone/tiny-clip", "someone/tiny-vqgan"
FILE = "diffusion_pytorch_model.bin"
WEIGHTS = "open_clip_model.safetensors"
SIGNATURE = ARCHITECTURE.signature


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def tiny_entry(*files: str | RemoteFile, codes: int = SIGNATURE.codes) -> VqganEntry:
    """An entry for the tiny VQGAN, or for one of another number of codes."""
    addresses = [RemoteFile(file) if isinstance(file, str) else file for file in files]
    return VqganEntry("tiny", tuple(addresses), replace(SIGNATURE, codes=codes))


def assert_whole(store: Store, entry: VqganEntry) -> None:
    """The model is in the store, as it was published, and nothing else is."""
    expected, found = taming_tensors(), read_vqgan(store.path(entry))
    assert all(torch.equal(found[key], value) for key, value in expected.items())
    names = sorted(path.name for path in store.folder.iterdir())
    assert names == ["tiny.json", "tiny.lock", "tiny.safetensors"]
