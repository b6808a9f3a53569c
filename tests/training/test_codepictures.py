from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from tests.tiny import taming_tensors
from vqclip.models.sketches.sketchwords import Vocabulary
from vqclip.models.sketches.transformer import NO_TEXT, PAD, UNKNOWN
from vqclip.models.taming import TamingVQGAN
from vqclip.training.shards import Pictures, write_shard
from vqclip.training.sketching.codepictures import (
    CodePictures,
    disturbed,
    neighbors_of,
    without_words,
)

VQGAN = TamingVQGAN.from_tensors(taming_tensors())
SIZE = 16
GRAY = (0, 80, 160, 240)


def shard(folder: Path, index: int) -> None:
    """Write four gray pictures, the last with two captions."""
    pixels = np.stack([np.full((SIZE, SIZE, 3), level, np.uint8) for level in GRAY])
    captions = [(f"{name} gray",) for name in ("no", "dark", "light")]
    write_shard(folder, index, pixels, [*captions, ("white gray", "pale gray")])


def opened(folder: Path) -> CodePictures:
    vocabulary = Vocabulary()
    return CodePictures(Pictures(folder), VQGAN, vocabulary, text=4, size=SIZE, chunk=3, amp=False)


def test_codes_are_those_of_the_vqgan(tmp_path: Path) -> None:
    shard(tmp_path, 0)
    pictures = opened(tmp_path)
    assert (pictures.prepare(3), len(pictures)) == (3, 3)
    assert (pictures.prepare(3), len(pictures)) == (1, 4)
    batch = pictures.first(4)
    level = torch.tensor(GRAY).view(4, 1, 1, 1) / 255
    z_q = VQGAN.quantize(VQGAN.encode(level.expand(4, 3, SIZE, SIZE)))  # (4, D, h, w)
    assert torch.equal(VQGAN.codebook[batch.codes], z_q.permute(0, 2, 3, 1).flatten(1, 2))


def test_pictures_that_are_found_later_are_drawn(tmp_path: Path) -> None:
    shard(tmp_path, 0)
    pictures = opened(tmp_path)
    pictures.prepare(4)
    before = pictures.draw(64, torch.Generator().manual_seed(0))
    assert len(before.tokens.unique(dim=0)) == 5  # four pictures with five captions
    shard(tmp_path, 1)
    pictures.refresh()
    assert pictures.found == 8
    assert pictures.prepare(100) == 4
    assert torch.equal(pictures.first(8).codes[:4], pictures.first(8).codes[4:])


def test_texts_and_words_are_left_out_as_often_as_asked() -> None:
    tokens = torch.full((1000, 8), 7)
    tokens[:, 6:] = PAD
    changed = without_words(
        tokens, no_text=0.2, unknown=0.1, generator=torch.Generator().manual_seed(0)
    )
    none = (changed == NO_TEXT).all(dim=1)
    assert abs(none.float().mean() - 0.2) < 0.04
    words = changed[~none]
    assert (words[:, 6:] == PAD).all()
    assert abs((words[:, :6] == UNKNOWN).float().mean() - 0.1) < 0.02


def test_half_of_the_pictures_keep_their_codes_and_others_get_neighbors() -> None:
    codebook = torch.arange(10.0)[:, None]
    neighbors = neighbors_of(codebook, 2)
    assert neighbors[5].sort().values.tolist() == [4, 6]
    codes = torch.full((400, 50), 5)
    changed = disturbed(codes, neighbors, share=0.4, generator=torch.Generator().manual_seed(0))
    assert set(changed.unique().tolist()) == {4, 5, 6}
    assert abs((changed == 5).all(dim=1).float().mean() - 0.52) < 0.07
    assert abs((changed != 5).float().mean() - 0.1) < 0.02
