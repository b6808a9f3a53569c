"""`vqclip models`, and drawing with models of a hub that runs on this machine."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.models.fetching import FILE, GENERATOR, REPO, WEIGHTS
from vqclip.models.fetch.catalogue import vqgans
from vqclip.outputs import recipe


def test_a_picture_is_drawn_with_models_of_the_hub_and_again_without_network(
    run, hub_server, local_hub, tmp_path, monkeypatch
) -> None:
    names = [f"vqgan=hf-hub:{GENERATOR}/{FILE}", f"perceptors=[hf-hub:{REPO}]"]
    small = ["width=16", "height=16", "steps=1", "cutouts.count=1", "start.candidates=1"]
    code, out, err = run("generate", "a fox", *names, *small)
    assert code == 0, err
    assert f"{FILE}: 100%" in err  # the progress bar
    assert str(local_hub) not in recipe.read(Path(out.strip())).to_json()
    fetched = [
        path for command, path, _ in hub_server.seen if command == "GET" and "resolve" in path
    ]
    assert sum(path.endswith((WEIGHTS, FILE)) for path in fetched) == 2
    hub_server.seen.clear()
    monkeypatch.setenv("VQCLIP_OFFLINE", "1")
    code, again, err = run("replay", out.strip(), "-q")
    assert code == 0, err
    assert Path(again.strip()).read_bytes() == Path(out.strip()).read_bytes()
    assert not hub_server.seen


def test_perceptors_are_downloaded_verified_and_removed(
    run, hub_server, local_hub, tmp_path
) -> None:
    name = f"hf-hub:{REPO}"
    assert "not downloaded" in run("models", "verify", name)[2]
    code, out, err = run("models", "download", name, "-q")
    assert code == 0, err
    assert Path(out.strip(), WEIGHTS).is_file()
    expected = hashlib.sha256((tmp_path / "source" / WEIGHTS).read_bytes()).hexdigest()
    assert f"right, sha256 {expected}" in run("models", "verify", name)[1]
    (blob,) = (path for path in local_hub.rglob(expected) if path.is_file())
    blob.write_bytes(b"x" + blob.read_bytes()[1:])
    code, _, err = run("models", "verify", name)
    assert (code, "is damaged" in err) == (2, True)
    assert "removed" in run("models", "rm", name)[2]
    assert not blob.exists()
    assert "was not here" in run("models", "rm", name)[2]


def test_generators_are_downloaded_verified_and_removed(run, hub_server, local_hub) -> None:
    name = f"hf-hub:{GENERATOR}/{FILE}"
    assert "not downloaded" in run("models", "verify", name)[2]
    code, out, err = run("models", "download", name, "-q")
    assert (code, err) == (0, "")
    path = Path(out.strip())
    assert path.parent == local_hub
    assert "right, codebook 32 x 8" in run("models", "verify", name)[1]
    assert str(path) in run("models", "info", name)[1]
    assert "removed" in run("models", "rm", name)[2]
    assert not path.exists()
    assert "was not here" in run("models", "rm", name)[2]
    assert "not here; would be" in run("models", "info", name)[1]


def test_the_list_says_what_is_here_and_what_is_known(run, local_hub) -> None:
    local_hub.mkdir()
    (local_hub / "wikiart_1024.safetensors").touch()
    code, out, _ = run("models", "list")
    lines = {line.split()[0]: line for line in out.splitlines() if line.startswith("  ")}
    assert code == 0
    assert set(vqgans()) <= set(lines)
    assert " here " in lines["wikiart_1024"]
    assert " here " not in lines["wikiart_16384"]
    assert "unverified" in lines["wikiart_16384"]
    assert "sha256 published" in lines["boris_f16_16384"]
    assert "no safe address" in lines["wikiart_7mil"]
    assert "ViT-B-32-quickgelu:openai" in lines


def test_info_of_models_by_name(run) -> None:
    out = run("models", "info", "gumbel_f8_8192")[1]
    assert "sha256 5cd6c74810ab97e00e942c25403f73afc081e8b19987b31ec0d9ff5b68e7ab14" in out
    assert "licence of the weights: none stated" in out
    assert "QuickGELU" in run("models", "info", "ViT-B-32:openai")[1]
    assert "by hand: find coco_first_stage.ckpt" in run("models", "info", "coco_first_stage")[1]
    for name in ("imagenet_f16_16834", "ViT-B-32:opnai", "hf-hub:x"):
        code, _, err = run("models", "info", name)
        assert code == 2
        assert err.startswith("vqclip: ")
