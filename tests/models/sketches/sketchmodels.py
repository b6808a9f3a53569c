"""Tiny random sketch models."""

from __future__ import annotations

import torch

from vqclip.models.sketches.sketchfile import SketchModel
from vqclip.models.sketches.sketchwords import Vocabulary, token_ids
from vqclip.models.sketches.transformer import SketchShape, SketchTransformer

SHAPE = SketchShape(codes=16, rows=4, columns=4, text=8, words=12, width=16, layers=2, heads=2)
"""For codes of `tests.tiny.TinyVQGAN`, 4 x 4 of them."""
WORDS = "a red blue fox cat on the grass"


def tiny_sketch_model(shape: SketchShape = SHAPE, codebook: str = "0" * 64) -> SketchModel:
    """A sketch model with random weights, large enough that places and words matter."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        transformer = SketchTransformer(shape)
        transformer.initialize()
        for parameter in transformer.parameters():
            parameter.data += 0.3 * torch.randn_like(parameter)
    tokens = token_ids([WORDS], shape.text)[0].tolist()
    vocabulary = Vocabulary(tokens, capacity=shape.words)
    return SketchModel(transformer.eval().requires_grad_(False), vocabulary, codebook)
