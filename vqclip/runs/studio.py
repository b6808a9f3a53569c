"""A studio: the models of one device, loaded once; and the events that say what happens there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from vqclip.config.schema import Config
from vqclip.device import resolve_device
from vqclip.models.fetch.bars import Bars
from vqclip.models.load import Models, load_models
from vqclip.perception.embedder import Embedder
from vqclip.perception.ranking import Judge


@dataclass(frozen=True)
class Event:
    """What happened: `note`, `started`, `step`, `done`, `failed`, `interrupted` or `waiting`.

    Attributes:
        kind: one of these.
        jobs: the ids concerned.
        facts: plain values: step, steps, losses, score, file, seconds, error, text.
    """

    kind: str
    jobs: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Studio:
    """The models of one device, loaded once for all jobs that use them.

    Attributes:
        device: of all jobs; `auto` leaves it to each job's configuration.
        judge: the perceptor that ranks, or None for those that guide.
        bars: the class of progress bars of downloads; None: silent.
        loaded: the models loaded last, by what names them.
    """

    device: str
    judge: str | None = None
    bars: Bars | None = None
    loaded: dict[str, tuple[Models, Judge]] = field(default_factory=dict)

    def models(self, config: Config) -> tuple[Models, Judge]:
        """The models a configuration names, and the judge of its pictures.

        Raises:
            CheckpointError: weights are missing or damaged.
            ConfigError: there is no such device.
        """
        device = resolve_device(self.device if self.device != "auto" else config.device)
        key = repr((config.vqgan, config.perceptor_weights(), str(device), config.precision))
        if key not in self.loaded:
            self.loaded.clear()
            models = load_models(
                config.vqgan,
                config.perceptor_weights(),
                device=device,
                model_dir=config.model_dir,
                bars=self.bars,
            )
            self.loaded[key] = models, self._judge(config, models, device)
        return self.loaded[key]

    def _judge(self, config: Config, models: Models, device: torch.device) -> Judge:
        if self.judge is None:
            return Judge.of_models(models, device=device, precision=config.precision)
        embedder = Embedder.load(
            self.judge,
            device=str(device),
            precision=config.precision,
            model_dir=config.model_dir,
            bars=self.bars,
        )
        return Judge((embedder,))
