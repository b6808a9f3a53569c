"""The perceptor in training: an open_clip model, its tokenizer, the words it learns, its folder."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import open_clip
import torch
from open_clip.model import CLIP
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.config.option import option
from vqclip.files import atomic, write
from vqclip.models.fetch.hub import CONFIG, WEIGHTS_FILES
from vqclip.models.perceptor import VOCABULARY_FILE

MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
VOCABULARY = 49408
"""Tokens of open_clip's tokenizer."""
MARKS = 2
"""Tokens that begin and end a text; the last of the vocabulary."""


@dataclass(frozen=True)
class ImageTower:
    """The tower that embeds pictures: a convolutional network of timm, a ResNet, or a ViT."""

    timm: str = option("resnet10t", "architecture of timm; empty: a ResNet or a ViT of open_clip")
    layers: list[int] = option([], "blocks of the four stages of a ResNet; one number: of a ViT")
    width: int = option(0, "channels of the first stage, or of the ViT; 0: of timm's", low=0)
    patch: int = option(0, "side of a patch of a ViT, in pixels; 0: no ViT", low=0)
    head_width: int = option(64, "channels of a head of attention", low=1)

    def settings(self, size: int) -> dict[str, Any]:
        """Return open_clip's `vision_cfg` for pictures of `size` pixels a side."""
        if self.timm:
            return {
                "image_size": size,
                "timm_model_name": self.timm,
                "timm_model_pretrained": False,
                "timm_pool": "avg",
                "timm_proj": "linear",
            }
        layers = self.layers[0] if self.patch else self.layers
        found = {"image_size": size, "layers": layers, "width": self.width}
        found["head_width"] = self.head_width
        return {**found, "patch_size": self.patch} if self.patch else found


@dataclass(frozen=True)
class TextTower:
    """The transformer that embeds texts; the vocabulary is that of open_clip's tokenizer."""

    context_length: int = option(32, "tokens of a text, marks included", low=3, high=77)
    width: int = option(128, "channels", low=1)
    heads: int = option(4, "heads of attention", low=1)
    layers: int = option(3, "blocks", low=1)


@dataclass(frozen=True)
class Architecture:
    """A CLIP of two towers that meet in `embed_dim` dimensions, for one size of pictures."""

    embed_dim: int
    size: int
    image: ImageTower
    text: TextTower

    def settings(self) -> dict[str, Any]:
        """Return open_clip's `model_cfg`."""
        text = {**asdict(self.text), "vocab_size": VOCABULARY}
        return {
            "embed_dim": self.embed_dim,
            "vision_cfg": self.image.settings(self.size),
            "text_cfg": text,
        }


@dataclass(frozen=True)
class Contrast:
    """An open_clip model with all it takes to embed pictures and texts.

    Attributes:
        model: of two towers.
        tokenizer: open_clip's own.
        known: which tokens the captions have (V,).
        size: side of the pictures it takes, in pixels.
    """

    model: nn.Module
    tokenizer: Any
    known: Tensor
    size: int

    def images(self, pixels: Tensor) -> Tensor:
        """Embed pictures (B, 3, size, size) in [0, 1] as unit vectors (B, E)."""
        mean = torch.tensor(MEAN, device=pixels.device).view(1, 3, 1, 1)
        deviation = torch.tensor(DEVIATION, device=pixels.device).view(1, 3, 1, 1)
        model: Any = self.model
        return F.normalize(model.encode_image((pixels - mean) / deviation).float(), dim=-1)

    def texts(self, tokens: Tensor) -> Tensor:
        """Embed tokens (P, L) as unit vectors (P, E)."""
        model: Any = self.model
        return F.normalize(model.encode_text(tokens).float(), dim=-1)

    def tokens(self, texts: Sequence[str]) -> Tensor:
        """Return the tokens (P, L) of texts."""
        tokens: Tensor = self.tokenizer(list(texts))
        return tokens

    @property
    def scale(self) -> Tensor:
        """What cosines are multiplied by, at most 100 as in the paper of CLIP."""
        model: Any = self.model
        scale: Tensor = model.logit_scale.exp().clamp(max=100)
        return scale


def build(architecture: Architecture, captions: Iterable[str]) -> Contrast:
    """Build a model with random weights from the global generator of torch.

    A token of no caption has a vector of zeros and keeps it: an unknown word says nothing, instead
    of something random, and a table of zeros packs to nothing.

    Args:
        architecture: of both towers.
        captions: all that it will learn from.
    """
    model = CLIP(**architecture.settings())
    tokenizer = open_clip.SimpleTokenizer(context_length=architecture.text.context_length)
    known = torch.zeros(VOCABULARY, dtype=torch.bool)
    known[-MARKS:] = True
    for word in {word for caption in captions for word in caption.split()}:
        known[tokenizer.encode(word)] = True
    table = model.token_embedding.weight
    with torch.no_grad():
        table *= known[:, None]
    table.register_hook(lambda gradient: gradient * known.to(gradient.device)[:, None])
    return Contrast(model, tokenizer, known, architecture.size)


def with_unknown(tokens: Tensor, known: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Replace a token of some texts (P, L) by one that no caption has.

    Args:
        tokens: each text begins and ends with a mark.
        known: which tokens captions have (V,).
        share: of the texts.
        generator: of everything random, on the CPU.
    """
    changed = tokens.clone()
    unknown = (~known).nonzero().flatten()
    if not len(unknown):
        return changed
    lengths = tokens.argmax(dim=1)  # the end mark is the last of the vocabulary
    draws = torch.rand(3, len(tokens), generator=generator)
    place = 1 + (draws[0] * (lengths - 1)).long()
    chosen = (draws[1] < share) & (lengths > MARKS)
    drawn = unknown[(draws[2] * len(unknown)).long()]
    rows = chosen.nonzero().flatten()
    changed[rows, place[rows]] = drawn[rows]
    return changed


def vocabulary(captions: Iterable[str]) -> list[str]:
    """Return the words of captions, the most frequent first."""
    counts = Counter(word for one in captions for word in re.findall(r"[^\W\d_]+", one.lower()))
    return [word for word, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def export(
    folder: Path,
    architecture: Architecture,
    weights: Mapping[str, Tensor],
    words: Sequence[str],
) -> None:
    """Write an open_clip folder: its configuration, weights in half precision, and the words."""
    settings = {
        "model_cfg": architecture.settings(),
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
        name: (one.half() if one.is_floating_point() else one).contiguous().cpu()
        for name, one in weights.items()
    }
    with atomic(folder / WEIGHTS_FILES[0]) as temporary:
        save_file(slim, temporary)
    write(folder / CONFIG, (json.dumps(settings, indent=1) + "\n").encode())
    write(folder / VOCABULARY_FILE, ("\n".join(words) + "\n").encode())


def load_weights(contrast: Contrast, folder: Path) -> None:
    """Continue from the weights of a folder that `export` wrote, strictly."""
    weights = load_file(folder / WEIGHTS_FILES[0])
    contrast.model.load_state_dict({name: one.float() for name, one in weights.items()})
    with torch.no_grad():
        table: Any = contrast.model.get_submodule("token_embedding")
        table.weight *= contrast.known[:, None]
