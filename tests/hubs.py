"""What tests of models share: published forms, a server, a store."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from huggingface_hub import constants

from tests.models import server as servers
from tests.models.fetching import FILE, GENERATOR, REPO
from tests.models.published import diffusers, lightning, write_forms
from tests.models.server import Server
from tests.tiny import taming_tensors, write_clip
from vqclip.cli import main
from vqclip.models.fetch import download
from vqclip.models.fetch.store import Store


@pytest.fixture(scope="module")
def forms(tmp_path_factory) -> dict[str, Path]:
    return write_forms(tmp_path_factory.mktemp("forms"))


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


@pytest.fixture
def hub_server(tmp_path) -> Iterator[Server]:
    folder = write_clip(tmp_path / "source")
    torch.save(diffusers(taming_tensors()), tmp_path / "vqgan.bin")
    with servers.running() as one:
        one.put_hub(REPO, {path.name: path.read_bytes() for path in folder.iterdir()})
        generator = (tmp_path / "vqgan.bin").read_bytes()
        one.put_hub(GENERATOR, {FILE: generator})
        yield one


@pytest.fixture
def local_hub(hub_server, monkeypatch, tmp_path) -> Path:
    """The hub's client, within this process, on this machine's hub; its cache."""
    monkeypatch.setattr(constants, "ENDPOINT", hub_server.root)
    monkeypatch.setattr(
        constants,
        "HUGGINGFACE_CO_URL_TEMPLATE",
        hub_server.root + "/{repo_id}/resolve/{revision}/{filename}",
    )
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)
    for name in ("VQCLIP_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "models"


@pytest.fixture
def run(local_hub, monkeypatch, capsys, tmp_path) -> Callable[..., tuple[int, str, str]]:
    """Run the command line within this process: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGINT)

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["vqclip", *words, "--model-dir", str(local_hub)])
        with pytest.raises(SystemExit) as caught:
            main()
        signal.signal(signal.SIGINT, before)
        captured = capsys.readouterr()
        return int(caught.value.code or 0), captured.out, captured.err

    return call
