"""Scores: what the guidance lowers, on whole pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

import vqclip
from tests.discs import disc, write_discs
from vqclip.engine.losses import spherical_distance
from vqclip.errors import ConfigError


def test_a_score_is_what_the_guidance_measures(tiny, tmp_path: Path) -> None:
    paths = write_discs(tmp_path)
    scores = vqclip.score(paths, ["a fox | fog:-0.5", "night:2"], perceptor=tiny)
    assert [prompt.content for prompt in scores.prompts] == ["a fox", "fog", "night"]
    views = torch.cat([tiny.overview(Image.open(path).convert("RGB")) for path in paths])
    vectors = tiny.perceptor.encode_image(views)
    words = tiny.perceptor.encode_text(["a fox", "fog", "night"])
    torch.testing.assert_close(scores.cosines, vectors @ words.T)
    distances = spherical_distance(vectors[:, None], words)
    torch.testing.assert_close(scores.distances, distances)
    losses = distances @ torch.tensor([1.0, -0.5, 2.0])
    torch.testing.assert_close(scores.losses, losses)
    assert scores.ranked() == losses.argsort().tolist()


def test_there_must_be_a_prompt_and_a_picture(tiny) -> None:
    with pytest.raises(ConfigError, match="no prompt"):
        vqclip.score(disc("red"), [], perceptor=tiny)
    with pytest.raises(ConfigError, match="no pictures"):
        vqclip.score([], "a fox", perceptor=tiny)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        vqclip.score(tmp_path / "nowhere.png", ["a fox:0", "|"], device="qpu")
    zero, empty, nowhere, device = caught.value.messages
    assert "the weight of the prompt 'a fox' is 0" in zero
    assert "a prompt is empty" in empty
    assert "nowhere.png" in nowhere
    assert "'qpu' is unknown" in device
