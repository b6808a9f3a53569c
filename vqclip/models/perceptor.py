"""CLIP (arXiv:2103.00020), through open_clip, as two functions: words and pictures to vectors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import open_clip
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.errors import CheckpointError, did_you_mean
from vqclip.models.fetch import hub
from vqclip.models.fetch.download import Bars, Silent
from vqclip.models.shipped import SHIPPED
from vqclip.models.weights.pickles import check_archive

LOCAL = "local-dir:"
VOCABULARY_FILE = "words.txt"
WEIGHTS_FILES = hub.WEIGHTS_FILES


class ClipPerceptor(nn.Module):
    """A frozen open_clip model; owns normalisation, input size and tokenizer.

    Attributes:
        size: side, in pixels, of the square cutouts it takes.
        context_length: tokens a text may have, start and end marks included.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(
        self, model: nn.Module, tokenizer: Any, vocabulary: frozenset[str] | None = None
    ) -> None:
        super().__init__()
        self.model = model.eval().requires_grad_(False)
        self.tokenizer = tokenizer
        self.vocabulary = vocabulary
        visual: Any = model.visual
        preprocess = visual.preprocess_cfg
        size = preprocess["size"]
        self.size = int(size if isinstance(size, int) else size[0])
        self.context_length = int(getattr(tokenizer, "context_length", 77))
        self.register_buffer("mean", torch.tensor(preprocess["mean"]).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(preprocess["std"]).view(1, 3, 1, 1))

    @property
    def logit_scale(self) -> float:
        """What cosine similarities are multiplied by before a softmax, as in training."""
        model: Any = self.model
        return float(model.logit_scale.float().exp())

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        """Encode P texts to unit vectors (P, E), float32."""
        tokens = self.tokenizer(list(texts)).to(self.mean.device)
        model: Any = self.model
        return F.normalize(model.encode_text(tokens).float(), dim=-1)

    def encode_image(self, cutouts: Tensor) -> Tensor:
        """Encode cutouts (N, 3, size, size) in [0, 1] to unit vectors (N, E), float32."""
        model: Any = self.model
        features = model.encode_image((cutouts - self.mean) / self.deviation)
        return F.normalize(features.float(), dim=-1)

    def words_cut_off(self, text: str) -> str:
        """Return the end of a text that does not fit in the context, or an empty string."""
        words = text.split()
        encode = getattr(self.tokenizer, "encode", None)
        if encode is None:
            return ""
        room = self.context_length - 2  # the start and the end mark
        fitting = len(words)
        while fitting and len(encode(" ".join(words[:fitting]))) > room:
            fitting -= 1
        return " ".join(words[fitting:])

    def unknown_words(self, text: str) -> tuple[str, ...]:
        """Return the words of a text that were not in the training captions, where known."""
        if self.vocabulary is None:
            return ()
        words = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text.lower())
        return tuple(dict.fromkeys(word for word in words if word not in self.vocabulary))


def load_perceptor(
    name: str, *, model_dir: Path | None = None, bars: Bars = Silent
) -> tuple[ClipPerceptor, Path]:
    """Load a perceptor by name and return it with its weights file.

    Args:
        name: an open_clip `NAME:TAG`, `NAME:FILE`, `hf-hub:ORG/REPO`, or a local open_clip folder,
            with or without `local-dir:` before it.
        model_dir: where downloads go instead of the hub's own cache.
        bars: the class of the progress bar.

    Raises:
        CheckpointError: the name, tag or folder is unknown, or its weights are missing or damaged.
    """
    architecture, _, rest = name.partition(":")
    if name.startswith(hub.SCHEME):
        repo = name.removeprefix(hub.SCHEME)
        folder = hub.snapshot(repo, model_dir=model_dir, bars=bars)
        return _load_folder(folder, name, force_quick_gelu=_needs_quick_gelu(repo))
    if architecture in open_clip.list_models() and rest and Path(rest).is_file():
        return _load_file(architecture, Path(rest))
    folder = Path(name.removeprefix(LOCAL))
    if name.startswith(LOCAL) or folder.is_dir() or ("/" in name and architecture == name):
        return _load_folder(folder, str(folder))
    return _load_pretrained(name, model_dir, bars)


def _load_folder(folder: Path, shown: str, **settings: Any) -> tuple[ClipPerceptor, Path]:
    if not (folder / hub.CONFIG).is_file():
        raise CheckpointError(
            f"there is no open_clip folder {shown} (with {hub.CONFIG} and {WEIGHTS_FILES[0]} in it)"
        )
    weights = next((folder / file for file in WEIGHTS_FILES if (folder / file).is_file()), None)
    if weights is None:
        raise CheckpointError(f"{shown} has no weights: expected {' or '.join(WEIGHTS_FILES)}")
    model, tokenizer = _create(f"{LOCAL}{folder}", weights, **settings)
    words = folder / VOCABULARY_FILE
    if not words.is_file():
        return ClipPerceptor(model, tokenizer), weights
    vocabulary = frozenset(words.read_text(encoding="utf-8").split())
    return ClipPerceptor(model, tokenizer, vocabulary), weights


def _needs_quick_gelu(repo: str) -> bool:
    """Whether a repository of the hub holds weights that open_clip lists as QuickGELU's."""
    settings = [open_clip.get_pretrained_cfg(*pair) for pair in open_clip.list_pretrained()]
    return any(
        bool(one.get("quick_gelu"))
        for one in settings
        if one.get("hf_hub", "").rpartition("/")[0] == repo
    )


def _load_file(architecture: str, weights: Path) -> tuple[ClipPerceptor, Path]:
    model, tokenizer = _create(architecture, weights, pretrained=str(weights))
    return ClipPerceptor(model, tokenizer), weights


def known_as(name: str) -> dict[str, Any]:
    """Return what open_clip knows of a `NAME:TAG`.

    Raises:
        CheckpointError: the name or the tag is unknown.
    """
    architecture, _, tag = name.partition(":")
    known = open_clip.list_models()
    if architecture not in known:
        raise CheckpointError(
            f"unknown perceptor {name!r}: allowed are {', '.join(map(repr, SHIPPED))}, an "
            f"open_clip NAME:TAG or NAME:FILE, {hub.SCHEME}ORG/REPO, or a local open_clip folder"
            f"{did_you_mean(architecture, [*SHIPPED, *known])}"
        )
    tags = open_clip.list_pretrained_tags_by_model(architecture)
    if tag not in tags:
        raise CheckpointError(
            f"the perceptor {architecture} has no weights {tag!r}: allowed are "
            f"{', '.join(tags) or 'none'}, or a file{did_you_mean(tag, tags)}"
        )
    return dict(open_clip.get_pretrained_cfg(architecture, tag))


def _check_tokenizer(architecture: str) -> None:
    """Make sure, before gigabytes are fetched, that the texts can be read."""
    text = (open_clip.get_model_config(architecture) or {}).get("text_cfg", {})
    foreign = "hf_tokenizer_name" in text or "siglip" in architecture.lower()
    if foreign and find_spec("transformers") is None:
        raise CheckpointError(
            f"the perceptor {architecture} reads texts with the package transformers, which is not "
            "installed: pip install 'vqclip[siglip]'"
        )


def find_weights(name: str, *, model_dir: Path | None = None, bars: Bars = Silent) -> Path:
    """Return the weights file of a `NAME:TAG`; fetch it first if it is not there.

    Raises:
        CheckpointError: the name is unknown or its weights cannot be had.
    """
    _check_tokenizer(name.partition(":")[0])
    repo, _, file = str(known_as(name)["hf_hub"]).rpartition("/")
    names = (str(Path(file).with_suffix(".safetensors")), file) if file else WEIGHTS_FILES
    return hub.weights(repo, names, model_dir=model_dir, bars=bars)


def _load_pretrained(name: str, model_dir: Path | None, bars: Bars) -> tuple[ClipPerceptor, Path]:
    settings = known_as(name)
    weights = find_weights(name, model_dir=model_dir, bars=bars)
    model, tokenizer = _create(
        name.partition(":")[0],
        weights,
        pretrained=str(weights),
        # open_clip builds plain GELU for weights trained with QuickGELU unless it is told.
        force_quick_gelu=bool(settings.get("quick_gelu")),
        image_mean=settings.get("mean"),
        image_std=settings.get("std"),
        image_interpolation=settings.get("interpolation"),
        image_resize_mode=settings.get("resize_mode"),
    )
    return ClipPerceptor(model, tokenizer), weights


def _create(name: str, weights: Path, **settings: Any) -> tuple[nn.Module, Any]:
    check_archive(weights)
    try:
        # `create_model` would return random weights when they are missing; this one raises.
        model = open_clip.create_model_from_pretrained(
            name, return_transform=False, weights_only=True, **settings
        )
        return model, open_clip.get_tokenizer(name)
    except Exception as error:  # open_clip passes on whatever torch, safetensors or the hub raise
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise CheckpointError(f"the perceptor {weights} cannot be loaded: {reason}") from error
