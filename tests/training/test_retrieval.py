"""Metrics of a CLIP in closed form."""

from __future__ import annotations

import pytest
import torch

from tests.training.pairs import SENTENCES, TINY_CLIP, plain
from vqclip.training.perceptor.encoder import build
from vqclip.training.perceptor.retrieval import (
    answered,
    attacked,
    embed_images,
    embed_texts,
    first,
    metrics,
    questions,
    unknown_shift,
)

CAPTIONS = ["a red star on a blue background", "a pink cat on a gray background"]


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    return build(TINY_CLIP.architecture, [*CAPTIONS, *SENTENCES])


def test_the_share_of_pictures_that_find_their_own_text() -> None:
    texts = torch.eye(4)
    assert first(texts, texts) == 1
    assert first(texts[[1, 0, 2, 3]], texts) == 0.5


def test_an_attribute_is_known_if_the_right_caption_is_nearest(encoder) -> None:
    own = embed_texts(encoder, CAPTIONS)
    right = answered(encoder, own, questions(CAPTIONS, 12))
    assert set(right) == {"color", "shape", "thing"}
    assert right["color"] == {"accuracy": 1.0, "chance": 0.0833, "count": 2}
    assert right["shape"]["count"] == right["thing"]["count"] == 1
    wrong = embed_texts(encoder, ["a green star on a blue background"] * 2)
    assert answered(encoder, wrong[:1], questions(CAPTIONS[:1], 12))["color"]["accuracy"] == 0


def test_an_unknown_word_moves_a_text_less_than_known_ones(encoder) -> None:
    plain_texts = embed_texts(encoder, SENTENCES)
    longer = embed_texts(encoder, [f"{text} red blue green red" for text in SENTENCES])
    known = 1 - float((plain_texts * longer).sum(dim=1).mean())
    assert 0 < unknown_shift(encoder, SENTENCES) < known


def test_attacked_pictures_are_farther_from_their_texts(encoder) -> None:
    images = torch.from_numpy(plain("red", "blue", "green")).permute(0, 3, 1, 2).float() / 255
    texts = embed_texts(encoder, SENTENCES)
    moved = embed_images(encoder, attacked(encoder, images, texts, seed=0))
    before = (embed_images(encoder, images) * texts).sum(dim=1)
    assert ((moved * texts).sum(dim=1) < before).all()


def test_metrics_are_counted_over_all_pictures(encoder) -> None:
    images = torch.from_numpy(plain("red", "blue")).permute(0, 3, 1, 2).float() / 255
    table = metrics(encoder, images, CAPTIONS, questions(CAPTIONS, 12))
    assert table["pictures"] == 2
    assert table["retrieval"] in (0, 0.5, 1)
    assert set(table) == {"pictures", "retrieval", "attacked", "unknown", "attributes"}
