"""The pictures of a sketch model's training: codes and tokens, all in the memory of the device.

A picture is read, encoded and tokenised once, when it is found; 200,000 pictures take 150 MB.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from vqclip.models.quantizer import nearest_codes
from vqclip.models.sketches.sketchwords import Vocabulary, token_ids
from vqclip.models.sketches.transformer import NO_TEXT, PAD, UNKNOWN
from vqclip.models.taming import TamingVQGAN
from vqclip.training.shards import Captions, Pictures

PORTION = 1000
"""Pictures whose captions are tokenised together."""


@torch.no_grad()
def encode(vqgan: TamingVQGAN, pixels: NDArray[np.uint8], *, size: int, amp: bool) -> Tensor:
    """Return the codes (N, cells) of pictures (N, S, S, 3), scaled down to `size` pixels."""
    images = torch.from_numpy(pixels)
    if vqgan.device.type == "cuda":
        images = images.pin_memory()
    images = images.to(vqgan.device, non_blocking=True).permute(0, 3, 1, 2).float() / 255
    if images.shape[-1] != size:
        images = F.interpolate(images, size=(size, size), mode="area")
    with torch.autocast(vqgan.device.type, torch.bfloat16, enabled=amp):
        z = vqgan.encode(images)  # (N, D, h, w)
    flat = z.float().permute(0, 2, 3, 1).flatten(0, 2)  # (N·h·w, D)
    return nearest_codes(flat, vqgan.codebook.float()).view(len(images), -1)


@dataclass(frozen=True)
class Batch:
    """What a step learns from.

    Attributes:
        tokens: of the texts (B, text).
        codes: of the pictures (B, cells).
    """

    tokens: Tensor
    codes: Tensor


class Table:
    """Rows of whole numbers on a device, which grow at the end."""

    def __init__(self, width: int, dtype: torch.dtype, device: torch.device) -> None:
        self._rows = torch.zeros(1024, width, dtype=dtype, device=device)
        self.count = 0

    def append(self, rows: Tensor) -> None:
        """Add rows (N, width)."""
        needed = self.count + len(rows)
        if needed > len(self._rows):
            space = self._rows.new_zeros(max(needed, 2 * len(self._rows)), self._rows.shape[1])
            space[: self.count] = self._rows[: self.count]
            self._rows = space
        self._rows[self.count : needed] = rows.to(self._rows)
        self.count = needed

    def take(self, index: Tensor) -> Tensor:
        """Return the rows (N, width) of indices (N,), int64."""
        return self._rows[index].long()


class Tokenizer:
    """Tokenises captions in a process of its own, so that no step waits."""

    def __init__(self, length: int, *, aside: bool) -> None:
        self._length = length
        self._pool = ProcessPoolExecutor(1, get_context("spawn")) if aside else None

    def begin(self, captions: Sequence[Captions]) -> Future[NDArray[np.uint16]]:
        """Begin to tokenise the captions of some pictures, in order."""
        texts = [caption for wordings in captions for caption in wordings]
        if self._pool is not None:
            return self._pool.submit(token_ids, texts, self._length)
        done: Future[NDArray[np.uint16]] = Future()
        done.set_result(token_ids(texts, self._length))
        return done

    def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


class CodePictures:
    """Codes and captions of pictures, which are found while the training goes on.

    Args:
        pictures: where they are drawn.
        vqgan: encodes them.
        vocabulary: learns the tokens of their captions.
        text: tokens of a text.
        size: side in pixels to which pictures are scaled down.
        chunk: pictures encoded at once.
        amp: whether they are encoded in bfloat16.
        learn: whether the vocabulary learns tokens that it has not.
    """

    def __init__(
        self,
        pictures: Pictures,
        vqgan: TamingVQGAN,
        vocabulary: Vocabulary,
        *,
        text: int,
        size: int,
        chunk: int,
        amp: bool,
        learn: bool = True,
    ) -> None:
        self._pictures, self._vqgan, self._vocabulary = pictures, vqgan, vocabulary
        self._size, self._chunk, self._amp, self._learn = size, chunk, amp, learn
        device = vqgan.device
        self._tokenizer = Tokenizer(text, aside=device.type == "cuda")
        cells = (size // vqgan.factor) ** 2
        self._codes, self._texts = (
            Table(cells, torch.int32, device),
            Table(text, torch.int32, device),
        )
        self._wordings = Table(2, torch.int64, device)  # first text and number of texts
        self._waiting: deque[tuple[range, Future[NDArray[np.uint16]]]] = deque()
        self._tokenised = 0
        self._announce()

    def __len__(self) -> int:
        """Pictures that are ready."""
        return self._codes.count

    @property
    def found(self) -> int:
        """Pictures that are ready or not."""
        return self._tokenised

    def refresh(self) -> None:
        """Look for new pictures."""
        self._pictures.refresh()
        self._announce()

    def _announce(self) -> None:
        found = len(self._pictures.captions)
        while self._tokenised < found:
            rows = range(self._tokenised, min(found, self._tokenised + PORTION))
            captions = self._pictures.captions[rows.start : rows.stop]
            self._waiting.append((rows, self._tokenizer.begin(captions)))
            self._tokenised = rows.stop

    def prepare(self, most: int, *, wait: bool = False) -> int:
        """Encode up to `most` of the pictures whose captions are tokenised; return how many.

        Args:
            most: pictures.
            wait: whether captions that are being tokenised are awaited.
        """
        prepared = 0
        while prepared < most and self._waiting:
            rows, tokens = self._waiting[0]
            if not wait and not tokens.done():
                break
            if self._codes.count == rows.start:
                self._add_texts(rows, tokens.result())
            first = self._codes.count
            part = range(first, min(rows.stop, first + self._chunk))
            pixels = self._pictures.pixels(part)
            self._codes.append(encode(self._vqgan, pixels, size=self._size, amp=self._amp))
            prepared += len(part)
            if part.stop == rows.stop:
                self._waiting.popleft()
        return prepared

    def _add_texts(self, rows: range, tokens: NDArray[np.uint16]) -> None:
        counts = torch.tensor([len(self._pictures.captions[row]) for row in rows])
        firsts = self._texts.count + counts.cumsum(0) - counts
        if self._learn:
            self._vocabulary.add(tokens)
        self._texts.append(self._vocabulary.rows(tokens))
        self._wordings.append(torch.stack([firsts, counts], dim=1))

    def draw(self, size: int, generator: torch.Generator) -> Batch:
        """Draw pictures, each with one of its captions.

        Args:
            size: pictures of the batch.
            generator: source of randomness, on the device.
        """
        draws = torch.rand(2, size, generator=generator, device=generator.device)
        rows = (draws[0] * len(self)).long().clamp(max=len(self) - 1)
        return self._batch(rows, draws[1])

    def first(self, count: int) -> Batch:
        """Return the first pictures with their canonical captions."""
        rows = torch.arange(min(count, len(self)), device=self._vqgan.device)
        return self._batch(rows, torch.zeros(len(rows), device=rows.device))

    def _batch(self, rows: Tensor, share: Tensor) -> Batch:
        firsts, counts = self._wordings.take(rows).unbind(dim=1)
        chosen = firsts + torch.minimum((share * counts).long(), counts - 1)
        return Batch(self._texts.take(chosen), self._codes.take(rows))

    def close(self) -> None:
        """End what runs beside."""
        self._tokenizer.close()


def without_words(
    tokens: Tensor, *, no_text: float, unknown: float, generator: torch.Generator
) -> Tensor:
    """Leave out some texts (B, text), and make some tokens of the others unknown."""
    draws = torch.rand(tokens.shape, generator=generator, device=generator.device)
    tokens = torch.where((draws < unknown) & (tokens != PAD), UNKNOWN, tokens)
    left_out = torch.rand(len(tokens), 1, generator=generator, device=generator.device) < no_text
    return torch.where(left_out, NO_TEXT, tokens)


def neighbors_of(codebook: Tensor, count: int) -> Tensor:
    """Return the indices (K, count) of the codes nearest to each code (K, D), itself apart."""
    parts = torch.split(codebook.float(), 1024)
    nearest = [
        torch.cdist(part, codebook.float()).topk(count + 1, largest=False)[1] for part in parts
    ]
    return torch.cat(nearest)[:, 1:]


def disturbed(
    codes: Tensor, neighbors: Tensor, *, share: float, generator: torch.Generator
) -> Tensor:
    """Replace some codes (B, cells) by neighbors (K, count); half of the rows stay.

    A model that saw true codes alone in training trusts its own mistakes when it writes.
    """
    draws = torch.rand(2, *codes.shape, generator=generator, device=generator.device)
    own = torch.rand(len(codes), 1, generator=generator, device=generator.device)
    strength = (own * 2 - 1).clamp(min=0) * share  # 0 for half of the rows
    choice = (draws[1] * neighbors.shape[1]).long().clamp(max=neighbors.shape[1] - 1)
    return torch.where(draws[0] < strength, neighbors[codes, choice], codes)
