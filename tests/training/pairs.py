"""Tiny pictures with captions, and tiny settings, on which both kinds of training run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from vqclip.training.perceptor.clip_settings import ClipSettings, ImageTower, TextTower
from vqclip.training.perceptor.intake import Intake
from vqclip.training.perceptor.stock import Stock
from vqclip.training.shards import Pictures, write_shard

COLORS = {"red": (220, 30, 30), "green": (30, 160, 50), "blue": (30, 60, 220)}
SENTENCES = [f"a picture of {name}" for name in COLORS]
TINY_CLIP = ClipSettings(
    embed_dim=8,
    size=16,
    kept=32,
    workers=0,
    steps=6,
    batch=6,
    warmup=0,
    learning_rate=5e-3,
    validate_every=3,
    save_every=3,
    image=ImageTower(timm="", layers=[1], width=16, patch=8, head_width=8),
    text=TextTower(context_length=12, width=8, heads=2, layers=1),
)
TINY_VQGAN = (
    "steps=4", "batch=2", "crop=16", "warmup=0", "learning_rate=0.003", "average=0",
    "log_every=2", "checkpoint_every=2", "architecture.ch_mult=[1,1]",
    "architecture.z_channels=8", "architecture.codes=12", "architecture.code_size=6",
    "codebook.start=2", "codebook.batches=2", "codebook.revive_every=1", "codebook.noise=0.5",
    "losses.perceptual=0.1", "adversary.weight=0.5", "adversary.start=0", "adversary.lead=1",
    "adversary.ramp=1", "adversary.width=8", "adversary.layers=1", "adversary.lecam=0.1",
    "validation.every=2", "validation.pictures=4", "validation.shown=2",
)  # fmt: skip


def plain(*names: str, side: int = 32) -> NDArray[np.uint8]:
    """Return plain pictures (N, side, side, 3) in named colors."""
    pixels = np.array([COLORS[name] for name in names], np.uint8)[:, None, None]
    return pixels + np.zeros((len(names), side, side, 3), np.uint8)


def write_colors(folder: Path, count: int = 12) -> None:
    """Write both splits, of noisy pictures in one color each, with two captions each."""
    rng = np.random.RandomState(0)
    for split in ("train", "held-out"):
        names = [list(COLORS)[row % 3] for row in range(count)]
        pixels = plain(*names) + rng.randint(0, 20, (count, 32, 32, 3)).astype(np.uint8)
        write_shard(folder / split, 0, pixels, [(f"a picture of {name}", name) for name in names])


def stock_of(folder: Path, settings: ClipSettings = TINY_CLIP) -> Stock:
    """Return the stock of the split `train` of a folder."""
    with Intake(Pictures(folder / "train"), settings, torch.device("cpu")) as intake:
        intake.fill()
    return intake.stock


def write_blocks(folder: Path, count: int = 8) -> None:
    """Write both splits, of pictures of 32 pixels made of 4 x 4 random colors."""
    rng = np.random.RandomState(0)
    for split in ("train", "held-out"):
        coarse = rng.randint(0, 255, (count, 4, 4, 3)).astype(np.uint8)
        write_shard(folder / split, 0, coarse.repeat(8, 1).repeat(8, 2), [("x",)] * count)
