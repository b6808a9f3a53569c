"""What tests of downloads share: a model of one name, and whether it arrived."""

from __future__ import annotations

import hashlib

import torch

from tests.tiny import taming_tensors
from vqclip.models.fetch.catalogue import Entry, RemoteFile
from vqclip.models.fetch.store import Store
from vqclip.models.weights.checkpoints import read_vqgan

REPO, GENERATOR = "someone/tiny-clip", "someone/tiny-vqgan"
FILE = "diffusion_pytorch_model.bin"
WEIGHTS = "open_clip_model.safetensors"
KNOWN = {"codes": 32, "embed_dim": 8, "factor": 2}


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
