"""The models that have a name: their addresses, sizes and licences, and what each is good for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from vqclip.config.choices import MINI, MINI_JUDGE
from vqclip.config.values import HUB_NAME, HUB_SCHEME, unknown_generator
from vqclip.errors import CheckpointError, shown
from vqclip.models.weights.architecture import Signature

FILE = "catalogue.yaml"
HUB = "hf://"
HUB_ADDRESS = re.compile(
    rf"hf://(?:(?P<kind>datasets|spaces)/)?(?P<repo>{HUB_NAME}/{HUB_NAME})"
    rf"(?:@(?P<revision>{HUB_NAME}))?/(?P<file>{HUB_NAME}(?:/{HUB_NAME})*)"
)

PUBLISHED = "sha256 published"


@dataclass(frozen=True)
class RemoteFile:
    """An address of a weights file.

    Attributes:
        url: `https://...`, or `hf://ORG/REPO/FILE`.
        size: in bytes, if it is published.
        sha256: if it is published.
        megabytes: approximate size, if the exact one is not published.
    """

    url: str
    size: int | None = None
    sha256: str | None = None
    megabytes: int | None = None

    @property
    def about(self) -> int | None:
        """The approximate size in bytes, if it is known."""
        return self.size or (self.megabytes * 10**6 if self.megabytes else None)

    @property
    def state(self) -> str:
        """How well a first download can be verified."""
        if self.sha256:
            return PUBLISHED
        return "unverified, size published" if self.size else "unverified"

    def address(self) -> str:
        """Return the address to ask; that of a file of the hub depends on `HF_ENDPOINT`."""
        match = HUB_ADDRESS.fullmatch(self.url)
        if match is None:
            return self.url
        from huggingface_hub import hf_hub_url  # loads the client of the hub

        kind = match["kind"]
        return hf_hub_url(
            match["repo"],
            match["file"],
            repo_type=kind.removesuffix("s") if kind else None,
            revision=match["revision"],
        )


@dataclass(frozen=True)
class VqganEntry:
    """A VQGAN that has a name.

    Attributes:
        name: the NAME of `vqgan=NAME`.
        files: addresses of its weights, in the order in which they are tried.
        signature: its sizes, if they are known before the download.
        trained_on: the pictures on which it was trained.
        good_for: the pictures for which to choose it.
        license: of the weights, if a source states one.
        by_hand: the file to look for, if no safe address is known.
    """

    name: str
    files: tuple[RemoteFile, ...]
    signature: Signature | None = None
    trained_on: str = ""
    good_for: str = ""
    license: str = "none stated"
    by_hand: str = ""

    @property
    def state(self) -> str:
        """How well a first download can be verified, from the first address and from a mirror."""
        if not self.files:
            return "no safe address"
        states = [file.state for file in self.files]
        better = states[0] != PUBLISHED and PUBLISHED in states
        return f"{states[0]}, a mirror's {PUBLISHED}" if better else states[0]


@dataclass(frozen=True)
class PerceptorEntry:
    """A recommended perceptor; open_clip knows many more.

    Attributes:
        name: the NAME:TAG of `perceptors=[NAME:TAG]`.
        repository: the repository of its weights on the hub.
        megabytes: size of its weights in float32.
        cost: time of a cutout, forward and backward, relative to ViT-B-32.
        good_for: the pictures for which to choose it.
        license: of the weights.
    """

    name: str
    repository: str
    megabytes: int
    cost: float
    good_for: str
    license: str


@dataclass(frozen=True)
class Catalogue:
    """Every model of `catalogue.yaml` by its name, in the order of the file."""

    vqgans: Mapping[str, VqganEntry]
    perceptors: Mapping[str, PerceptorEntry]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the catalogue, read once."""
    text = resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    # The loader in C takes 5 ms where the other takes 50.
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    content: dict[str, dict[str, dict[str, Any]]] = yaml.load(text, loader)
    return Catalogue(
        {name: _vqgan(name, table) for name, table in content["vqgans"].items()},
        {name: PerceptorEntry(name, **table) for name, table in content["perceptors"].items()},
    )


def _vqgan(name: str, table: Mapping[str, Any]) -> VqganEntry:
    """Read the entry of a VQGAN: its texts as they are, its files and its sizes as records."""
    texts = {key: value for key, value in table.items() if key not in ("files", "architecture")}
    files = tuple(RemoteFile(**file) for file in table["files"])
    sizes = table.get("architecture")
    return VqganEntry(name, files, None if sizes is None else Signature(**sizes), **texts)


def find_vqgan(name: str) -> VqganEntry:
    """Return the entry of a name, or a new one for the file that `hf-hub:ORG/REPO/FILE` names.

    Raises:
        CheckpointError: there is no such name, or it needs no download.
    """
    if name in (MINI, MINI_JUDGE):
        raise CheckpointError(f"{name} is part of the package: it is never downloaded")
    if name.startswith(HUB_SCHEME):
        url = HUB + name.removeprefix(HUB_SCHEME)
        match = HUB_ADDRESS.fullmatch(url)
        if match is None:
            raise CheckpointError(f"{shown(name)} is not of the form {HUB_SCHEME}ORG/REPO/FILE")
        file_name = re.sub(r"[^\w.-]+", "--", name.removeprefix(HUB_SCHEME))
        return VqganEntry(file_name, (RemoteFile(url),), by_hand=match["file"])
    known = catalogue().vqgans
    if name not in known:
        raise CheckpointError(unknown_generator(name))
    return known[name]
