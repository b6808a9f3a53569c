"""The sketch model: a transformer that reads a text and writes the codes of a picture.

In the manner of DALL-E (Ramesh et al. 2021, arXiv:2102.12092) text and codes are one stream of
tokens, the codes row by row. It departs from DALL-E in four ways. The tokens of the text see each
other in both directions and are not predicted (a prefix, as in arXiv:1910.10683): every parameter
serves the picture. The input at a cell is the code before it and the place of the cell itself.
Rows and columns also turn queries and keys (rotary embeddings, arXiv:2104.09864), so that "the cell
above" is learned once for all cells. Queries and keys are normalised (arXiv:2302.05442), which
allows high learning rates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

DEVIATION = 0.02
"""Standard deviation of the first embeddings."""
TURN_BASE = 100.0
"""Ratio of the fastest to the slowest rotation; grids have tens of cells a side."""
PAD, UNKNOWN, NO_TEXT = range(3)
"""Rows of the token embedding that are no words."""
RESERVED = 3


@dataclass(frozen=True)
class SketchShape:
    """The sizes of a sketch model.

    Attributes:
        codes: of the VQGAN.
        rows: cells of a sketch, from top to bottom.
        columns: cells of a sketch, from left to right.
        text: tokens of a text.
        words: rows of the token embedding, the reserved ones included.
        width: channels.
        layers: blocks.
        heads: attention heads; `width` is a multiple of 4 times it.
    """

    codes: int
    rows: int
    columns: int
    text: int
    words: int
    width: int
    layers: int
    heads: int

    @property
    def cells(self) -> int:
        """Number of codes of a sketch."""
        return self.rows * self.columns

    @property
    def length(self) -> int:
        """Tokens of text and sketch."""
        return self.text + self.cells


def turns(shape: SketchShape) -> tuple[Tensor, Tensor]:
    """Return cosines and sines (text + cells, head / 2) of the rotation at every place.

    The first half of the angles counts rows, the second columns; texts are not turned.
    """
    quarter = shape.width // shape.heads // 4
    speeds = TURN_BASE ** -(torch.arange(quarter) / quarter)
    row = torch.arange(shape.rows).repeat_interleave(shape.columns)[:, None] * speeds
    column = torch.arange(shape.columns).repeat(shape.rows)[:, None] * speeds
    still = torch.zeros(shape.text, 2 * quarter)
    angles = torch.cat([still, torch.cat([row, column], dim=1)])  # (text + cells, head / 2)
    return angles.cos(), angles.sin()


def turned(vectors: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn vectors (B, heads, n, head) by angles (n, head / 2)."""
    first, second = vectors.chunk(2, dim=-1)
    return torch.cat([first * cos - second * sin, first * sin + second * cos], dim=-1)


@dataclass
class Cache:
    """Keys and values of a layer for all places: (B, heads, text + cells, head)."""

    keys: Tensor
    values: Tensor


class Block(nn.Module):
    """Attention and a perceptron, each with its normalisation before it."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before_attention, self.before_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)

    def heads_of(self, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return queries, keys and values (B, heads, n, head) of x (B, n, width)."""
        batch, length, width = x.shape
        split = (batch, length, 3, self.heads, width // self.heads)
        joint = self.query_key_value(self.before_attention(x)).view(split)
        query, key, value = joint.permute(2, 0, 3, 1, 4).unbind()  # each (B, heads, n, head)
        cos, sin = cos.to(value.dtype), sin.to(value.dtype)
        query, key = (F.rms_norm(part, part.shape[-1:]).type_as(value) for part in (query, key))
        return turned(query, cos, sin), turned(key, cos, sin), value

    def finish(self, x: Tensor, attended: Tensor) -> Tensor:
        """Add what was attended to (B, heads, n, head), then the perceptron, to x (B, n, width)."""
        x = x + self.out(attended.transpose(1, 2).reshape(x.shape))
        hidden = F.gelu(self.up(self.before_mlp(x)), approximate="tanh")
        added: Tensor = self.down(hidden)
        return x + added

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, text: int) -> Tensor:
        """Go through texts and sketches x (B, text + n, width) at once."""
        query, key, value = self.heads_of(x, cos, sin)
        query_text, key_text, value_text = (part[:, :, :text] for part in (query, key, value))
        # Two calls without a mask take the fastest kernels; the first `text` rows of the second
        # call are the price.
        both_ways = F.scaled_dot_product_attention(query_text, key_text, value_text)
        onward = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.finish(x, torch.cat([both_ways, onward[:, :, text:]], dim=2))

    def extend(self, x: Tensor, cos: Tensor, sin: Tensor, cache: Cache, start: int) -> Tensor:
        """Go through the text, or one place of the sketch, after all before it.

        Args:
            x: (B, n, width).
            cos: of its places (n, head / 2), and so is `sin`.
            sin: see `cos`.
            cache: of the places before; gets those of x.
            start: number of places before.
        """
        query, key, value = self.heads_of(x, cos, sin)
        end = start + x.shape[1]
        cache.keys[:, :, start:end], cache.values[:, :, start:end] = key, value
        seen = F.scaled_dot_product_attention(
            query, cache.keys[:, :, :end], cache.values[:, :, :end]
        )
        return self.finish(x, seen)


class SketchTransformer(nn.Module):
    """The sketch model.

    Attributes:
        shape: its sizes.
        head: the embedding of the codes in another form, for the logits; None: itself.
    """

    cos: Tensor
    sin: Tensor

    def __init__(self, shape: SketchShape) -> None:
        super().__init__()
        self.shape, width = shape, shape.width
        self.words = nn.Embedding(shape.words, width)
        self.text_places = nn.Parameter(torch.empty(shape.text, width))
        self.codes = nn.Embedding(shape.codes, width)
        self.first = nn.Parameter(torch.empty(width))
        self.row_places = nn.Parameter(torch.empty(shape.rows, width))
        self.column_places = nn.Parameter(torch.empty(shape.columns, width))
        blocks = [Block(width, shape.heads) for _ in range(shape.layers)]
        self.blocks: Sequence[Block] = nn.ModuleList(blocks)  # type: ignore[assignment]
        self.norm = nn.LayerNorm(width)
        self.frequency = nn.Parameter(torch.zeros(shape.codes))
        self.head: nn.Module | None = None
        self.restore_turns()

    def restore_turns(self) -> None:
        """Compute the rotations, which no file has."""
        with torch.device("cpu"):
            cos, sin = turns(self.shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def initialize(self) -> None:
        """Draw the first weights from torch's global generator."""
        residual = (2 * self.shape.layers) ** -0.5
        for name, parameter in self.named_parameters():
            if name.endswith(("out.weight", "down.weight")):
                nn.init.normal_(parameter, std=residual * parameter.shape[1] ** -0.5)
            elif parameter.dim() == 2 and name.startswith("blocks."):
                nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5)
            elif parameter.dim() == 2 or name == "first":
                nn.init.normal_(parameter, std=DEVIATION)

    def embed_text(self, tokens: Tensor) -> Tensor:
        """Embed tokens (B, text) as (B, text, width)."""
        embedded: Tensor = self.words(tokens)
        return embedded + self.text_places

    def embed_codes(self, codes: Tensor) -> Tensor:
        """Embed the codes (B, n) before the places 1 to n, and place 0: (B, n + 1, width)."""
        first = self.first.expand(len(codes), 1, -1)
        count = codes.shape[1] + 1
        return torch.cat([first, self.codes(codes)], dim=1) + self.places()[:count]

    def places(self) -> Tensor:
        """Return the embedding of every cell (cells, width)."""
        return (self.row_places[:, None] + self.column_places).flatten(0, 1)

    def logits(self, x: Tensor) -> Tensor:
        """Return the logits (B, n, K) of the codes at places x (B, n, width)."""
        if self.head is not None:
            packed: Tensor = self.head(self.norm(x))
            return packed + self.frequency
        return F.linear(self.norm(x), self.codes.weight, self.frequency)

    def forward(self, tokens: Tensor, codes: Tensor) -> Tensor:
        """Return the logits (B, cells, K) of all codes, each given the text and the codes before.

        Args:
            tokens: of the texts (B, text).
            codes: of the pictures (B, cells), row by row.
        """
        text = self.shape.text
        x = torch.cat([self.embed_text(tokens), self.embed_codes(codes[:, :-1])], dim=1)
        for block in self.blocks:
            x = block(x, self.cos, self.sin, text)
        return self.logits(x[:, text:])

    def caches(self, batch: int) -> list[Cache]:
        """Return an empty cache for every block."""
        shape, like = self.shape, self.first
        size = (batch, shape.heads, shape.length, shape.width // shape.heads)
        return [Cache(like.new_zeros(size), like.new_zeros(size)) for _ in self.blocks]

    def extend(self, x: Tensor, caches: Sequence[Cache], start: int) -> Tensor:
        """Take embedded places x (B, n, width) through all blocks, after `start` others."""
        places = slice(start, start + x.shape[1])
        for block, cache in zip(self.blocks, caches, strict=True):
            x = block.extend(x, self.cos[places], self.sin[places], cache, start)
        return x
