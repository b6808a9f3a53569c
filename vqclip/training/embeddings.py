"""What a perceptor makes of captioned pictures: the embeddings that a prior learns from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.models.perceptor import ClipPerceptor
from vqclip.training.shards import Captions, Pictures, Pixels

PICTURES, TEXTS = 256, 2048
"""Pictures and texts that are embedded at once."""
PLAIN = re.compile(r"[a-z ]+")
"""Texts that a tokenizer of CLIP splits at spaces alone."""


@dataclass(frozen=True)
class Embeddings:
    """The embeddings of N captioned pictures and of their captions; captions occur only once.

    Attributes:
        pictures: unit vectors (N, E).
        texts: unit vectors of the distinct captions (M, E).
        captions: indices of all captions of all pictures (C), picture after picture.
        ends: where the captions of each picture end (N,).
    """

    pictures: Tensor
    texts: Tensor
    captions: Tensor
    ends: Tensor

    def __len__(self) -> int:
        return len(self.pictures)

    def first(self) -> Tensor:
        """Return the canonical caption of each picture, as unit vectors (N, E)."""
        return self.texts[self.captions[F.pad(self.ends, (1, 0))[:-1]]]

    def draw(self, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw pictures with one caption of each; return unit vectors (B, E) of both."""
        device = generator.device
        rows = torch.randint(len(self), (size,), generator=generator, device=device)
        share = torch.rand(size, generator=generator, device=device)
        begins = F.pad(self.ends, (1, 0))[rows]
        chosen = begins + (share * (self.ends[rows] - begins)).long()
        return self.pictures[rows], self.texts[self.captions[chosen]]


@torch.no_grad()
def embed(
    perceptor: ClipPerceptor,
    pictures: Pictures,
    rows: Sequence[int],
    late: Callable[[], bool] = lambda: False,
) -> Embeddings:
    """Embed pictures and all their captions.

    Args:
        perceptor: that sees and reads them.
        pictures: captioned.
        rows: indices of those that are embedded.
        late: whether no more pictures should be embedded, after the first few.
    """
    device = perceptor.mean.device
    seen: list[Tensor] = []
    for pixels in _read(pictures, rows):
        seen.append(embed_pixels(perceptor, torch.from_numpy(pixels).to(device)))
        if late():
            break
    embedded = torch.cat(seen)
    captions = [pictures.captions[row] for row in rows[: len(embedded)]]
    return Embeddings(embedded, *_embed_captions(perceptor, captions))


def embed_pixels(perceptor: ClipPerceptor, pixels: Tensor) -> Tensor:
    """Embed whole pictures (B, S, S, 3), bytes, as unit vectors (B, E)."""
    images = pixels.permute(0, 3, 1, 2).float() / 255  # (B, 3, S, S)
    size = (perceptor.size, perceptor.size)
    return perceptor.encode_image(F.interpolate(images, size=size, mode="bilinear", antialias=True))


def _read(pictures: Pictures, rows: Sequence[int]) -> Iterator[Pixels]:
    """Yield pictures in order, each part read while the one before is embedded."""
    parts = [rows[first : first + PICTURES] for first in range(0, len(rows), PICTURES)]
    with ThreadPoolExecutor(1) as reader:
        waiting = reader.submit(pictures.pixels, parts[0])
        for part in [*parts[1:], ()]:
            pixels = waiting.result()
            if part:
                waiting = reader.submit(pictures.pixels, part)
            yield pixels


def _embed_captions(
    perceptor: ClipPerceptor, captions: Sequence[Captions]
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the texts (M, E), the captions (C,) and their ends (N,), as `Embeddings` has them."""
    device = perceptor.mean.device
    places: dict[str, int] = {}
    indices = [places.setdefault(text, len(places)) for own in captions for text in own]
    tokens = tokenize(perceptor, list(places))
    texts = [
        F.normalize(perceptor.model.encode_text(part.to(device)).float(), dim=-1)
        for part in torch.split(tokens, TEXTS)
    ]
    ends = list(accumulate(map(len, captions)))
    return torch.cat(texts), torch.tensor(indices, device=device), torch.tensor(ends, device=device)


def tokenize(perceptor: ClipPerceptor, texts: Sequence[str]) -> Tensor:
    """Return the tokens (M, L) of texts, as the tokenizer of the perceptor does, but faster.

    Plain words are split into tokens once.
    """
    tokenizer, length = perceptor.tokenizer, perceptor.context_length
    if not hasattr(tokenizer, "encode"):
        return torch.cat([tokenizer(list(texts))])
    start, end = tokenizer.sot_token_id, tokenizer.eot_token_id
    known: dict[str, list[int]] = {}
    table = np.zeros((len(texts), length), dtype=np.int64)
    for row, text in zip(table, texts, strict=True):
        plain = text.lower()
        if PLAIN.fullmatch(plain):
            words = plain.split()
            for word in words:
                if word not in known:
                    known[word] = tokenizer.encode(word)
            tokens = [token for word in words for token in known[word]]
        else:
            tokens = tokenizer.encode(text)
        whole = [start, *tokens, end][:length]
        whole[-1] = end
        row[: len(whole)] = whole
    return torch.from_numpy(table)
