"""The embeddings of pictures and captions that a prior learns from."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.tiny import write_clip
from vqclip.models.perceptor import ClipPerceptor, load_perceptor
from vqclip.training.embeddings import Embeddings, embed, embed_pixels, tokenize
from vqclip.training.shards import Pictures, write_shard

CAPTIONS = (("a red house", "house"), ("a fox",), ("house", "a fox", "a fox by night"))


@pytest.fixture(scope="module")
def perceptor(tmp_path_factory) -> ClipPerceptor:
    return load_perceptor(str(write_clip(tmp_path_factory.mktemp("clip"))))[0]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Pictures:
    folder, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    pixels = rng.integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
    write_shard(folder, 0, pixels, CAPTIONS)
    return Pictures(folder)


def test_every_caption_belongs_to_its_picture(perceptor, pictures) -> None:
    found = embed(perceptor, pictures, [2, 0, 1])
    assert len(found) == 3
    assert len(found.texts) == 4
    expected = perceptor.encode_text(["house", "a red house", "a fox"])
    torch.testing.assert_close(found.first(), expected)
    pixels = torch.from_numpy(pictures.pixels([2, 0, 1]))
    torch.testing.assert_close(found.pictures, embed_pixels(perceptor, pixels))


def test_a_late_embedding_keeps_what_it_has(perceptor, pictures, monkeypatch) -> None:
    monkeypatch.setattr("vqclip.training.embeddings.PICTURES", 2)
    found = embed(perceptor, pictures, [0, 1, 2], lambda: True)
    assert len(found) == 2
    assert found.ends.tolist() == [2, 3]


def test_draws_pair_pictures_with_all_their_captions() -> None:
    texts: Tensor = torch.eye(4)
    found = Embeddings(torch.eye(2), texts, torch.tensor([0, 1, 2, 3]), torch.tensor([1, 4]))
    drawn, read = found.draw(400, torch.Generator().manual_seed(0))
    pairs = {(int(a.argmax()), int(b.argmax())) for a, b in zip(drawn, read, strict=True)}
    assert pairs == {(0, 0), (1, 1), (1, 2), (1, 3)}


def test_tokens_are_those_of_the_tokenizer(perceptor) -> None:
    texts = ["a red house", "A Cat's  café, 3 dogs!", "x " * 50, "", "naïve", "two  spaces "]
    assert torch.equal(tokenize(perceptor, texts), perceptor.tokenizer(texts))
