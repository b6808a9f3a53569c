"""A training of a sketch model from its first to its last step: pictures, folder and exports."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import torch

from vqclip.machine.device import is_reduced, resolve_device
from vqclip.models.load import load_vqgan
from vqclip.models.sketches.sampling import Sampling
from vqclip.models.sketches.sketchfile import codebook_hash, write_sketch
from vqclip.models.sketches.sketchwords import Vocabulary
from vqclip.training.run import TrainingFolder
from vqclip.training.schedules import Progress
from vqclip.training.shards import Pictures
from vqclip.training.sketching.codepictures import CodePictures
from vqclip.training.sketching.sketch_settings import SketchSettings
from vqclip.training.sketching.sketchsheet import sketch_sheet
from vqclip.training.sketching.sketchtraining import SketchTraining

WEIGHTS, SHEET = "sketch.safetensors", "sketches.png"
HELD_OUT = "held-out"
FREE = frozenset(
    {"validate_every", "validated", "save_every", "save_seconds", "refresh_every", "encode"}
    | {"device", "minutes", "guidance", "temperature", "top_k"}
)
"""Keys that may change when a run is continued."""
PRINT_SECONDS = 5.0
"""Seconds between two lines of losses."""
FIRST_PICTURES = 10_000
"""Pictures encoded before the first step of a training that is counted in minutes."""


class SketchRun:
    """A training of a sketch model, begun or continued.

    Args:
        settings: of the training.
        data: folder of the splits.
        output: folder of the run.

    Raises:
        VqclipError: settings, pictures, weights or checkpoint are not usable.
    """

    def __init__(self, settings: SketchSettings, data: Path, output: Path) -> None:
        self.settings, self.data, self.output = settings, data, output
        begin = time.monotonic()
        device = resolve_device(settings.device)
        self.amp = is_reduced(settings.precision, device)
        self.vqgan, _ = load_vqgan(settings.vqgan, device=device)
        side, codebook = settings.size // self.vqgan.factor, self.vqgan.codebook.detach()
        shape = settings.architecture.shape(len(codebook), side, side)
        self.training = SketchTraining(settings, shape, codebook, amp=self.amp)
        self.folder = TrainingFolder(output, settings, FREE)
        state = self.folder.open()
        tokens = [] if state is None else [int(token) for token in state["tokens"]]
        self.vocabulary = Vocabulary(tokens, capacity=shape.words)
        self.step, spent = 0, 0.0
        if state is not None:
            self.training.load_state_dict(state)
            self.step, spent = int(state["step"]), float(state["spent"])
        spent += time.monotonic() - begin
        self.progress = Progress(settings.steps, settings.minutes, spent)
        self.pictures = self._open(settings.splits)
        # Counted in steps, a training must not depend on the time at which pictures are ready.
        most = FIRST_PICTURES if settings.minutes else self.pictures.found
        self.pictures.prepare(most, wait=True)
        self.held_out: CodePictures | None = None
        self.loss = torch.zeros(2, device=device)  # sum and count since the last line
        self._saved = self._printed = time.monotonic()

    @property
    def finished(self) -> bool:
        """Whether nothing is left to learn."""
        return self.progress.finished(self.step)

    def _open(self, splits: Sequence[str], *, learn: bool = True) -> CodePictures:
        settings = self.settings
        return CodePictures(
            Pictures(*(self.data / split for split in splits)),
            self.vqgan,
            self.vocabulary,
            text=settings.architecture.text,
            size=settings.size,
            chunk=settings.encode,
            amp=self.amp,
            learn=learn,
        )

    def advance(self) -> Iterator[str]:
        """Make one step, and all that is due after it; yield lines of losses."""
        settings, step = self.settings, self.step
        loss = self.training.advance(self.pictures, step, self.progress.share(step))
        self.loss += torch.stack([loss, torch.ones_like(loss)])
        self.step += 1
        if self.step % settings.refresh_every == 0:
            self.pictures.refresh()
        self.pictures.prepare(settings.encode)
        last = self.finished
        if last or time.monotonic() - self._printed > PRINT_SECONDS:
            yield from self._mean()
        if last or self.step % settings.validate_every == 0:
            yield from self._validate()
        late = 0 < settings.save_seconds < time.monotonic() - self._saved
        if last or late or self.step % settings.save_every == 0:
            self.save()

    def _mean(self) -> Iterator[str]:
        total, count = self.loss.tolist()
        self.loss.zero_()
        self._printed = time.monotonic()
        if count:
            entry = {"loss": round(total / count, 4), "pictures": len(self.pictures)}
            entry |= {"words": len(self.vocabulary), "seconds": round(self.progress.spent, 1)}
            yield self._log(entry)

    def _log(self, entry: Mapping[str, float]) -> str:
        self.folder.log(self.step, entry)
        return f"step {self.step}: " + ", ".join(f"{key} {entry[key]}" for key in entry)

    def _validate(self) -> Iterator[str]:
        if self.held_out is None:
            if not any((self.data / HELD_OUT).glob("shard-*.json")):
                return
            self.held_out = self._open([HELD_OUT], learn=False)
            self.held_out.prepare(self.settings.validated, wait=True)
            self.held_out.close()
        yield self._log({"held_out": round(self.training.validate(self.held_out), 4)})

    def save(self) -> None:
        """Write the checkpoint and the model with averaged weights."""
        state = {**self.training.state_dict(), "tokens": list(self.vocabulary.tokens)}
        self.folder.save({"step": self.step, "spent": self.progress.spent, **state})
        training, codebook = self.training, codebook_hash(self.vqgan.codebook)
        weights, tokens = training.average.state_dict(), self.vocabulary.tokens
        write_sketch(self.output / WEIGHTS, weights, training.shape, tokens, codebook)
        self._saved = time.monotonic()

    def show(self, prompts: Sequence[str]) -> None:
        """Write the sheet of sketches."""
        settings = self.settings
        sampling = Sampling(settings.guidance, settings.temperature, settings.top_k)
        model = self.training.averaged(self.vocabulary, codebook_hash(self.vqgan.codebook))
        sketch_sheet(self.output / SHEET, model, self.vqgan, prompts, sampling)

    def train(self, stop: threading.Event, until: int) -> Iterator[str]:
        """Learn until a step, the end, or `stop` is set; then save. Yield lines of losses."""
        try:
            while not (self.finished or self.step >= until or stop.is_set()):
                yield from self.advance()
            if not self.finished:
                yield from self._mean()
                self.save()
        finally:
            self.pictures.close()
