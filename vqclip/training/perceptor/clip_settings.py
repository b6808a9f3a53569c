"""How a CLIP is trained: every key with its meaning, range and default."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from vqclip.config.choices import MINI
from vqclip.config.option import option, section

VOCABULARY = 49408
"""Tokens of open_clip's tokenizer."""


@dataclass(frozen=True)
class ImageTower:
    """The tower that embeds pictures: a network of timm, or a ResNet or ViT of open_clip."""

    timm: str = option("resnet10t", "architecture of timm; empty: a ResNet or a ViT of open_clip")
    layers: list[int] = option([], "blocks of the four stages of a ResNet; of a ViT, one number")
    width: int = option(0, "channels of the first stage or of the ViT; 0 with timm", low=0)
    patch: int = option(0, "side in pixels of the patches of a ViT; 0: no ViT", low=0)
    head_width: int = option(64, "channels of an attention head", low=1)

    def open_clip(self, size: int) -> dict[str, Any]:
        """Return open_clip's `vision_cfg` for pictures of `size` x `size` pixels."""
        if self.timm:
            return {
                "image_size": size,
                "timm_model_name": self.timm,
                "timm_model_pretrained": False,
                "timm_pool": "avg",
                "timm_proj": "linear",
            }
        layers = self.layers[0] if self.patch else self.layers
        tower = {"image_size": size, "layers": layers, "width": self.width}
        tower["head_width"] = self.head_width
        return {**tower, "patch_size": self.patch} if self.patch else tower


@dataclass(frozen=True)
class TextTower:
    """The transformer that embeds texts, with the vocabulary of open_clip's tokenizer."""

    context_length: int = option(
        32, "tokens of a text, including its start and end", low=3, high=77
    )
    width: int = option(128, "channels", low=1)
    heads: int = option(4, "attention heads", low=1)
    layers: int = option(3, "blocks", low=1)


@dataclass(frozen=True)
class ClipArchitecture:
    """A CLIP: two towers that meet in `embed_dim` dimensions, for pictures of `size` pixels."""

    embed_dim: int
    size: int
    image: ImageTower
    text: TextTower

    def open_clip(self, vocabulary: int = VOCABULARY) -> dict[str, Any]:
        """Return open_clip's `model_cfg` for a number of tokens."""
        text = {**asdict(self.text), "vocab_size": vocabulary}
        return {
            "embed_dim": self.embed_dim,
            "vision_cfg": self.image.open_clip(self.size),
            "text_cfg": text,
        }


@dataclass(frozen=True)
class ViewSettings:
    """How far the views that the CLIP learns from differ from their pictures."""

    smallest: float = option(
        0.6, "side of the smallest crop / side of the picture", low=0.1, high=2
    )
    largest: float = option(
        1.15, "the same of the largest crop; above 1 it reaches over the edge", low=0.1, high=2
    )
    whole: float = option(0.5, "share of the views that show nearly all", low=0, high=1)
    turn: float = option(0.15, "largest rotation in radians", low=0, high=3.15)
    blur: float = option(0.25, "share of the views that are blurred", low=0, high=1)
    color: float = option(0.12, "largest change of the gain of a channel", low=0, high=1)
    noise: float = option(0.15, "largest standard deviation of the noise", low=0, high=1)


@dataclass(frozen=True)
class AttackSettings:
    """Adversarial pictures; radii are of L2 balls on [0, 1], for pictures of 64 x 64 pixels."""

    share: float = option(0.5, "share of the batch", low=0, high=1)
    first: float = option(0.2, "largest radius at the first step", low=0)
    last: float = option(1.0, "largest radius from the middle of the training on", low=0)
    steps: int = option(1, "steps of gradient ascent", low=1)


@dataclass(frozen=True)
class DecodedSettings:
    """Pictures that are learned from once more, as a VQGAN decodes them from disturbed codes."""

    share: float = option(0.0, "share of the pictures; not for a judge", low=0, high=1)
    vqgan: str = option(MINI, "the VQGAN, as in `vqclip generate`")
    noise: float = option(0.6, "largest noise, in standard deviations of the codes", low=0)


@dataclass(frozen=True)
class ClipSettings:
    """Everything a CLIP depends on but the pictures and their captions."""

    seed: int = option(0, "random seed", low=0)
    embed_dim: int = option(192, "dimensions in which pictures and texts meet", low=1)
    size: int = option(64, "side in pixels of the pictures it takes", low=16)
    start_from: str = option("", "folder of weights to continue from; empty: random weights")
    kept: int = option(
        128, "side in pixels to which pictures are reduced in memory; 0: `size`", low=0
    )
    splits: list[str] = option(["train"], "folders of the data to learn from")
    workers: int = option(1, "processes that word captions; 0: none", low=0)
    steps: int = option(6000, "training steps, the most if `minutes` are given", low=1)
    minutes: float = option(
        0.0, "minutes of training; then shards that are drawn meanwhile are used; 0: any", low=0
    )
    batch: int = option(192, "pictures in a step", low=2)
    learning_rate: float = option(1e-3, "largest learning rate, of AdamW", low=0)
    warmup: int = option(200, "steps in which the learning rate grows from 0", low=0)
    final: float = option(
        0.02, "last learning rate / largest, at the end of a cosine decay", low=0, high=1
    )
    weight_decay: float = option(0.05, "weight decay of AdamW, on matrices only", low=0)
    average: float = option(
        0.998, "decay of the moving average of the weights, which is exported", low=0
    )
    unknown: float = option(
        0.05, "share of the texts in which a word is replaced by an unknown one", low=0, high=1
    )
    swaps: float = option(1.0, "weight of the loss against captions with one wrong word", low=0)
    naming: float = option(
        1.0, "weight of the loss that names what a picture shows, word by word", low=0
    )
    validate_every: int = option(500, "steps between validations", low=1)
    validated: int = option(400, "held-out pictures that are measured", low=1)
    save_every: int = option(250, "steps between checkpoints; with `minutes`, each minute", low=1)
    compile: bool = option(False, "compile the image tower; pays on cuda")
    image: ImageTower = section(ImageTower)
    text: TextTower = section(TextTower)
    views: ViewSettings = section(ViewSettings)
    attack: AttackSettings = section(AttackSettings)
    decoded: DecodedSettings = section(DecodedSettings)

    @property
    def architecture(self) -> ClipArchitecture:
        """The architecture of the model."""
        return ClipArchitecture(self.embed_dim, self.size, self.image, self.text)
