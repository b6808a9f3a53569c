"""The presets for real models: names that exist, settings that fit them, every key explained."""

from __future__ import annotations

import pytest
import yaml

from vqclip.config.job import Job
from vqclip.config.layers import Assignment, load_config, merge
from vqclip.config.schema import Config
from vqclip.config.shelves import configs_folder, preset_names
from vqclip.config.values import is_path
from vqclip.errors import ConfigError
from vqclip.models.fetch.catalogue import find_vqgan
from vqclip.models.pretrained import find_pretrained

REAL = ["best", "faces", "fast", "gumbel", "imagenet", "wikiart"]
PEERS = ["nerdyrodent-2021", "pixray-2021"]


def test_names_are_told_from_paths_and_mistakes() -> None:
    assert is_path("a/b")
    assert is_path("x.ckpt")
    assert not is_path("imagenet_f16_1024")
    assert not is_path("hf-hub:a/b/c.bin")
    with pytest.raises(ConfigError, match="did you mean 'wikiart_1024'"):
        merge([Assignment("vqgan", "wikiart_1042", "vqgan=wikiart_1042")])


def test_the_presets_are_there() -> None:
    assert set(REAL) <= set(preset_names())
    assert Config().vqgan == "mini"


@pytest.mark.parametrize("name", REAL)
def test_a_preset_names_models_that_exist_and_fits_them(name) -> None:
    config = load_config(preset=name)
    entry = find_vqgan(config.vqgan)
    assert entry.files
    for perceptor in config.perceptors:
        find_pretrained(perceptor.name)
    assert entry.signature
    assert config.width % entry.signature.factor == config.height % entry.signature.factor == 0
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


EXAMPLES = sorted((configs_folder() / "examples").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_a_configuration_that_draws(path) -> None:
    job = Job.of(load_config(files=[path]))
    assert job.prompts
    assert Job.of(job.whole()).to_dict() == job.to_dict()
