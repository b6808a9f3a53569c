"""The decoder of taming's VQGAN in plain torch, as the tools of 2021 run it.

It stands apart from the program's own decoder on purpose: what makes that faster must not make the
reference faster. Parameter names are taming's, so a test can hold one against the other.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.models.weights.architecture import GROUPS, NOMINAL_RESOLUTION, Architecture


def swish(x: Tensor) -> Tensor:
    """Return `x * sigmoid(x)` in two operations, as taming does."""
    return x * torch.sigmoid(x)


def _norm(channels: int) -> nn.GroupNorm:
    return nn.GroupNorm(GROUPS, channels, eps=1e-6)


class PlainBlock(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = _norm(inner), nn.Conv2d(inner, outer, 3, padding=1)
        self.norm2, self.conv2 = _norm(outer), nn.Conv2d(outer, outer, 3, padding=1)
        if inner != outer:
            self.nin_shortcut = nn.Conv2d(inner, outer, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, inner, h, w) to (B, outer, h, w)."""
        hidden = self.conv1(swish(self.norm1(x)))
        hidden = self.conv2(swish(self.norm2(hidden)))
        shortcut = self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x
        result: Tensor = shortcut + hidden
        return result


class PlainAttention(nn.Module):
    """Attention of every cell to all cells, its weights held whole."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = _norm(channels)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(channels, channels, 1) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C, h, w) to the same shape."""
        hidden = self.norm(x)
        q, k, v = (layer(hidden).flatten(2) for layer in (self.q, self.k, self.v))  # (B, C, h·w)
        weights = F.softmax(torch.bmm(q.mT, k) * x.shape[1] ** -0.5, dim=2)  # (B, h·w, h·w)
        mixed = torch.bmm(v, weights.mT).view_as(x)
        result: Tensor = x + self.proj_out(mixed)
        return result


class PlainUpsample(nn.Module):
    """Twice as wide and high, by repetition and a convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C, h, w) to (B, C, 2h, 2w)."""
        result: Tensor = self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return result


class PlainMiddle(nn.Module):
    """The blocks at the lowest resolution, with attention between them."""

    def __init__(self, channels: int, *, attention: bool) -> None:
        super().__init__()
        self.block_1 = PlainBlock(channels, channels)
        self.attn_1 = PlainAttention(channels) if attention else nn.Identity()
        self.block_2 = PlainBlock(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C, h, w) to the same shape."""
        result: Tensor = self.block_2(self.attn_1(self.block_1(x)))
        return result


class PlainLevel(nn.Module):
    """The blocks of one resolution, each with attention or none, and the way up."""

    def __init__(self, widths: list[int], *, attention: bool, upsample: bool) -> None:
        super().__init__()
        pairs = zip(widths, widths[1:], strict=False)
        self.block = nn.ModuleList(PlainBlock(inner, outer) for inner, outer in pairs)
        attentions = widths[1:] if attention else []
        self.attn = nn.ModuleList(PlainAttention(width) for width in attentions)
        if upsample:
            self.upsample = PlainUpsample(widths[-1])

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C, h, w) to (B, C', h, w), or twice that size."""
        for index, block in enumerate(self.block):
            x = block(x)
            if len(self.attn):
                x = self.attn[index](x)
        return self.upsample(x) if hasattr(self, "upsample") else x


class PlainDecoder(nn.Module):
    """Taming's `Decoder`: z (B, z_channels, h, w) to images (B, 3, f·h, f·w) about [-1, 1]."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        widths = [architecture.ch * multiple for multiple in architecture.ch_mult]
        self.conv_in = nn.Conv2d(architecture.z_channels, widths[-1], 3, padding=1)
        self.mid = PlainMiddle(widths[-1], attention=architecture.mid_attention)
        levels, inner = [], widths[-1]
        for level in reversed(range(len(widths))):
            blocks = [inner, *[widths[level]] * (architecture.num_res_blocks + 1)]
            attention = NOMINAL_RESOLUTION >> level in architecture.attn_resolutions
            levels.append(PlainLevel(blocks, attention=attention, upsample=level > 0))
            inner = widths[level]
        self.up = nn.ModuleList(reversed(levels))
        self.norm_out, self.conv_out = _norm(inner), nn.Conv2d(inner, 3, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        """Decode."""
        x = self.mid(self.conv_in(z))
        for level in reversed(list(self.up)):
            x = level(x)
        result: Tensor = self.conv_out(swish(self.norm_out(x)))
        return result


class PlainVQGAN(nn.Module):
    """The decoding half of taming's VQGAN: a codebook (K, D), a convolution, the decoder."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.codebook = nn.Parameter(torch.randn(architecture.codes, architecture.embed_dim))
        self.post_quant_conv = nn.Conv2d(architecture.embed_dim, architecture.z_channels, 1)
        self.decoder = PlainDecoder(architecture)
        self.factor = architecture.factor

    def forward(self, z_q: Tensor) -> Tensor:
        """Decode codes (B, D, h, w) to images about [-1, 1]."""
        result: Tensor = self.decoder(self.post_quant_conv(z_q))
        return result
