"""Prompts as targets: one unit vector per prompt in the space of each perceptor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.prompt import Prompt
from vqclip.engine.overview import views_of_prompt
from vqclip.errors import shown
from vqclip.files.paths import user_path
from vqclip.images import load_image, to_tensor
from vqclip.models.protocols import Perceptor
from vqclip.randomness import stream

IMAGE_VIEWS = (1.0, 0.9, 0.8)
"""Sides of the central views of an image prompt; the embeddings of all its views are averaged."""

MORE_WORDS = (
    "a small pair cannot draw what it has not seen: models that know more words come with "
    "--preset fast on a CPU, --preset imagenet on a GPU"
)


@dataclass(frozen=True)
class Targets:
    """The prompts of B images, for one perceptor; missing prompts have weight 0.

    Attributes:
        vectors: (B, P, E), unit.
        weights: (B, P).
        stops: (B, P).
    """

    vectors: Tensor
    weights: Tensor
    stops: Tensor

    def directions(self) -> Tensor:
        """Where the prompts of each image point together (B, E), by their weights."""
        return (self.vectors * self.weights[..., None]).sum(dim=1)

    def select(self, rows: Tensor) -> Targets:
        """Keep some images of the batch."""
        return Targets(self.vectors[rows], self.weights[rows], self.stops[rows])


@torch.no_grad()
def encode_prompts(
    perceptor: Perceptor, batch: Sequence[Sequence[Prompt]], *, device: torch.device
) -> Targets:
    """Encode the prompts of every image of a batch, each text once.

    Raises:
        ImageError: the picture of an image prompt cannot be read.
    """
    distinct = list(dict.fromkeys(prompt for prompts in batch for prompt in prompts))
    texts = [prompt.content for prompt in distinct if prompt.kind == "text"]
    # One text at a time: a vector must not depend, even in its last bit, on its neighbours.
    vectors = {text: perceptor.encode_text([text])[0] for text in dict.fromkeys(texts)}
    dim = next(iter(vectors.values())).shape[0] if vectors else _width(perceptor, device)
    most = max(len(prompts) for prompts in batch)
    targets = torch.zeros(len(batch), most, dim, device=device)
    weights, stops = torch.zeros(2, len(batch), most, device=device).unbind()
    targets[:, :, 0] = 1.0
    for row, prompts in enumerate(batch):
        for column, prompt in enumerate(prompts):
            if prompt.kind == "text":
                targets[row, column] = vectors[prompt.content]
            elif prompt.kind == "image":
                targets[row, column] = _encode_picture(perceptor, user_path(prompt.content), device)
            else:
                generator = stream(int(prompt.content), "prompts")
                noise = torch.randn(dim, generator=generator)
                targets[row, column] = F.normalize(noise, dim=0)
            weights[row, column], stops[row, column] = prompt.weight, prompt.stop
    return Targets(targets, weights, stops)


def _width(perceptor: Perceptor, device: torch.device) -> int:
    blank = torch.zeros(1, 3, perceptor.size, perceptor.size, device=device)
    return perceptor.encode_image(blank).shape[1]


def _encode_picture(perceptor: Perceptor, path: Path, device: torch.device) -> Tensor:
    image = to_tensor(load_image(path)).to(device)  # (1, 3, H, W)
    views = views_of_prompt(image, IMAGE_VIEWS, size=perceptor.size)  # (4, 3, size, size)
    return F.normalize(perceptor.encode_image(views).mean(dim=0), dim=0)


def prompt_warnings(
    perceptors: Sequence[Perceptor], batch: Sequence[Sequence[Prompt]]
) -> list[str]:
    """Return warnings of words that are cut off, or that a perceptor knows badly or not at all."""
    texts = [prompt.content for prompts in batch for prompt in prompts if prompt.kind == "text"]
    found = text_warnings(perceptors, texts, noun="a prompt", advice=". Split it with |")
    if any(own.unknown_words(text) or own.rare_words(text) for own in perceptors for text in texts):
        found.append(MORE_WORDS)
    return found


def text_warnings(
    perceptors: Sequence[Perceptor], texts: Sequence[str], *, noun: str, advice: str = ""
) -> list[str]:
    """Return warnings of words of texts that are cut off or unknown.

    Args:
        perceptors: that read the texts.
        texts: to be read.
        noun: what a text is called in a warning, as in `a prompt`.
        advice: what ends a warning of words that are cut off.
    """
    warnings = []
    for perceptor in perceptors:
        for text in dict.fromkeys(texts):
            if lost := perceptor.words_cut_off(text):
                warnings.append(
                    f"{noun} holds {perceptor.context_length - 2} tokens; not seen: {shown(lost)}"
                    f"{advice}"
                )
            if unknown := perceptor.unknown_words(text):
                warnings.append(
                    f"words this perceptor never learned: {', '.join(unknown)} (in {shown(text)}); "
                    "they are noise to it"
                )
            if rare := perceptor.rare_words(text):
                known = ", ".join(f"{word} ({count} captions)" for word, count in rare.items())
                warnings.append(f"words this perceptor hardly knows: {known} (in {shown(text)})")
    return list(dict.fromkeys(warnings))
