"""The training of a CLIP lowers its loss, and learns from wrong captions and from names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from tests.training.pairs import SENTENCES, TINY_CLIP, plain, stock_of, write_colors
from vqclip.training.perceptor.batches import Batch, draw_batch
from vqclip.training.perceptor.clip_settings import AttackSettings
from vqclip.training.perceptor.contrastive import ClipTraining
from vqclip.training.perceptor.naming import KINDS, SIZES, marks_of
from vqclip.training.perceptor.retrieval import embed_images, embed_texts
from vqclip.training.perceptor.tokens import Tokenizer

CPU = torch.device("cpu")
NAMES = [text for _, kind in KINDS for text in kind.texts]
FAST = replace(TINY_CLIP, batch=4, steps=100, learning_rate=0.01, attack=AttackSettings(0.0))
PIXELS = plain("red", "blue", "red", "blue")
ALL = torch.from_numpy(PIXELS).permute(0, 3, 1, 2).float() / 255
IMAGES = ALL[:2]
TOKENIZER = Tokenizer(TINY_CLIP.text.context_length)
NO_MARKS = torch.zeros(4, 0, dtype=torch.bool)


def batch_of(right, wrong=("",) * 4, names=(), marks=NO_MARKS) -> Batch:
    """Return a batch of the four pictures."""
    tokens = (
        torch.from_numpy(TOKENIZER.matrix(texts).astype(np.int64)) for texts in (right, wrong)
    )
    return Batch(ALL, *tokens, TOKENIZER(names), marks)


def test_steps_lower_the_loss(tmp_path: Path) -> None:
    write_colors(tmp_path)
    training = ClipTraining(replace(TINY_CLIP, batch=3, steps=40, naming=0), SENTENCES, CPU)
    batch = draw_batch(stock_of(tmp_path), 0, size=3, step=0)
    losses = [float(training.advance(batch, step)["loss"]) for step in range(4)]
    assert losses[3] < losses[0]


def test_wrong_captions_are_learned_to_be_wrong() -> None:
    right, wrong = ("red cat", "blue cat"), ("blue cat", "red cat")
    training = ClipTraining(replace(FAST, naming=0), [*right, "green"], CPU)
    batch = batch_of(right * 2, wrong * 2)
    for step in range(20):
        training.advance(batch, step)
    encoder = training.averaged()
    seen = embed_images(encoder, IMAGES)
    own, other = embed_texts(encoder, right), embed_texts(encoder, wrong)
    assert ((seen * own).sum(dim=1) > (seen * other).sum(dim=1)).all()


def test_names_are_learned_without_captions_that_say_them() -> None:
    training = ClipTraining(replace(FAST, swaps=0), NAMES, CPU)
    marks = marks_of(["red", "blue"] * 2)
    batch = batch_of(("zinnia",) * 4, names=NAMES, marks=marks)
    for step in range(20):
        training.advance(batch, step)
    encoder = training.averaged()
    agreement = embed_images(encoder, IMAGES) @ embed_texts(encoder, NAMES[: SIZES[0]]).T
    assert [NAMES[row] for row in agreement.argmax(dim=1)] == ["red", "blue"]


def test_an_attack_raises_the_loss_that_is_learned(tmp_path: Path) -> None:
    write_colors(tmp_path)
    batch = draw_batch(stock_of(tmp_path), 0, size=6, step=0)
    losses = []
    for radius in (0.0, 4.0):
        attack = AttackSettings(share=1.0, first=radius, last=radius)
        training = ClipTraining(replace(TINY_CLIP, attack=attack, naming=0), SENTENCES, CPU)
        losses.append(float(training.advance(batch, 0)["loss"]))
    assert losses[1] > losses[0]


def test_the_average_moves_slower_than_the_weights() -> None:
    training = ClipTraining(FAST, NAMES[:20], CPU)
    before = training.average["visual.proj"].clone()
    batch = batch_of(("red", "blue") * 2)
    training.advance(batch, 0)
    weights = training.encoder.model.visual.proj.detach()
    # The first decay is a tenth.
    torch.testing.assert_close(training.average["visual.proj"], before.lerp(weights, 0.9))


def test_a_training_continues_from_its_state(tmp_path: Path) -> None:
    write_colors(tmp_path)
    pictures = stock_of(tmp_path)
    settings = replace(TINY_CLIP, naming=0)
    whole = ClipTraining(settings, SENTENCES, CPU)
    for step in range(2):
        whole.advance(draw_batch(pictures, 0, size=6, step=step), step)
    first, second = (ClipTraining(settings, SENTENCES, CPU) for _ in range(2))
    first.advance(draw_batch(pictures, 0, size=6, step=0), 0)
    second.load_state_dict(first.state_dict())
    second.advance(draw_batch(pictures, 0, size=6, step=1), 1)
    for name, tensor in whole.average.items():
        assert torch.equal(tensor, second.average[name]), name


def test_words_that_come_later_are_learned_from_then_on() -> None:
    training = ClipTraining(replace(FAST, naming=0), ["red"], CPU)
    blue = training.encoder.tokens(["blue"])[0, 1]
    assert training.average["token_embedding.weight"][blue].abs().sum() == 0
    training.learn(["blue", "red"])
    assert torch.equal(
        training.average["token_embedding.weight"][blue], training.encoder.fresh[blue]
    )
    again = ClipTraining(replace(FAST, naming=0), (), CPU)
    again.load_state_dict(training.state_dict())
    assert torch.equal(again.encoder.known, training.encoder.known)
