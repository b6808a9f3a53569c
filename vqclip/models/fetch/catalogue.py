"""The models that have a name: where they are, how large, what is known of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from vqclip.config.values import HUB_SCHEME, unknown_generator
from vqclip.errors import CheckpointError

FILE = Path(__file__).parent / "catalogue.yaml"
HUB = "hf://"
HUB_ADDRESS = re.compile(
    r"hf://(?:(?P<kind>datasets|spaces)/)?(?P<repo>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w.-]+))?/"
    r"(?P<file>[\w./-]+)"
)

PUBLISHED = "sha256 published"


@dataclass(frozen=True)
class RemoteFile:
    """One address of a weights file.

    Attributes:
        url: `https://...`, or `hf://ORG/REPO/FILE`.
        size: in bytes, where published.
        sha256: where published.
        megabytes: about, where the size is not published.
    """

    url: str
    size: int | None = None
    sha256: str | None = None
    megabytes: int | None = None

    @property
    def about(self) -> int | None:
        """Bytes, as nearly as is known."""
        return self.size or (self.megabytes * 10**6 if self.megabytes else None)

    @property
    def state(self) -> str:
        """How far the file can be verified before it was ever downloaded."""
        if self.sha256:
            return PUBLISHED
        return "unverified, size published" if self.size else "unverified"

    def address(self) -> str:
        """The address to ask, at the hub that `HF_ENDPOINT` names if it is the hub's."""
        match = HUB_ADDRESS.fullmatch(self.url)
        if match is None:
            return self.url
        from huggingface_hub import hf_hub_url

        kind = match["kind"]
        return hf_hub_url(
            match["repo"],
            match["file"],
            repo_type=kind.removesuffix("s") if kind else None,
            revision=match["revision"],
        )


@dataclass(frozen=True)
class Entry:
    """A VQGAN with a name.

    Attributes:
        name: as `vqgan=NAME` takes it.
        files: addresses, in the order in which they are tried.
        architecture: what is known of it: gumbel, codes, embed_dim, factor.
        trained_on: the pictures it knows.
        good_for: when to take it.
        licence: of the weights, as far as a source states one.
        by_hand: what to look for where no safe address is known.
    """

    name: str
    files: tuple[RemoteFile, ...]
    architecture: Mapping[str, Any]
    trained_on: str = ""
    good_for: str = ""
    licence: str = "none stated"
    by_hand: str = ""

    @property
    def state(self) -> str:
        """What is known of its files beforehand: of the first, and of the best mirror."""
        if not self.files:
            return "no safe address"
        states = [one.state for one in self.files]
        better = states[0] != PUBLISHED and PUBLISHED in states
        return f"{states[0]}, a mirror's {PUBLISHED}" if better else states[0]


@dataclass(frozen=True)
class Recommended:
    """A perceptor worth knowing; open_clip knows many more.

    Attributes:
        name: as `perceptors=[NAME:TAG]` takes it.
        megabytes: of its weights in float32.
        cost: time per cutout, forward and back, relative to ViT-B-32.
        good_for: when to take it.
        licence: of the weights.
    """

    name: str
    megabytes: int
    cost: float
    good_for: str
    licence: str


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


def vqgans() -> dict[str, Entry]:
    """Every VQGAN of the catalogue, by name."""
    return {
        name: Entry(
            name,
            tuple(RemoteFile(**one) for one in table["files"]),
            table.get("architecture", {}),
            **{key: one for key, one in table.items() if key not in ("files", "architecture")},
        )
        for name, table in _content()["vqgans"].items()
    }


def recommended() -> tuple[Recommended, ...]:
    """The perceptors of the catalogue, lightest first."""
    return tuple(Recommended(name, **table) for name, table in _content()["perceptors"].items())


def find(name: str) -> Entry:
    """Return the entry of a name, or one for the file that `hf-hub:ORG/REPO/FILE` names.

    Raises:
        CheckpointError: there is none.
    """
    if name.startswith(HUB_SCHEME):
        url = HUB + name.removeprefix(HUB_SCHEME)
        match = HUB_ADDRESS.fullmatch(url)
        if match is None:
            raise CheckpointError(f"{name!r} is not of the form {HUB_SCHEME}ORG/REPO/FILE")
        own = re.sub(r"[^\w.-]+", "--", name.removeprefix(HUB_SCHEME))
        return Entry(own, (RemoteFile(url),), {}, by_hand=match["file"])
    known = vqgans()
    if name not in known:
        raise CheckpointError(unknown_generator(name))
    return known[name]
