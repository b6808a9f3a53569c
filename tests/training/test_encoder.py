"""The CLIP in training: unknown words mean nothing, and what is exported loads."""

from __future__ import annotations

from pathlib import Path

import open_clip
import pytest
import torch

from tests.training.pairs import SENTENCES, TINY_CLIP
from vqclip.models.load import load_perceptors
from vqclip.models.perceptor import MERGES_FILE
from vqclip.randomness import stream
from vqclip.training.perceptor.encoder import (
    build,
    export,
    load_weights,
    with_unknown,
)
from vqclip.training.perceptor.texts import Lexicon

ARCHITECTURE = TINY_CLIP.architecture


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    return build(ARCHITECTURE, SENTENCES)


def test_a_word_of_no_caption_means_nothing_and_stays_so(encoder) -> None:
    table = encoder.model.token_embedding.weight
    tokens = encoder.tokens(["a picture of red", "zebra"])
    unknown = tokens[1, 1]
    assert not encoder.known[unknown]
    assert table[unknown].abs().sum() == 0
    encoder.texts(tokens).sum().backward()
    assert table.grad[unknown].abs().sum() == 0
    assert table.grad[tokens[0, 1]].abs().sum() > 0


def test_a_word_of_a_text_is_replaced_by_an_unknown_one(encoder) -> None:
    tokens = encoder.tokens(SENTENCES)
    assert torch.equal(with_unknown(tokens, encoder.known, 0.0, stream(0, "w")), tokens)
    changed = with_unknown(tokens, encoder.known, 1.0, stream(0, "w"))
    differs = changed != tokens
    assert differs.sum(dim=1).tolist() == [1, 1, 1]
    assert not encoder.known[changed[differs]].any()
    marks = tokens >= len(encoder.known) - 2
    assert not (differs & marks).any()


def test_embeddings_are_unit_vectors(encoder) -> None:
    images = encoder.images(torch.rand(2, 3, 16, 16, generator=stream(0, "images")))
    texts = encoder.texts(encoder.tokens(SENTENCES))
    for rows in (images, texts):
        torch.testing.assert_close(rows.norm(dim=1), torch.ones(len(rows)))
    assert float(encoder.scale.detach()) == pytest.approx(1 / 0.07, rel=1e-3)


def test_an_exported_folder_embeds_as_the_model_did(encoder, tmp_path: Path) -> None:
    lexicon = Lexicon()
    lexicon.add(SENTENCES, encoder.tokens)
    export(tmp_path, ARCHITECTURE, encoder.model.state_dict(), lexicon, encoder.tokens)
    (perceptor,), _ = load_perceptors([str(tmp_path)])
    with torch.no_grad():
        expected = encoder.texts(encoder.tokens(SENTENCES))
    assert (perceptor.encode_text(SENTENCES) * expected).sum(dim=1).min() > 0.999
    assert perceptor.unknown_words("a picture of purple") == ("purple",)
    again = build(ARCHITECTURE)
    load_weights(again, tmp_path)
    assert torch.equal(again.known, encoder.known)
    torch.testing.assert_close(
        again.model.token_embedding.weight, encoder.model.token_embedding.weight, atol=1e-4, rtol=0
    )


def test_an_exported_folder_is_small_and_plain_open_clip_reads_it(encoder, tmp_path: Path) -> None:
    lexicon = Lexicon()
    lexicon.add(SENTENCES, encoder.tokens)
    export(tmp_path, ARCHITECTURE, encoder.model.state_dict(), lexicon, encoder.tokens)
    name = f"local-dir:{tmp_path}"
    model = open_clip.create_model_from_pretrained(name, return_transform=False)
    assert model.vocab_size < 600
    tokenizer = open_clip.get_tokenizer(name, bpe_path=str(tmp_path / MERGES_FILE))
    with torch.no_grad():
        found = model.encode_text(tokenizer(SENTENCES), normalize=True)
        expected = encoder.texts(encoder.tokens(SENTENCES))
    assert (found * expected).sum(dim=1).min() > 0.999
