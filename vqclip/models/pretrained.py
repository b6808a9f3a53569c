"""The pretrained perceptors of open_clip by NAME:TAG: where their weights are, how images enter."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vqclip.config.choices import MINI, MINI_JUDGE
from vqclip.config.values import HUB_SCHEME, perceptor_name
from vqclip.errors import CheckpointError, did_you_mean, shown
from vqclip.models.fetch import hub
from vqclip.models.fetch.bars import Bars, Silent
from vqclip.models.openclip import open_clip


@dataclass(frozen=True)
class Pretrained:
    """The entry of a `NAME:TAG` in open_clip's table.

    Attributes:
        architecture: the NAME.
        repository: the repository of the weights on the hub.
        file: name of the weights file there; empty: one of the usual names.
        quick_gelu: whether the weights were trained with QuickGELU as activation.
        mean: mean of the training images, by channel; none: the architecture's own, as for all
            that follow.
        std: their standard deviation, by channel.
        interpolation: how images are resized, such as `bicubic`.
        resize_mode: `shortest`, or `squash` for whole images squashed to a square.
    """

    architecture: str
    repository: str
    file: str
    quick_gelu: bool
    mean: tuple[float, ...] | None
    std: tuple[float, ...] | None
    interpolation: str | None
    resize_mode: str | None

    @property
    def weights_names(self) -> tuple[str, ...]:
        """Names of the weights file in the repository, in order of preference."""
        if not self.file:
            return hub.WEIGHTS_FILES
        return str(Path(self.file).with_suffix(".safetensors")), self.file


def find_pretrained(name: str) -> Pretrained:
    """Return open_clip's entry of a `NAME:TAG`.

    Raises:
        CheckpointError: the name or the tag is unknown.
    """
    architecture, _, tag = perceptor_name(name).partition(":")
    known = open_clip.list_models()
    if architecture not in known:
        raise CheckpointError(
            f"unknown perceptor {shown(name)}: allowed are {MINI!r}, {MINI_JUDGE!r}, an open_clip "
            f"NAME:TAG or NAME:FILE, {HUB_SCHEME}ORG/REPO, or a local open_clip folder"
            f"{did_you_mean(architecture, [MINI, MINI_JUDGE, *known])}"
        )
    tags = open_clip.list_pretrained_tags_by_model(architecture)
    if tag not in tags:
        raise CheckpointError(
            f"the perceptor {architecture} has no weights {shown(tag)}: allowed are "
            f"{', '.join(tags) or 'none'}, or a file{did_you_mean(tag, tags)}"
        )
    table: dict[str, Any] = open_clip.get_pretrained_cfg(architecture, tag)
    repository, _, file = str(table["hf_hub"]).rpartition("/")
    return Pretrained(
        architecture,
        repository,
        file,
        bool(table.get("quick_gelu")),
        table.get("mean"),
        table.get("std"),
        table.get("interpolation"),
        table.get("resize_mode"),
    )


def needs_quick_gelu(repository: str) -> bool:
    """Say whether open_clip lists a repository of the hub as weights trained with QuickGELU."""
    tables = (open_clip.get_pretrained_cfg(*pair) for pair in open_clip.list_pretrained())
    return any(
        bool(table.get("quick_gelu"))
        for table in tables
        if table.get("hf_hub", "").rpartition("/")[0] == repository
    )


def obtain_weights(
    pretrained: Pretrained, *, model_dir: Path | None = None, bars: Bars = Silent
) -> Path:
    """Return the weights file of a pretrained perceptor; download it first if necessary.

    Raises:
        CheckpointError: the hub does not give the weights, or a package to read texts is missing.
    """
    _check_tokenizer(pretrained.architecture)
    return hub.weights(
        pretrained.repository, pretrained.weights_names, model_dir=model_dir, bars=bars
    )


def _check_tokenizer(architecture: str) -> None:
    """Check, before gigabytes are downloaded, that texts can be turned into tokens."""
    text = (open_clip.get_model_config(architecture) or {}).get("text_cfg", {})
    foreign = "hf_tokenizer_name" in text or "siglip" in architecture.lower()
    if foreign and find_spec("transformers") is None:
        raise CheckpointError(
            f"the perceptor {architecture} reads texts with the package transformers, which is not "
            "installed: pip install 'vqclip[siglip]'"
        )
