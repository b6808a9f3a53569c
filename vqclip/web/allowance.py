"""The allowance: how large, how long and how many the drawings of a page may be, and with what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vqclip.config.choices import MINI
from vqclip.config.destination import OutputConfig
from vqclip.config.schema import Config
from vqclip.config.values import is_path
from vqclip.errors import CheckpointError, ConfigError, Mistakes, shown
from vqclip.models.presence import has_perceptor, has_vqgan
from vqclip.web.enclosure import Enclosure
from vqclip.web.ticket import Ticket

CHECKPOINT_EVERY = 20
"""Steps between checkpoints: what is lost at most when the server is killed."""
NAME = re.compile(r"[\w.+-]+(:[\w.+-]+)?")
"""Names of models that are no paths."""


@dataclass(frozen=True)
class Allowance:
    """What visitors may ask for.

    Attributes:
        side: longest side of a picture in pixels.
        steps: steps of a picture.
        cutouts: cutouts of a step.
        starts: starts that compete, and sketches of each.
        prompts: prompts of a picture.
        seconds: time that a picture may take.
        pictures: pictures of a series.
        waiting: tickets in the queue.
        waiting_each: tickets in the queue of one visitor.
        upload: bytes of a picture that is uploaded.
        upload_pixels: its pixels.
        text: characters of a YAML text.
    """

    side: int = 1024
    steps: int = 1000
    cutouts: int = 128
    starts: int = 64
    prompts: int = 50
    seconds: float = 3600
    pictures: int = 400
    waiting: int = 200
    waiting_each: int = 20
    upload: int = 20 << 20
    upload_pixels: int = 40_000_000
    text: int = 50_000

    def check(self, config: Config, enclosure: Enclosure) -> None:
        """Check a configuration that a visitor asks for.

        Raises:
            ConfigError: with everything that is not allowed.
        """
        mistakes = Mistakes()
        mistakes.add(*self._excesses(config), *_places(config, enclosure), *_models(config))
        for name in config.pictures():
            mistakes.read(lambda name=name: enclosure.source(name), None)  # type: ignore[misc]
        mistakes.check()

    def check_queue(self, tickets: Sequence[Ticket], owner: str) -> None:
        """Check that there is room for another ticket.

        Raises:
            ConfigError: the queue, or the visitor's share of it, is full.
        """
        waiting = [ticket for ticket in tickets if ticket.is_open]
        own = sum(ticket.owner == owner for ticket in waiting)
        if own >= self.waiting_each:
            raise ConfigError(
                f"you have {own} drawings in the queue, and at most {self.waiting_each} are "
                "allowed: wait, or cancel one"
            )
        if len(waiting) >= self.waiting:
            raise ConfigError(f"the queue is full ({len(waiting)} drawings): try again later")

    def _excesses(self, config: Config) -> Iterator[str]:
        prompts = len(config.prompts) + len(config.style_prompts)
        whole = config.settled()
        numbers = {
            "width": (whole.width, self.side),
            "height": (whole.height, self.side),
            "steps": (config.steps, self.steps),
            "cutouts.count": (config.cutouts.count, self.cutouts),
            "start.candidates": (config.start.candidates, self.starts),
            "start.sketches": (config.start.sketches, self.starts),
            "number of prompts": (prompts, self.prompts),
        }
        for key, (number, most) in numbers.items():
            if number > most:
                yield f"{key}: this page allows at most {most:,}, not {number:,}"


def _places(config: Config, enclosure: Enclosure) -> Iterator[str]:
    """Yield the places that are the server's to choose."""
    usual = OutputConfig()
    if config.output.folder not in (usual.folder, str(enclosure.given)):
        yield f"output.folder: pictures of this page go to {enclosure.given}"
    if config.output.video.file is not None:
        yield "output.video.file: the page makes no films: vqclip generate does, with --video"
    if config.output.overwrite:
        yield "output.overwrite: the page replaces no picture"
    if config.model_dir is not None:
        yield "model_dir: the server chooses it"
    if config.device.strip().lower() != "auto":
        yield "device: the server chooses it"


def _models(config: Config) -> Iterator[str]:
    """Yield the models that are files of the visitor's choice, or not on this machine."""
    checks = [(config.vqgan, has_vqgan), *((name, has_perceptor) for name in _perceptors(config))]
    for name, exists in checks:
        if name == MINI:
            continue
        if not NAME.fullmatch(name) or is_path(name):
            yield f"the model {shown(name)} is a path: this page takes models by their names"
            continue
        try:
            if not exists(name):
                yield (
                    f"the model {name} is not on the server, whose owner can download it with "
                    "vqclip models download"
                )
        except CheckpointError as error:
            yield str(error)


def _perceptors(config: Config) -> list[str]:
    return list(config.perceptor_weights())


def placed(config: Config, enclosure: Enclosure, device: str) -> Config:
    """Return a configuration whose files go where the page keeps them.

    Args:
        config: what a visitor asks for.
        enclosure: the output folder.
        device: device of the server.
    """
    output = OutputConfig(
        folder=str(enclosure.given),
        format=config.output.format,
        quality=config.output.quality,
        checkpoint_every=CHECKPOINT_EVERY,
    )
    return replace(config, output=output, device=device, model_dir=None)
