"""The memory of one picture, computed from sizes alone: no model is loaded for it, and no torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vqclip.config.choices import MINI
from vqclip.config.schema import Config
from vqclip.config.values import is_path
from vqclip.errors import CheckpointError, ConfigError
from vqclip.files.images import round_up
from vqclip.files.jsontable import JsonTable
from vqclip.files.paths import user_path
from vqclip.models.fetch.catalogue import find_vqgan
from vqclip.models.fetch.store import Store
from vqclip.models.shipped import MINI_FOLDER
from vqclip.models.weights.architecture import Architecture, infer_architecture
from vqclip.models.weights.forms import SAFE, sniff, weights_file
from vqclip.models.weights.layouts import taming_names

FLOAT = 4
"""Bytes of a number."""
LATENT_COPIES = 9
"""The latent as its start, its levels, their gradient and two moments of Adam, its moving average,
z, z_q and their gradient; the levels below the finest add a third to theirs."""
OVERHEAD = 1.1
"""Peak memory / what is kept; 1.12 (four candidates) to 1.63 was measured with the small pair."""
LONGEST_HEADER = 100_000_000
"""Bytes of the header of a weights file."""


@dataclass(frozen=True)
class Footprint:
    """The bytes that one picture needs at the peak of a step.

    Attributes:
        decoding: kept for the gradient of decoding it.
        latent: of the latent and what the optimiser holds of it.
        cutouts: kept for the gradient of those cutouts that are encoded at once; 0 if unknown.
        candidates: starts that compete, each with all of this.
    """

    decoding: int
    latent: int
    cutouts: int
    candidates: int

    @property
    def total(self) -> int:
        """All bytes, for all candidates."""
        kept = self.decoding + self.latent + self.cutouts
        return round(OVERHEAD * kept) * self.candidates


def footprint_of(config: Config) -> Footprint | None:
    """Compute the footprint of a picture without its cutouts; None if its VQGAN is not known yet.

    Raises:
        ConfigError: the weights of its VQGAN are none.
    """
    try:
        architecture = architecture_of(config.vqgan, config.model_dir)
    except CheckpointError:  # loading it will say why
        return None
    if architecture is None:
        return None
    factor = architecture.factor
    height, width = (round_up(side, factor) // factor for side in (config.height, config.width))
    return Footprint(
        decoding=decoding_bytes(architecture, height * width),
        latent=latent_bytes(architecture.embed_dim * height * width),
        cutouts=0,
        candidates=rows_of(config),
    )


def rows_of(config: Config) -> int:
    """Return how many starts are optimised at the full size; in stages, they compete before it."""
    return 1 if config.stages else config.start.candidates


def check_footprint(footprint: Footprint, config: Config, room: int, where: str) -> None:
    """Refuse a picture that needs more memory than there is.

    Args:
        footprint: of the picture.
        config: its configuration.
        room: bytes that there are.
        where: they are, for the message.

    Raises:
        ConfigError: it needs more.
    """
    if footprint.total > room:
        fewer = ", or start.candidates=1" if config.start.candidates > 1 else ""
        raise ConfigError(
            f"a picture of {config.width}x{config.height} pixels needs about "
            f"{footprint.total / 1e9:,.1f} GB of memory, and {room / 1e9:,.1f} GB are free on "
            f"{where}: give a smaller --size{fewer}"
        )


def latent_bytes(numbers: int) -> int:
    """Return the bytes of a latent of so many numbers, and of everything that is kept of it."""
    return LATENT_COPIES * FLOAT * numbers


def decoding_bytes(architecture: Architecture, cells: int) -> int:
    """Return the bytes that taming's decoder keeps for the gradient of one picture.

    A residual block from a to b channels keeps, for each cell, the inputs of its two
    normalisations, their results, the sigmoids of these and what enters its two convolutions:
    4 a + 4 b numbers. Attention over n cells of c channels keeps 6 c n + n^2.

    Args:
        architecture: of the VQGAN.
        cells: of the latent.
    """
    widths = [architecture.ch * multiple for multiple in architecture.ch_mult]
    top = widths[-1]
    numbers = cells * (architecture.embed_dim + architecture.z_channels + 16 * top)
    if architecture.mid_attention:
        numbers += 6 * top * cells + cells**2
    channels, resolution = top, architecture.latent_resolution
    for level in reversed(range(len(widths))):
        for _ in range(architecture.num_res_blocks + 1):
            numbers += cells * 4 * (channels + widths[level])
            channels = widths[level]
            if resolution in architecture.attn_resolutions:
                numbers += 6 * channels * cells + cells**2
        if level:
            cells, resolution = 4 * cells, 2 * resolution
            numbers += cells * channels  # enters the convolution after the enlargement
    return FLOAT * (numbers + cells * (4 * channels + 3))


def architecture_of(name: str, model_dir: str | None) -> Architecture | None:
    """Return the architecture of a VQGAN, if the header of a file of this machine shows it.

    Raises:
        CheckpointError: the file is missing, or holds no VQGAN.
    """
    path = _weights_path(name, model_dir)
    if path is None or sniff(path) != SAFE:  # a pickle would have to be read whole
        return None
    shapes = dict(_shapes(path))
    return infer_architecture({own: shapes[name] for name, own in taming_names(shapes).items()})


def _weights_path(name: str, model_dir: str | None) -> Path | None:
    """Return the path of the weights of a VQGAN; None if they are still to be downloaded."""
    if name == MINI:
        return MINI_FOLDER / "vqgan.safetensors"
    if is_path(name):
        return weights_file(user_path(name))
    path = Store.at(None if model_dir is None else user_path(model_dir)).path(find_vqgan(name))
    return path if path.is_file() else None


@dataclass(frozen=True)
class _Shape:
    """Stands for a tensor whose numbers are not read."""

    shape: tuple[int, ...]


def _shapes(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield the names of the tensors of a safetensors file, with their shapes."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        text = file.read(min(size, LONGEST_HEADER))
    try:
        header = JsonTable.parse(text)
        for name in header.content:
            if name != "__metadata__":
                yield name, _Shape(tuple(header.table(name).content["shape"]))
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path} is damaged: {error}") from error
