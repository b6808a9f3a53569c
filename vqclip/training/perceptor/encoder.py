"""The CLIP in training: an open_clip model, its tokenizer, the words it learns, and its folder."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import open_clip
import torch
from open_clip.model import CLIP
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from vqclip.files import atomic, write
from vqclip.models.fetch.hub import CONFIG, WEIGHTS_FILES
from vqclip.models.perceptor import VOCABULARY_FILE
from vqclip.training.perceptor.clip_settings import VOCABULARY, ClipArchitecture

MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
MARKS = 2
"""The start and end tokens of a text, which are the last of the vocabulary."""


@dataclass(frozen=True)
class DualEncoder:
    """An open_clip model with all that is needed to embed pictures and texts.

    Attributes:
        model: the two towers.
        tokenizer: open_clip's own.
        known: which tokens occur in captions (V,).
        size: width and height in pixels of the pictures it takes.
    """

    model: CLIP
    tokenizer: open_clip.SimpleTokenizer
    known: Tensor
    size: int

    def images(self, pixels: Tensor) -> Tensor:
        """Embed pictures (B, 3, size, size) in [0, 1] as unit vectors (B, E)."""
        mean = torch.tensor(MEAN, device=pixels.device).view(1, 3, 1, 1)
        deviation = torch.tensor(DEVIATION, device=pixels.device).view(1, 3, 1, 1)
        return F.normalize(self.model.encode_image((pixels - mean) / deviation).float(), dim=-1)

    def texts(self, tokens: Tensor) -> Tensor:
        """Embed tokens (P, L) as unit vectors (P, E)."""
        return F.normalize(self.model.encode_text(tokens).float(), dim=-1)

    def tokens(self, texts: Sequence[str]) -> Tensor:
        """Return the tokens (P, L) of texts."""
        tokens: Tensor = self.tokenizer(list(texts))
        return tokens

    @property
    def scale(self) -> Tensor:
        """The factor of cosines in the loss, at most 100 as in the paper of CLIP."""
        scale: Tensor = self.model.logit_scale.exp().clamp(max=100)
        return scale


def build(architecture: ClipArchitecture, captions: Iterable[str]) -> DualEncoder:
    """Build a model with random weights from torch's global generator.

    A token that no caption has keeps a vector of zeros: an unknown word means nothing instead of
    something random, and a table of zeros compresses to nothing.

    Args:
        architecture: of the model.
        captions: all captions that it will learn from.
    """
    model = CLIP(**architecture.open_clip())
    tokenizer = open_clip.SimpleTokenizer(context_length=architecture.text.context_length)
    known = torch.zeros(VOCABULARY, dtype=torch.bool)
    known[-MARKS:] = True
    for word in {word for caption in captions for word in caption.split()}:
        known[tokenizer.encode(word)] = True
    table = model.token_embedding.weight
    with torch.no_grad():
        table *= known[:, None]
    table.register_hook(lambda gradient: gradient * known.to(gradient.device)[:, None])
    return DualEncoder(model, tokenizer, known, architecture.size)


def with_unknown(tokens: Tensor, known: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Replace a token of some texts (P, L) by one that no caption has.

    Args:
        tokens: of the texts, each with a start and an end token.
        known: which tokens occur in captions (V,).
        share: share of the texts that are changed.
        generator: source of randomness, on the CPU.
    """
    changed = tokens.clone()
    unknown = (~known).nonzero().flatten()
    if not len(unknown):
        return changed
    lengths = tokens.argmax(dim=1)  # the end token is the last of the vocabulary
    draws = torch.rand(3, len(tokens), generator=generator)
    place = 1 + (draws[0] * (lengths - 1)).long()
    chosen = (draws[1] < share) & (lengths > MARKS)
    drawn = unknown[(draws[2] * len(unknown)).long()]
    rows = chosen.nonzero().flatten()
    changed[rows, place[rows]] = drawn[rows]
    return changed


def vocabulary(captions: Iterable[str]) -> list[str]:
    """Return the words of captions, the most frequent first."""
    counts = Counter(
        word for caption in captions for word in re.findall(r"[^\W\d_]+", caption.lower())
    )
    return [word for word, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def export(
    folder: Path,
    architecture: ClipArchitecture,
    weights: Mapping[str, Tensor],
    words: Sequence[str],
) -> None:
    """Write an open_clip folder: its configuration, weights in half precision, and the words."""
    settings = {
        "model_cfg": architecture.open_clip(),
        "preprocess_cfg": {
            "size": architecture.size,
            "mode": "RGB",
            "mean": MEAN,
            "std": DEVIATION,
            "interpolation": "bicubic",
            "resize_mode": "shortest",
        },
    }
    slim = {
        name: (tensor.half() if tensor.is_floating_point() else tensor).contiguous().cpu()
        for name, tensor in weights.items()
    }
    with atomic(folder / WEIGHTS_FILES[0]) as temporary:
        save_file(slim, temporary)
    write(folder / CONFIG, (json.dumps(settings, indent=1) + "\n").encode())
    write(folder / VOCABULARY_FILE, ("\n".join(words) + "\n").encode())


def load_weights(encoder: DualEncoder, folder: Path) -> None:
    """Continue from the weights of a folder that `export` wrote, strictly."""
    weights = load_file(folder / WEIGHTS_FILES[0])
    encoder.model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    with torch.no_grad():
        encoder.model.token_embedding.weight *= encoder.known[:, None]
