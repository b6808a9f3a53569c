"""The presets for real models: names that exist, settings that fit them, every key explained."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
import yaml

from vqclip.config.layers import Assignment, configs_folder, load_config, merge, preset_names
from vqclip.config.schema import Config
from vqclip.config.values import is_path
from vqclip.errors import CheckpointError, ConfigError
from vqclip.models.fetch.catalogue import RemoteFile, find, recommended, vqgans
from vqclip.models.perceptor import known_as
from vqclip.models.weights.architecture import Architecture

REAL = ["best", "faces", "fast", "gumbel", "imagenet", "wikiart"]
PEERS = ["nerdyrodent-2021", "pixray-2021"]


def test_the_catalogue_is_in_order() -> None:
    known = {one.name for one in fields(Architecture)} | {"factor"}
    for name, entry in vqgans().items():
        assert re.fullmatch(r"[a-z0-9_]+", name)
        assert entry.files or entry.by_hand
        assert entry.good_for
        assert entry.licence
        assert set(entry.architecture) <= known
        for file in entry.files:
            assert file.address().startswith("https://")
            assert file.about
            assert file.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert (file.state == "sha256 published") == bool(file.sha256)
    costs = [one.megabytes for one in recommended()]
    assert min(costs) == costs[0]
    for one in recommended():
        known_as(one.name)


def test_names_are_told_from_paths_and_mistakes() -> None:
    assert is_path("a/b")
    assert is_path("x.ckpt")
    assert not is_path("imagenet_f16_1024")
    assert not is_path("hf-hub:a/b/c.bin")
    url = "hf://datasets/erwann/face_editor_model_ckpt/imagenet.ckpt"
    expected = "/datasets/erwann/face_editor_model_ckpt/resolve/main/imagenet.ckpt"
    assert RemoteFile(url).address().endswith(expected)
    pinned = RemoteFile("hf://a/b@v1/c/d.bin").address()
    assert pinned.endswith("/a/b/resolve/v1/c/d.bin")
    for name in ("hf-hub:a/b", "hf-hub:a b/c/d.bin"):
        with pytest.raises(CheckpointError, match="not of the form"):
            find(name)
    with pytest.raises(ConfigError, match="did you mean 'wikiart_1024'"):
        merge([Assignment("vqgan", "wikiart_1042", "vqgan=wikiart_1042")])


def test_the_presets_are_there() -> None:
    assert set(REAL) <= set(preset_names())
    assert Config().vqgan == "mini"


@pytest.mark.parametrize("name", REAL)
def test_a_preset_names_models_that_exist_and_fits_them(name) -> None:
    config = load_config(preset=name)
    entry = vqgans()[config.vqgan]
    assert entry.files
    for perceptor in config.perceptors:
        known_as(perceptor.name)
    factor = entry.architecture["factor"]
    assert config.width % factor == config.height % factor == 0
    assert config.width <= 400
    assert config.start.candidates == 1
    assert config.cutouts.min_size < 0.5 <= config.cutouts.max_size
    assert (len(config.perceptors) > 1) == (name == "best")


@pytest.mark.parametrize("name", PEERS)
def test_the_presets_of_peers_use_none_of_our_inventions(name) -> None:
    config = load_config(preset=name)
    assert config.latent.levels == config.start.candidates == 1
    assert config.latent.average == config.start.noise == 0
    assert config.latent.noise.is_zero
    assert config.optimizer.warmup == 0
    assert config.optimizer.decay != "cosine"
    assert config.start.kind in ("codes", "fractal")
    assert config.vqgan == Config().vqgan


@pytest.mark.parametrize("name", [*REAL, *PEERS])
def test_every_key_of_a_preset_is_explained(name) -> None:
    lines = (configs_folder() / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert yaml.safe_load("\n".join(lines))
    for before, line in zip(lines, lines[1:], strict=False):
        starts = not line.strip().startswith(("#", "-")) and line.strip()
        if starts and not line.rstrip().endswith(":"):
            assert before.strip().startswith("#"), line
