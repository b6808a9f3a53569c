"""Models by name: those of the package, of the store and of the hub."""

from __future__ import annotations

import pytest
import torch

from tests.models.fetching import FILE, GENERATOR, REPO, tiny_entry
from tests.tiny import taming_tensors, write_clip, write_vqgan
from vqclip.errors import CheckpointError
from vqclip.files.atomic import sha256
from vqclip.models.fetch import catalogue
from vqclip.models.fetch.installation import obtain
from vqclip.models.load import load_models
from vqclip.world.colors import COLORS


def test_the_pair_inside_the_package_loads() -> None:
    models = load_models("mini", {"mini": 1.0})
    assert set(models.hashes) == {"vqgan mini", "perceptor mini"}
    (perceptor,) = models.perceptors
    assert perceptor.unknown_words("a red house in a meadow at sunset") == ()
    words = perceptor.encode_text(["a red picture", "a blue picture"])
    own, pure = torch.tensor([COLORS["red"], COLORS["blue"]]) / 255, 0.9 * torch.eye(3)[[0, 2]]
    matches = [
        words @ perceptor.encode_image(colors[:, :, None, None].expand(2, 3, 64, 64)).T
        for colors in (own, pure)
    ]
    for match in matches:
        assert match.argmax(dim=0).tolist() == [0, 1]  # the word of each picture
    assert matches[0].argmax(dim=1).tolist() == [0, 1]  # the picture of each word


def test_models_are_loaded_from_files_and_folders(tmp_path) -> None:
    vqgan, clip = write_vqgan(tmp_path), write_clip(tmp_path / "clip")
    models = load_models(str(vqgan), {str(clip): 2.0})
    assert torch.equal(models.generator.codebook, taming_tensors()["quantize.embedding.weight"])
    assert models.perceptor_weights == (2.0,)
    weights = clip / "open_clip_model.safetensors"
    assert models.hashes == {f"vqgan {vqgan}": sha256(vqgan), f"perceptor {clip}": sha256(weights)}


def test_models_are_loaded_from_the_hub(hub_server, local_hub) -> None:
    names = f"hf-hub:{GENERATOR}/{FILE}", f"hf-hub:{REPO}"
    models = load_models(names[0], {names[1]: 1.0}, model_dir=local_hub)
    assert torch.equal(models.generator.codebook, taming_tensors()["quantize.embedding.weight"])
    assert set(models.hashes) == {f"vqgan {names[0]}", f"perceptor {names[1]}"}


def test_an_installed_model_that_changed_is_refused(
    server, store, content, monkeypatch, tmp_path
) -> None:
    entry = tiny_entry(server.put("/last.ckpt", content))
    path = obtain(store, entry)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    monkeypatch.setattr(catalogue, "find_vqgan", lambda _: entry)
    clip = str(write_clip(tmp_path / "clip"))
    with pytest.raises(CheckpointError, match="has changed since"):
        load_models("tiny", {clip: 1.0}, model_dir=store.folder)
    path.write_bytes(whole)
    models = load_models("tiny", {clip: 1.0}, model_dir=store.folder)
    assert torch.equal(models.generator.codebook, taming_tensors()["quantize.embedding.weight"])
