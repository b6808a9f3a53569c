"""The hub's cache by its paths, against a cache that the hub's own client has filled."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.models.fetching import REPO, WEIGHTS
from vqclip.errors import CheckpointError
from vqclip.models.fetch import cache, hub


def test_downloads_are_found_and_verified(hub_server, local_hub, tmp_path) -> None:
    assert cache.downloaded_weights(REPO, local_hub) == []
    folder = hub.snapshot(REPO, model_dir=local_hub)
    assert cache.downloaded_weights(REPO, local_hub) == [folder / WEIGHTS]
    assert folder.is_relative_to(cache.repository_folder(REPO, local_hub))
    expected = hashlib.sha256((tmp_path / "source" / WEIGHTS).read_bytes()).hexdigest()
    assert cache.verify(folder / WEIGHTS) == expected


def test_a_damaged_file_is_named(tmp_path) -> None:
    blob = tmp_path / hashlib.sha256(b"right").hexdigest()
    blob.write_bytes(b"right")
    path = tmp_path / WEIGHTS
    path.symlink_to(blob)
    assert cache.verify(path) == blob.name
    blob.write_bytes(b"wrong")
    with pytest.raises(CheckpointError, match=f"{path} is damaged.*expected {blob.name}"):
        cache.verify(path)


def test_removing_leaves_other_repositories(hub_server, local_hub) -> None:
    assert cache.remove(REPO, local_hub) == []
    hub_server.put_hub("a/b", {WEIGHTS: b"other"})
    paths = [hub.weights(name, [WEIGHTS], model_dir=local_hub) for name in (REPO, "a/b")]
    assert [path.name for path in cache.remove(REPO, local_hub)] == ["models--someone--tiny-clip"]
    assert [path.exists() for path in paths] == [False, True]
    assert cache.remove(REPO, local_hub) == []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"HF_HUB_CACHE": "{}/a", "HF_HOME": "{}/b"}, "a"),
        ({"HF_HOME": "{}/b", "XDG_CACHE_HOME": "{}/c"}, "b/hub"),
        ({"XDG_CACHE_HOME": "{}/c"}, "c/huggingface/hub"),
    ],
)
def test_the_cache_is_the_hubs_own(tmp_path, variables, expected) -> None:
    """In a process of its own: the hub reads the environment when it is imported."""
    code = "from vqclip.models.fetch.cache import cache_folder; print(cache_folder(None))"
    others = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    own = {key: value.format(tmp_path) for key, value in variables.items()}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env={**others, **own}, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()) == tmp_path / expected
