"""The door: whatever is given as a path, a number or a name is answered by a sentence."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vqclip.config.layers import load_config, parse_override, read_yaml_text
from vqclip.config.prompt import parse_prompts
from vqclip.errors import ConfigError

PATHS = {
    "--config": ["generate", "a fox", "--dry-run", "--config", "{}"],
    "--init-image": ["generate", "a fox", "--dry-run", "--init-image", "{}"],
    "--image-prompt": ["generate", "a fox", "--dry-run", "--image-prompt", "{}"],
    "--output": ["generate", "a fox", "--dry-run", "--output", "{}"],
    "--model-dir": ["generate", "a fox", "--dry-run", "--model-dir", "{}"],
    "vqgan": ["generate", "a fox", "--dry-run", "vqgan={}"],
    "perceptors": ["generate", "a fox", "--dry-run", "perceptors={}"],
    "replay": ["replay", "{}"],
    "resume": ["resume", "{}"],
    "series": ["series", "{}", "--dry-run"],
    "series --output": ["series", "s.yaml", "--dry-run", "--output", "{}"],
    "sheet": ["sheet", "{}"],
    "eval": ["eval", "{}", "--dry-run"],
    "eval --attributes": ["eval", "list.txt", "--dry-run", "--attributes", "{}"],
    "eval --pictures": ["eval", "list.txt", "--dry-run", "--pictures", "{}"],
    "eval --judge": ["eval", "list.txt", "--dry-run", "--judge", "{}"],
    "classify": ["classify", "{}", "--labels", "a,b"],
    "classify --labels-file": ["classify", "discs", "--labels-file", "{}"],
    "classify --perceptor": ["classify", "discs", "--labels", "a,b", "--perceptor", "{}"],
    "score": ["score", "{}", "--prompt", "a"],
    "search": ["search", "a", "{}"],
    "search --image": ["search", "--image", "{}", "discs"],
    "search --sheet": ["search", "a", "discs", "--sheet", "{}.png"],
    "search --html": ["search", "a", "discs", "--html", "{}.html"],
    "convert": ["models", "convert", "{}", "b.safetensors"],
    "convert to": ["models", "convert", "s.yaml", "{}.safetensors"],
    "models info": ["models", "info", "{}"],
    "bench --compare": ["bench", "--compare", "{}"],
}
"""Commands with one place for a path."""
LONG = "x" * 300


@pytest.fixture
def door(run, monkeypatch, tmp_path):
    """Run a command in a folder with a series and a list of prompts."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text("jobs: [{prompt: a fox}]")
    (tmp_path / "list.txt").write_text("a fox\na house\n")
    return run


@pytest.mark.parametrize("option", PATHS)
@pytest.mark.parametrize("path", [LONG, f"folder/{LONG}", "half\ud800"])
def test_a_path_that_no_file_can_have_is_refused(door, option, path) -> None:
    code, _, err = door(*(word.replace("{}", path) for word in PATHS[option]))
    assert code == 2, err
    assert err.startswith("vqclip: ")
    assert "Traceback" not in err
    assert len(err) < 1000


@pytest.mark.parametrize("name", ["", "a", "a/../b", "../..", "a/b c"])
def test_names_of_the_hub_that_are_none_are_refused(door, name) -> None:
    for key in ("vqgan", "perceptors"):
        code, _, err = door("generate", "a fox", "--dry-run", f"{key}=hf-hub:{name}")
        assert (code, "is not of the form hf-hub:ORG/REPO" in err) == (2, True)


VALUES = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.floats().map(str),
    st.integers(300, 5000).map(lambda count: "9" * count),
    st.integers(1, 3000).map(lambda depth: "[" * depth + "]" * depth),
    st.integers(1, 3000).map(lambda depth: "{a: " * depth + "}" * depth),
    st.sampled_from(["???", "${x}", "${oc.env:HOME}", "1e39", "-1e400", "&a [*a]", "~"]),
)
KEYS = st.sampled_from(
    ["steps", "width", "seed", "prompts", "style_prompts", "template", "vqgan", "perceptors"]
    + ["start", "start.image", "losses.saturation", "augmentations", "output.folder", "device"]
    + ["model_dir", "latent.noise", "cutouts.overview", "nonsense", ""]
)


def answers(read, *given) -> None:
    """Read something, which may be refused, within a second."""
    begun = time.process_time()
    with suppress(ConfigError):
        read(*given)
    assert time.process_time() - begun < 1


@given(KEYS, VALUES)
@settings(max_examples=50)
def test_every_setting_is_read_or_refused(key, value) -> None:
    answers(lambda: load_config(assignments=[parse_override(f"{key}={value}")]))


@given(st.dictionaries(KEYS, VALUES, max_size=4))
@settings(max_examples=50)
def test_every_configuration_is_read_or_refused(table) -> None:
    text = "\n".join(f"{key}: {value}" for key, value in table.items())
    answers(read_yaml_text, text, "a.yaml")


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_every_prompt_is_read_or_refused(text) -> None:
    answers(parse_prompts, text)


def test_what_omegaconf_would_read_is_plain_text() -> None:
    config = load_config(
        assignments=[
            parse_override("template=a {} of ${oc.env:HOME}"),
            parse_override("device=???"),
        ]
    )
    assert (config.template, config.device) == ("a {} of ${oc.env:HOME}", "???")
