"""Fixtures of the models' tests: published forms, servers, a store, and a command line on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import open_clip
import pytest
import torch
from huggingface_hub import constants

from tests.models import server as servers
from tests.models.fetching import FILE, GENERATOR, REPO
from tests.models.published import diffusers, lightning, write_forms
from tests.models.server import Server
from tests.tiny import taming_tensors, write_clip
from vqclip.models.fetch import download, home, request
from vqclip.models.fetch.hub import CONFIG
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
    monkeypatch.setattr(request, "TIMEOUT", (5.0, 5.0))
    for name in home.OFFLINE:
        monkeypatch.delenv(name, raising=False)
    with servers.running() as server:
        yield server


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "models")


@pytest.fixture
def hub_server(tmp_path) -> Iterator[Server]:
    folder = write_clip(tmp_path / "source")
    torch.save(diffusers(taming_tensors()), tmp_path / "vqgan.bin")
    with servers.running() as server:
        server.put_hub(REPO, {path.name: path.read_bytes() for path in folder.iterdir()})
        server.put_hub(GENERATOR, {FILE: (tmp_path / "vqgan.bin").read_bytes()})
        yield server


@pytest.fixture
def local_hub(hub_server, monkeypatch, tmp_path) -> Path:
    """Point the hub's client in this process at the local hub; return its folder of models."""
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
def small_architecture(hub_server, tmp_path, monkeypatch) -> str:
    """The name under which open_clip knows the hub's tiny architecture during a test."""
    config = json.loads((tmp_path / "source" / CONFIG).read_text())["model_cfg"]
    path = tmp_path / "small-test.json"
    path.write_text(json.dumps(config))
    factory = open_clip.factory
    monkeypatch.setattr(factory, "_MODEL_CONFIGS", dict(factory._MODEL_CONFIGS))
    monkeypatch.setattr(factory, "_MODEL_CONFIG_PATHS", list(factory._MODEL_CONFIG_PATHS))
    open_clip.add_model_config(path)
    return path.stem


@pytest.fixture
def run_on_hub(command_line, local_hub) -> Callable[..., tuple[int, str, str]]:
    """Run the command line on the local hub: exit code, stdout, stderr."""

    def call(*words: str) -> tuple[int, str, str]:
        return command_line(*words, "--model-dir", str(local_hub))

    return call
