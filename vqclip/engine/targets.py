"""Prompts as targets: one unit vector per prompt in the space of each perceptor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.prompt import Prompt
from vqclip.engine.overview import texture_views, views_of_prompt
from vqclip.engine.stories import Story
from vqclip.errors import shown
from vqclip.files.images import load_image, to_tensor
from vqclip.files.paths import user_path
from vqclip.models.learnedwords import rare_note, unknown_note
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
        stories: of prompts that change; the vectors, weights and stops are those of their start.
    """

    vectors: Tensor
    weights: Tensor
    stops: Tensor
    stories: tuple[Story, ...] = ()

    def directions(self) -> Tensor:
        """Where the prompts of each image point together (B, E), by their weights."""
        return (self.vectors * self.weights[..., None]).sum(dim=1)

    def at(self, progress: float) -> Targets:
        """Return the targets at a fraction of the run in [0, 1]."""
        if not self.stories:
            return self
        vectors, weights, stops = self.vectors.clone(), self.weights.clone(), self.stops.clone()
        for story in self.stories:
            place = story.row, story.column
            vectors[place], weights[place], stops[place] = story.at(progress)
        return Targets(vectors, weights, stops)

    def select(self, rows: Tensor) -> Targets:
        """Keep some images of the batch."""
        stories = tuple(
            story.moved(new, story.column)
            for new, old in enumerate(rows.tolist())
            for story in self.stories
            if story.row == old
        )
        return Targets(self.vectors[rows], self.weights[rows], self.stops[rows], stories)

    def columns(self, columns: Sequence[int]) -> Targets:
        """Keep some prompts of every image, in this order."""
        stories = tuple(
            story.moved(story.row, new)
            for new, old in enumerate(columns)
            for story in self.stories
            if story.column == old
        )
        kept = list(columns)
        return Targets(self.vectors[:, kept], self.weights[:, kept], self.stops[:, kept], stories)


@torch.no_grad()
def encode_prompts(
    perceptor: Perceptor, batch: Sequence[Sequence[Prompt]], *, device: torch.device
) -> Targets:
    """Encode the prompts of every image of a batch, each text once.

    Raises:
        ImageError: the picture of an image prompt cannot be read.
    """
    encoder = PromptEncoder(perceptor, device)
    most = max(len(prompts) for prompts in batch)
    targets = torch.zeros(len(batch), most, encoder.width(batch), device=device)
    weights, stops = torch.zeros(2, len(batch), most, device=device).unbind()
    targets[:, :, 0] = 1.0
    stories = []
    for row, prompts in enumerate(batch):
        for column, prompt in enumerate(prompts):
            targets[row, column] = encoder.vector(prompt, prompt.content)
            weights[row, column], stops[row, column] = prompt.weight, prompt.stop
            if prompt.scenes:
                scenes = [encoder.vector(prompt, scene.content) for scene in prompt.scenes]
                stories.append(Story.of(prompt, torch.stack(scenes), row, column))
    return Targets(targets, weights, stops, tuple(stories))


class PromptEncoder:
    """Encodes what prompts say as unit vectors of one perceptor, each text once."""

    def __init__(self, perceptor: Perceptor, device: torch.device) -> None:
        self.perceptor, self.device = perceptor, device
        self._texts: dict[str, Tensor] = {}

    def width(self, batch: Sequence[Sequence[Prompt]]) -> int:
        """Return the length of the vectors, by the first text of a batch if there is one."""
        texts = (text for prompts in batch for prompt in prompts for text in prompt.texts)
        first = next(texts, None)
        if first is not None:
            return len(self.text(first))
        size = self.perceptor.size
        blank = torch.zeros(1, 3, size, size, device=self.device)
        return self.perceptor.encode_image(blank).shape[1]

    def text(self, text: str) -> Tensor:
        """Encode a text (E,)."""
        # One text at a time: a vector must not depend, even in its last bit, on its neighbours.
        if text not in self._texts:
            self._texts[text] = self.perceptor.encode_text([text])[0]
        return self._texts[text]

    def vector(self, prompt: Prompt, content: str) -> Tensor:
        """Encode one of the contents of a prompt (E,).

        Raises:
            ImageError: a picture cannot be read.
        """
        if prompt.kind == "text":
            return self.text(content)
        if prompt.kind == "to":
            return F.normalize(self.text(content) - self.text(prompt.base), dim=0)
        if prompt.kind == "noise":
            noise = torch.randn(self.width([[prompt]]), generator=stream(int(content), "prompts"))
            return F.normalize(noise, dim=0)
        image = to_tensor(load_image(user_path(content))).to(self.device)  # (1, 3, H, W)
        size = self.perceptor.size
        if prompt.kind == "style":
            views = texture_views(image, size=size)  # (9, 3, size, size)
        else:
            views = views_of_prompt(image, IMAGE_VIEWS, size=size)  # (4, 3, size, size)
        return F.normalize(self.perceptor.encode_image(views).mean(dim=0), dim=0)


def prompt_warnings(
    perceptors: Sequence[Perceptor], batch: Sequence[Sequence[Prompt]]
) -> list[str]:
    """Return warnings of words that are cut off, or that a perceptor knows badly or not at all."""
    texts = [text for prompts in batch for prompt in prompts for text in prompt.texts]
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
                warnings.append(unknown_note(unknown, text))
            if rare := perceptor.rare_words(text):
                warnings.append(rare_note(rare, text))
    return list(dict.fromkeys(warnings))
