"""Prompts as targets: which vectors, of which prompts, with which weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from tests.tiny import TinyPerceptor
from vqclip.config.prompt import Prompt, parse_prompts
from vqclip.engine.targets import MORE_WORDS, Targets, encode_prompts, prompt_warnings
from vqclip.errors import ImageError
from vqclip.files.images import to_tensor
from vqclip.randomness import stream


class CountingPerceptor(TinyPerceptor):
    """Notes the batches of texts it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []

    def encode_text(self, texts: list[str]) -> Tensor:
        self.asked.append(texts)
        return super().encode_text(texts)


def encode(*batch: str | list[Prompt], perceptor: TinyPerceptor | None = None) -> Targets:
    prompts = [parse_prompts(entry) if isinstance(entry, str) else entry for entry in batch]
    device = torch.device("cpu")
    return encode_prompts(perceptor or TinyPerceptor(), prompts, device=device)


def test_a_text_is_its_vector_with_weight_and_stop() -> None:
    found = encode("a fox:0.5 | fog:-1:0.2")
    expected = TinyPerceptor().encode_text(["a fox", "fog"])
    assert torch.equal(found.vectors[0], expected)
    assert found.weights.tolist() == [[0.5, -1.0]]
    assert found.stops[0, 0] == -torch.inf
    assert found.stops[0, 1].item() == pytest.approx(0.2)


def test_missing_prompts_have_no_weight() -> None:
    found = encode("a fox", "a hen | fog")
    assert found.weights.tolist() == [[1, 0], [1, 1]]
    torch.testing.assert_close(found.vectors.norm(dim=-1), torch.ones(2, 2))


def test_each_text_is_encoded_once_and_alone() -> None:
    perceptor = CountingPerceptor()
    encode("a fox | fog", "fog:-1", "a fox:2", perceptor=perceptor)
    assert perceptor.asked == [["a fox"], ["fog"]]


def test_a_noise_prompt_is_a_direction_of_its_seed() -> None:
    found = encode([Prompt("5", "noise"), Prompt("6", "noise")])
    for seed, vector in ((5, found.vectors[0, 0]), (6, found.vectors[0, 1])):
        drawn = torch.randn(12, generator=stream(seed, "prompts"))
        torch.testing.assert_close(vector, F.normalize(drawn, dim=0))


def test_an_image_prompt_of_one_color_is_that_color(tmp_path: Path) -> None:
    path = tmp_path / "aim.png"
    image = Image.new("RGB", (30, 20), (20, 40, 200))
    image.save(path)
    found = encode([Prompt(str(path), "image", 2.0)])
    square = to_tensor(image.resize((8, 8)))
    torch.testing.assert_close(found.vectors[0], TinyPerceptor().encode_image(square))
    assert found.weights.tolist() == [[2.0]]


def test_a_missing_image_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"gone\.png"):
        encode([Prompt(str(tmp_path / "gone.png"), "image")])


def test_a_direction_is_the_weighted_sum_of_an_image_s_prompts() -> None:
    found = encode("a fox:2 | fog:-1", "a hen")
    fox, fog, hen = TinyPerceptor().encode_text(["a fox", "fog", "a hen"])
    torch.testing.assert_close(found.directions(), torch.stack([2 * fox - fog, hen]))


def test_chosen_rows_are_those_images_prompts() -> None:
    found = encode("a fox", "a hen | fog", "the sea:3").select(torch.tensor([2, 0]))
    expected = encode("the sea:3 | x:7", "a fox")  # as wide as the widest of the batch
    assert found.weights.tolist() == [[3, 0], [1, 0]]
    assert torch.equal(found.vectors[:, 0], expected.vectors[:, 0])
    assert found.stops.shape == (2, 2)


def test_words_out_of_reach_are_named_once() -> None:
    long = " ".join(["word"] * 15)
    batch = [parse_prompts(f"zarquon | {long}"), parse_prompts("zarquon")]
    found = prompt_warnings([TinyPerceptor(), TinyPerceptor()], batch)
    assert len(found) == 3
    assert found[2] == MORE_WORDS
    assert "zarquon" in found[0]
    assert "14 tokens" in found[1]
    assert "'word'" in found[1]


def test_words_that_are_hardly_known_are_named_with_their_count() -> None:
    found = prompt_warnings([TinyPerceptor()], [parse_prompts("a quark")])
    assert found == [
        "words this perceptor hardly knows: quark (3 captions) (in 'a quark')",
        MORE_WORDS,
    ]
    assert prompt_warnings([TinyPerceptor()], [parse_prompts("a fox")]) == []


def test_words_of_images_and_directions_are_not_read() -> None:
    assert prompt_warnings([TinyPerceptor()], [[Prompt("zarquon", "image")]]) == []
