"""Pictures of one color, and a judge of whom everything is known: it sees and reads colors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from vqclip.evaluation.exam import Exam
from vqclip.evaluation.promptlist import PromptList
from vqclip.evaluation.samples import Sample
from vqclip.evaluation.swaps import Attributes

COLORS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255)}
BALLS = PromptList("balls", tuple(f"a {name} ball" for name in COLORS))
EXAM = Exam(BALLS, None, 99, Attributes({"color": (("red",), ("green",), ("blue",))}))


class ColorJudge:
    """Sees the mean color of a picture, and reads the first color of a text."""

    size, context_length, logit_scale = 4, 16, 1.0

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        named = [next(word for word in text.split() if word in COLORS) for text in texts]
        return torch.tensor([COLORS[name] for name in named]) / 255

    def encode_image(self, cutouts: Tensor) -> Tensor:
        return torch.nn.functional.normalize(cutouts.mean(dim=(2, 3)) + 1e-9, dim=-1)

    def words_cut_off(self, text: str) -> str:
        return "ball" if text == BALLS.texts[0] else ""

    def unknown_words(self, text: str) -> tuple[str, ...]:
        return ("ball",) if text == BALLS.texts[1] else ()

    def rare_words(self, text: str) -> dict[str, int]:
        return {}


def paint(folder: Path, prompt: str, color: str, **facts: object) -> Sample:
    """Paint a picture of a prompt in a color that may be another."""
    path = folder / f"{prompt} as {color}.png"
    Image.new("RGB", (8, 8), COLORS[color]).save(path)
    return Sample("painter", prompt, path, **facts)  # type: ignore[arg-type]
