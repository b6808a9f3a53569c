"""Weights from a hub that runs on this machine, and every way in which a hub fails."""

from __future__ import annotations

import pytest
from huggingface_hub import constants

from tests.models import server as servers
from tests.models.fetching import REPO, WEIGHTS
from tests.models.server import status
from vqclip.errors import CheckpointError
from vqclip.models.fetch import hub


def test_a_snapshot_holds_what_open_clip_needs(hub_server, local_hub, tmp_path) -> None:
    hub_server.put_hub(REPO, {"README.md": b"not needed", "merges.txt": b"needed"})
    folder = hub.snapshot(REPO, model_dir=local_hub)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [WEIGHTS, hub.CONFIG, "merges.txt"]
    )
    source = (tmp_path / "source" / WEIGHTS).read_bytes()
    assert (folder / WEIGHTS).read_bytes() == source


def test_the_first_name_that_exists_is_taken(hub_server, local_hub) -> None:
    hub_server.put_hub("a/b", {"second.bin": b"weights"})
    path = hub.weights("a/b", ["first.safetensors", "second.bin"], model_dir=local_hub)
    assert path.read_bytes() == b"weights"


def test_downloads_are_found_without_network(hub_server, local_hub, monkeypatch) -> None:
    folder = hub.snapshot(REPO, model_dir=local_hub)
    monkeypatch.setenv("VQCLIP_OFFLINE", "1")
    hub_server.seen.clear()
    assert hub.snapshot(REPO, model_dir=local_hub) == folder
    assert not hub_server.seen


def test_without_network_the_message_says_which_files_go_where(
    hub_server, local_hub, monkeypatch
) -> None:
    monkeypatch.setenv("VQCLIP_OFFLINE", "1")
    with pytest.raises(CheckpointError, match="the network is switched off; download it") as caught:
        hub.snapshot(REPO, model_dir=local_hub)
    text = str(caught.value)
    assert f"`hf download {REPO}` and copy the folder models--someone--tiny-clip" in text
    assert f"of its cache into {local_hub / 'hub'}" in text
    assert not hub_server.seen


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (404, "has no open_clip_model"),
        (401, "no repository a/b at"),
        (403, "terms of a/b have to be accepted first: see http"),
        (500, "does not provide it .*500.*download it on any"),
    ],
)
def test_failures_of_the_hub_are_sentences(hub_server, local_hub, code, message) -> None:
    def fail(handler: servers.Handler, _: bytes) -> None:
        errors = {404: "EntryNotFound", 401: "RepoNotFound", 403: "GatedRepo"}
        handler.fail(code, X_Error_Code=errors.get(code, "Busy"))

    hub_server.put_hub("a/b", dict.fromkeys(hub.WEIGHTS_FILES, b""), fail)
    with pytest.raises(CheckpointError, match=message):
        hub.snapshot("a/b", model_dir=local_hub)


def test_a_hub_out_of_reach_is_a_sentence(local_hub, monkeypatch) -> None:
    nobody = "http://127.0.0.1:9/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", nobody)
    with pytest.raises(CheckpointError, match=r"does not provide it .*refused.*download it on any"):
        hub.snapshot(REPO, model_dir=local_hub)


def test_a_hub_that_is_busy_for_a_moment_is_asked_again(hub_server, local_hub) -> None:
    content = hub_server.contents[f"/{REPO}/resolve/main/{WEIGHTS}"]
    hub_server.put_hub(REPO, {WEIGHTS: content}, status(503), servers.serve_hub)
    assert hub.weights(REPO, [WEIGHTS], model_dir=local_hub).read_bytes() == content
