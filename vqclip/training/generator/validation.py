"""The validation of a VQGAN in training: metrics and sheets of held-out pictures."""

from __future__ import annotations

from pathlib import Path

import torch

from vqclip.files.atomic import atomic
from vqclip.files.images import to_pil
from vqclip.models.protocols import Perceptor
from vqclip.training.generator.autoencoder import VqganTraining
from vqclip.training.generator.reconstruction import compare, pair_sheet
from vqclip.training.generator.vqgan_settings import VqganSettings
from vqclip.training.shards import Pictures

SHEETS = "sheets"
AT_ONCE, COLUMNS = 16, 8
"""Pictures that are reconstructed at once, and columns of the sheet."""


class Validation:
    """Held-out pictures, and the perceptor that measures their reconstructions."""

    def __init__(self, pictures: Pictures, settings: VqganSettings, perceptor: Perceptor) -> None:
        count = min(settings.validation.pictures, len(pictures))
        pixels = torch.from_numpy(pictures.pixels(range(count)))
        self.images = pixels.permute(0, 3, 1, 2).float() / 255  # (N, 3, H, H)
        self.settings, self.perceptor = settings, perceptor

    def measure(self, training: VqganTraining, folder: Path) -> dict[str, float]:
        """Measure the averaged weights, to five digits, and write a sheet."""
        shown = self.settings.validation.shown
        images = self.images.to(training.device)
        with training.averaged():
            metrics = compare(
                torch.split(images, AT_ONCE),
                training.reconstruct,
                codes=self.settings.architecture.codes,
                perceptor=self.perceptor,
            )
            if training.teacher is not None:
                parts = [
                    training.teacher.agreement(training.vqgan, part)
                    for part in torch.split(images, AT_ONCE)
                ]
                metrics["same_codes"] = 100 * sum(parts) / len(parts)
            if shown:
                x = images[:shown]
                made = [training.reconstruct(part)[0].float() for part in torch.split(x, AT_ONCE)]
                sheet = pair_sheet(x, torch.cat(made), columns=min(COLUMNS, len(x)))
                with atomic(folder / SHEETS / f"step-{training.step:06d}.png") as path:
                    to_pil(sheet).save(path, "PNG")
        return {name: float(f"{value:.5g}") for name, value in metrics.items()}
