"""Classification: probabilities in closed form, and labels that mean nothing."""

from __future__ import annotations

from pathlib import Path

import open_clip
import pytest
import torch
from PIL import Image
from torch.nn import functional as F

import vqclip
from tests.discs import disc, write_discs
from vqclip.errors import ConfigError
from vqclip.perception.classification import probabilities
from vqclip.perception.embedder import Embedder

LABELS = ["a cat", "dog", "human"]
FRAMES = ["a photo of a {}", "a drawing of {}"]


def noise(width: int, height: int) -> Image.Image:
    generator = torch.Generator().manual_seed(width)
    pixels = torch.randint(0, 256, (width * height * 3,), generator=generator)
    return Image.frombytes("RGB", (width, height), bytes(pixels.tolist()))


def test_probabilities_are_those_of_open_clip(clip) -> None:
    model, transform = open_clip.create_model_from_pretrained(f"local-dir:{clip}")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{clip}")
    wide = noise(32, 16)
    # The whole picture, padded by its edge: 8 rows above and 8 below, nothing resampled.
    rows = [wide.crop((0, y, 32, y + 1)) for y in (0, 15)]
    square = Image.new("RGB", (32, 32))
    for y in range(32):
        square.paste(rows[y >= 16], (0, y))
    square.paste(wide, (0, 8))
    with torch.no_grad():
        images = torch.stack([transform(noise(32, 32)), transform(square)])
        vectors = model.encode_image(images, normalize=True)
        classes = []
        for label in LABELS:
            texts = tokenizer([frame.format(label) for frame in FRAMES])
            words = model.encode_text(texts, normalize=True).mean(dim=0)
            classes.append(words / words.norm())
        expected = (model.logit_scale.exp() * vectors @ torch.stack(classes).T).softmax(dim=-1)
    found = vqclip.classify(
        [noise(32, 32), wide], LABELS, templates=FRAMES, perceptor=str(clip), device="cpu"
    )
    assert found.probabilities.shape == (2, 3)
    torch.testing.assert_close(found.probabilities, expected, atol=1e-5, rtol=1e-4)
    assert found.ranked(0)[0][1] == pytest.approx(float(expected[0].max()), abs=1e-5)


def test_the_default_frame_is_a_photo(clip) -> None:
    embedder = Embedder.load(str(clip), device="cpu")
    framed = vqclip.classify(noise(9, 9), "cat,dog", perceptor=embedder)
    explicit = vqclip.classify(
        noise(9, 9), ["cat", "dog"], templates="a photo of a {}", perceptor=embedder
    )
    bare = vqclip.classify(noise(9, 9), ["cat", "dog"], templates=["{}"], perceptor=embedder)
    assert torch.equal(framed.probabilities, explicit.probabilities)
    assert not torch.allclose(framed.probabilities, bare.probabilities)


def test_a_softmax_over_scaled_cosines() -> None:
    generator = torch.Generator().manual_seed(0)
    pictures = F.normalize(torch.randn(4, 5, generator=generator), dim=-1)
    labels = F.normalize(torch.randn(3, 5, generator=generator), dim=-1)
    found = probabilities(pictures, labels, logit_scale=7.0)
    logits = 7 * torch.einsum("ne,le->nl", pictures, labels)
    torch.testing.assert_close(found, logits.exp() / logits.exp().sum(dim=1, keepdim=True))


def test_the_shipped_pair_distinguishes_colors(mini, tmp_path: Path) -> None:
    paths = write_discs(tmp_path)
    found = vqclip.classify(paths, ["red circle", "green circle", "blue circle"], perceptor=mini)
    assert [found.ranked(row)[0][0].split()[0] for row in range(3)] == ["red", "green", "blue"]


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        vqclip.classify(
            tmp_path / "nowhere.png",
            ["cat", " ", "cat"],
            templates="a photo",
            device="qpu",
            precision="bfloat61",
        )
    found = "\n".join(caught.value.messages)
    for part in ("empty", "more than once: 'cat'", "two or more", "'a photo' has no {}", "nowhere"):
        assert part in found
    assert "'qpu' is unknown" in found
    assert "did you mean 'bfloat16'" in found


def test_without_templates_nothing_can_be_asked(tiny) -> None:
    with pytest.raises(ConfigError, match="there is no template"):
        vqclip.classify(disc("red"), "cat,dog", templates=[], perceptor=tiny)


def test_words_the_perceptor_never_learned_are_warned_of(tiny) -> None:
    with pytest.warns(UserWarning, match="never learned: zarquon"):
        vqclip.classify(disc("red"), ["zarquon", "cat"], perceptor=tiny)
