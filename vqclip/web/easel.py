"""The easel: draws one picture of a ticket, from its first step or from its checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import torch

from vqclip.config.job import Job
from vqclip.config.schema import Config
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.engine.starts import origin
from vqclip.errors import ConfigError, OutputError
from vqclip.files.images import to_pil
from vqclip.machine.device import adopt_threads
from vqclip.models.load import Models
from vqclip.outputs.checkpoint import Checkpoint
from vqclip.outputs.claims import Claims
from vqclip.outputs.names import CHECKPOINT, check_own, is_picture_of
from vqclip.outputs.rehearsal import check_space, rehearse
from vqclip.outputs.writer import Writer
from vqclip.perception.ranking import Judge
from vqclip.runs.capacity import check_memory
from vqclip.runs.drive import Stop, drive
from vqclip.runs.duration import seconds_of
from vqclip.runs.events import Event, Note, Started, Step
from vqclip.views.tiles import encode
from vqclip.web.allowance import CHECKPOINT_EVERY, Allowance, placed
from vqclip.web.enclosure import Enclosure
from vqclip.web.live import Live
from vqclip.web.ticket import Ticket

PREVIEWS = 24
"""Previews of a drawing: enough to watch it grow, few enough to cost little."""
QUALITY = 85


class Cache(Protocol):
    """Holds the models that were used last."""

    def load(self, config: Config) -> tuple[Models, Judge]:
        """Return the models a configuration names, and the judge of its pictures."""


@dataclass
class Easel:
    """Draws pictures into the output folder.

    Attributes:
        enclosure: the folder.
        cache: the models.
        allowance: how long a picture may take.
        device: name of the device that computes.
        threads: of the CPU, unless a ticket says otherwise.
    """

    enclosure: Enclosure
    cache: Cache
    allowance: Allowance
    device: str = "auto"
    threads: int = field(default_factory=torch.get_num_threads, init=False)

    def draw(
        self, ticket: Ticket, live: Live, stop: Stop, choose: Callable[[str], None]
    ) -> Iterator[Event]:
        """Draw a picture, show it, and yield what happens.

        Args:
            ticket: what to draw; its name is that of its file, if it was begun before.
            live: shows the drawing.
            stop: called often.
            choose: called with the name of the file as soon as it is chosen.

        Raises:
            VqclipError: it cannot be drawn.
        """
        config = placed(ticket.config(), self.enclosure, self.device)
        self.allowance.check(ticket.config(), self.enclosure)
        job = Job.of(config)
        if self._is_finished(ticket, job):
            return
        check_space(self.enclosure.root, [config])
        rehearse([job], [job.stem])
        models, _ = self.cache.load(config)
        check_memory(models, config)
        self._check_time(models, config)
        adopt_threads(ticket.threads or self.threads)
        live.steps, live.origin = config.steps, origin(config, models)
        with ExitStack() as stack:
            writer, generation = self._begun(ticket, job, models, stack)
            choose(writer.paths[0].name)
            yield from self._watched(generation, writer, live, stop)
            choose(writer.paths[0].name)  # another file may have come in its way

    def _watched(
        self, generation: Generation, writer: Writer, live: Live, stop: Stop
    ) -> Iterator[Event]:
        """Drive a generation, and show it."""
        every = max(1, generation.config.steps // PREVIEWS)
        before = time.monotonic()
        for event in drive(generation, writer, stop):
            if isinstance(event, Note):
                live.add_note(event.text)
            elif isinstance(event, Started):
                live.step = event.step
                live.show(preview_of(generation))
                before = time.monotonic()
            elif isinstance(event, Step):
                now = time.monotonic()
                live.add_pace(now - before)
                live.add_losses(event.step, event.losses[0])
                if event.step % every == 0 or event.step == event.steps:
                    live.show(preview_of(generation))
                before = time.monotonic()
            yield event

    def _begun(
        self, ticket: Ticket, job: Job, models: Models, stack: ExitStack
    ) -> tuple[Writer, Generation]:
        """Return a new drawing, or the one of a ticket as its checkpoint has it.

        Raises:
            OutputError: another process draws the same files.
            ForeignFileError: a file has taken the place of the picture.
        """
        if not ticket.name:
            writer = Writer.for_jobs([job])
            stack.callback(writer.close)
            return writer, build(models, [job])
        claims = Claims(self.enclosure.root, hidden=True)
        stack.callback(claims.give_all_back)
        path = self.enclosure.root / ticket.name
        if not claims.take(path.stem):
            raise OutputError(f"{ticket.name} is being drawn by another process")
        check_own(path, job)
        writer = Writer((path,), checkpoint_every=CHECKPOINT_EVERY, claims=claims)
        checkpoint = self.checkpoint(ticket)
        if checkpoint is not None:
            try:
                return writer, Checkpoint.read(checkpoint).restore(models, [job])
            except (OutputError, ConfigError):  # damaged, or made with other models: start over
                checkpoint.unlink(missing_ok=True)
        return writer, build(models, [job])

    def checkpoint(self, ticket: Ticket) -> Path | None:
        """Return the checkpoint of a ticket, if there is one."""
        if not ticket.name:
            return None
        path = (self.enclosure.root / ticket.name).with_suffix(CHECKPOINT)
        return path if path.is_file() else None

    def _is_finished(self, ticket: Ticket, job: Job) -> bool:
        """Say whether the picture was finished before the server could note it."""
        if not ticket.name or self.checkpoint(ticket) is not None:
            return False
        return is_picture_of(self.enclosure.root / ticket.name, job)

    def _check_time(self, models: Models, config: Config) -> None:
        """Refuse a picture that takes too long.

        Raises:
            ConfigError: it does.
        """
        seconds = seconds_of(models, config)
        if seconds > self.allowance.seconds:
            raise ConfigError(
                f"the picture would take about {seconds / 60:,.0f} minutes, and this page allows "
                f"{self.allowance.seconds / 60:,.0f}: choose fewer steps, or a smaller size"
            )


def preview_of(generation: Generation) -> bytes:
    """Return the picture of a drawing as it is now, as WebP."""
    with torch.no_grad():
        return encode(to_pil(generation.images()[0]), "WEBP", quality=QUALITY)
