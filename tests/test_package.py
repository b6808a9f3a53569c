"""The Python functions of the package."""

from __future__ import annotations

import pytest
from PIL import Image

import vqclip
from vqclip.errors import ConfigError


def settings_of(pair: list[str]) -> dict[str, object]:
    table = dict(word.split("=", 1) for word in pair)
    clip = table["perceptors"].strip("[]")
    return {
        "vqgan": table["vqgan"],
        "perceptors": [clip],
        "width": 20,
        "height": 16,
        "steps": 3,
        "cutouts": {"count": 2},
        "start": {"candidates": 2, "candidate_steps": 1},
    }


def test_generate_returns_a_picture(pair) -> None:
    image = vqclip.generate("a fox", **settings_of(pair))
    assert isinstance(image, Image.Image)
    assert image.size == (20, 16)


def test_prepare_iterates(pair) -> None:
    run = vqclip.prepare("a fox | fog:-1", styles=["oil"], **settings_of(pair))
    steps = [iterate.step for iterate in run]
    assert steps == [1, 2, 3]
    assert run.images().shape == (1, 3, 16, 20)


def test_mistakes_and_warnings_reach_the_caller(pair) -> None:
    with pytest.raises(ConfigError) as caught:
        vqclip.generate("", stpes=3, cutouts={"cont": 1})
    assert len(caught.value.messages) == 3
    with pytest.warns(UserWarning, match="not seen"):
        vqclip.prepare("word " * 15, **settings_of(pair))


def test_public_names_exist_and_no_others() -> None:
    for name in vqclip.__all__:
        assert getattr(vqclip, name)
    with pytest.raises(AttributeError, match="no attribute 'draw'"):
        vqclip.draw  # noqa: B018


def test_settings_of_python_are_named_without_an_origin() -> None:
    with pytest.raises(ConfigError) as caught:
        vqclip.prepare("a fox", stpes=3, cutouts={"count": 0})
    assert caught.value.messages == (
        "unknown key 'stpes'; did you mean 'steps'?",
        "cutouts.count: 0 is out of range: allowed is from 1 to 4096",
    )
