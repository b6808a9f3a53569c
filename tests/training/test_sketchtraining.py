from __future__ import annotations

import torch
from torch import Tensor

from vqclip.models.sketches.sampling import Sampling, sample
from vqclip.models.sketches.sketchfile import SketchModel
from vqclip.models.sketches.sketchwords import Vocabulary, token_ids
from vqclip.models.sketches.transformer import RESERVED
from vqclip.training.sketching.codepictures import Batch
from vqclip.training.sketching.sketch_settings import SketchArchitecture, SketchSettings
from vqclip.training.sketching.sketchtraining import SketchTraining

COLORS = ("red", "green", "blue", "white", "black", "pink", "gray", "cyan")


class EightPictures:
    """Eight random pictures, each with a color as its caption."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.codes = torch.randint(16, (8, 16), generator=torch.Generator().manual_seed(0))
        self.tokens = vocabulary.read(COLORS, 2)

    def draw(self, size: int, generator: torch.Generator) -> Batch:
        rows = torch.randint(8, (size,), generator=generator)
        return Batch(self.tokens[rows], self.codes[rows])

    def first(self, count: int) -> Batch:
        return Batch(self.tokens[:count], self.codes[:count])


def codebook() -> Tensor:
    return torch.randn(16, 4, generator=torch.Generator().manual_seed(1))


def test_it_learns_eight_pictures_by_heart() -> None:
    vocabulary = Vocabulary(token_ids(COLORS, 1).flatten().tolist())
    architecture = SketchArchitecture(width=32, layers=2, heads=2, text=2, words=len(vocabulary))
    settings = SketchSettings(
        batch=16,
        steps=200,
        learning_rate=5e-3,
        warmup=5,
        average=0.9,
        validated=8,
        unknown=0.0,
        architecture=architecture,
    )
    training = SketchTraining(settings, architecture.shape(16, 4, 4), codebook(), amp=False)
    pictures = EightPictures(vocabulary)
    for step in range(settings.steps):
        training.advance(pictures, step, step / settings.steps)  # type: ignore[arg-type]
    assert training.validate(pictures) < 0.05  # type: ignore[arg-type]
    model: SketchModel = training.averaged(vocabulary, "0" * 64)
    codes = sample(model, COLORS, torch.rand(8, 16), Sampling(guidance=2, temperature=0))
    assert torch.equal(codes.flatten(1), pictures.codes)
    assert len(vocabulary) == RESERVED + 8
