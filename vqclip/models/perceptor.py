"""CLIP (arXiv:2103.00020), through open_clip, as two functions: texts and images to vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.config.values import HUB_SCHEME, perceptor_name
from vqclip.errors import CheckpointError
from vqclip.files.paths import user_path
from vqclip.machine.memory import pass_on
from vqclip.models.fetch import hub
from vqclip.models.fetch.bars import Bars, Silent
from vqclip.models.learnedwords import (
    VOCABULARY_FILE,
    rare_words,
    read_vocabulary,
    unknown_words,
)
from vqclip.models.openclip import open_clip
from vqclip.models.pretrained import Pretrained, find_pretrained, needs_quick_gelu, obtain_weights
from vqclip.models.weights.pickles import check_archive

LOCAL = "local-dir:"
MERGES_FILE = "merges.txt.gz"
"""File of the merges of its tokenizer there, if it has fewer tokens than open_clip's own."""

CONTEXT_LENGTH = 77
"""Tokens of a text, where a tokenizer does not say."""


class ClipPerceptor(nn.Module):
    """A frozen open_clip model, with its normalisation, input size and tokenizer.

    Attributes:
        size: side of its square cutouts in pixels.
        context_length: largest number of tokens in a text, start and end marks included.
        vocabulary: the words of its training captions and how many captions had each, where that
            is known.
    """

    model: Any
    mean: Tensor
    deviation: Tensor

    def __init__(
        self, model: nn.Module, tokenizer: Any, vocabulary: Mapping[str, int | None] | None = None
    ) -> None:
        super().__init__()
        self.model = model.eval().requires_grad_(False)
        self.tokenizer = tokenizer
        self.vocabulary = vocabulary
        visual: Any = model.visual
        preprocess = visual.preprocess_cfg
        size = preprocess["size"]
        self.size = int(size if isinstance(size, int) else size[0])
        self.context_length = int(getattr(tokenizer, "context_length", CONTEXT_LENGTH))
        self.register_buffer("mean", torch.tensor(preprocess["mean"]).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(preprocess["std"]).view(1, 3, 1, 1))

    @property
    def logit_scale(self) -> float:
        """The factor of cosine similarities before a softmax, as in training."""
        return float(self.model.logit_scale.float().exp())

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        """Encode P texts to unit vectors (P, E), float32."""
        tokens = self.tokenizer(list(texts)).to(self.mean.device)  # (P, context_length)
        return F.normalize(self.model.encode_text(tokens).float(), dim=-1)

    def encode_image(self, cutouts: Tensor) -> Tensor:
        """Encode cutouts (N, 3, size, size) in [0, 1] to unit vectors (N, E), float32."""
        features = self.model.encode_image((cutouts - self.mean) / self.deviation)
        return F.normalize(features.float(), dim=-1)

    def words_cut_off(self, text: str) -> str:
        """Return the end of a text that exceeds the context length, or an empty string."""
        words = text.split()
        encode = getattr(self.tokenizer, "encode", None)
        if encode is None:
            return ""
        room = self.context_length - 2  # without the start and end marks
        fitting = len(words)
        while fitting and len(encode(" ".join(words[:fitting]))) > room:
            fitting -= 1
        return " ".join(words[fitting:])

    def unknown_words(self, text: str) -> tuple[str, ...]:
        """Return the words of a text that the training captions lack, if their words are known."""
        if self.vocabulary is None:
            return ()
        return unknown_words(self.vocabulary, text)

    def rare_words(self, text: str) -> dict[str, int]:
        """Return the words of a text that few captions of its training had -> how many had them."""
        return rare_words(self.vocabulary or {}, text)


def load_perceptor(
    name: str, *, model_dir: Path | None = None, bars: Bars = Silent
) -> tuple[ClipPerceptor, Path]:
    """Load a perceptor by name.

    Args:
        name: an open_clip `NAME:TAG` or `NAME:FILE`, `hf-hub:ORG/REPO`, or a local open_clip
            folder, with or without `local-dir:` before it.
        model_dir: the folder of downloads, instead of the hub's own cache.
        bars: the class of progress bars.

    Returns:
        the perceptor and the path of its weights file.

    Raises:
        CheckpointError: the name, tag or folder is unknown, or its weights are missing or damaged.
    """
    name = perceptor_name(name)
    architecture, _, rest = name.partition(":")
    if name.startswith(HUB_SCHEME):
        repository = name.removeprefix(HUB_SCHEME)
        folder = hub.snapshot(repository, model_dir=model_dir, bars=bars)
        return _load_folder(folder, name, force_quick_gelu=needs_quick_gelu(repository))
    if architecture in open_clip.list_models() and rest and user_path(rest).is_file():
        return _load_file(architecture, user_path(rest))
    folder = user_path(name.removeprefix(LOCAL))
    if name.startswith(LOCAL) or folder.is_dir() or ("/" in name and architecture == name):
        return _load_folder(folder, str(folder))
    pretrained = find_pretrained(name)
    return _load_pretrained(pretrained, obtain_weights(pretrained, model_dir=model_dir, bars=bars))


def check_name(name: str) -> None:
    """Check, without loading or downloading, that a name may be that of a perceptor.

    Raises:
        CheckpointError: `load_perceptor` cannot know it.
    """
    name = perceptor_name(name)
    architecture, _, rest = name.partition(":")
    folder = user_path(name.removeprefix(LOCAL))
    if name.startswith(HUB_SCHEME) or (rest and user_path(rest).is_file()):
        return
    if name.startswith(LOCAL) or folder.is_dir() or ("/" in name and architecture == name):
        _weights_of(folder, str(folder))
    else:
        find_pretrained(name)


def _load_folder(folder: Path, shown: str, **settings: Any) -> tuple[ClipPerceptor, Path]:
    """Load an open_clip folder, which messages call `shown`."""
    weights = _weights_of(folder, shown)
    model, tokenizer = _create(f"{LOCAL}{folder}", weights, **settings)
    words = folder / VOCABULARY_FILE
    if not words.is_file():
        return ClipPerceptor(model, tokenizer), weights
    return ClipPerceptor(model, tokenizer, read_vocabulary(words)), weights


def _weights_of(folder: Path, shown: str) -> Path:
    """Return the weights file of an open_clip folder, which messages call `shown`."""
    if not (folder / hub.CONFIG).is_file():
        raise CheckpointError(
            f"{shown} is not an open_clip folder: expected {hub.CONFIG} and "
            f"{hub.WEIGHTS_FILES[0]} in it"
        )
    weights = next((folder / name for name in hub.WEIGHTS_FILES if (folder / name).is_file()), None)
    if weights is None:
        raise CheckpointError(f"{shown} has no weights: expected {' or '.join(hub.WEIGHTS_FILES)}")
    return weights


def _load_file(architecture: str, weights: Path) -> tuple[ClipPerceptor, Path]:
    model, tokenizer = _create(architecture, weights, pretrained=str(weights))
    return ClipPerceptor(model, tokenizer), weights


def _load_pretrained(pretrained: Pretrained, weights: Path) -> tuple[ClipPerceptor, Path]:
    model, tokenizer = _create(
        pretrained.architecture,
        weights,
        pretrained=str(weights),
        # By itself, open_clip builds plain GELU for weights that were trained with QuickGELU.
        force_quick_gelu=pretrained.quick_gelu,
        image_mean=pretrained.mean,
        image_std=pretrained.std,
        image_interpolation=pretrained.interpolation,
        image_resize_mode=pretrained.resize_mode,
    )
    return ClipPerceptor(model, tokenizer), weights


def _create(name: str, weights: Path, **settings: Any) -> tuple[nn.Module, Any]:
    """Let open_clip build a model and its tokenizer, with settings of its own."""
    check_archive(weights)
    try:
        # `create_model` would silently return random weights if they were missing; this raises.
        model = open_clip.create_model_from_pretrained(
            name, return_transform=False, weights_only=True, **settings
        )
        merges = Path(name.removeprefix(LOCAL)) / MERGES_FILE
        own = {"bpe_path": str(merges)} if name.startswith(LOCAL) and merges.is_file() else {}
        return model, open_clip.get_tokenizer(name, **own)
    except Exception as error:  # open_clip passes on the errors of torch, safetensors and the hub
        pass_on(error)
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise CheckpointError(f"the perceptor {weights} cannot be loaded: {reason}") from error
