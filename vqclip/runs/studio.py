"""A studio: the models of one device, loaded once; and the events that say what happens there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from vqclip.config.schema import Config
from vqclip.device import resolve_device
from vqclip.models.fetch.download import Bars
from vqclip.models.load import Models, load_models
from vqclip.perception.judge import Judge


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
        key = repr((config.vqgan, config.perceptor_weights(), str(device)))
        if key not in self.loaded:
            self.loaded.clear()
            load = partial(load_models, device=device, model_dir=config.model_dir, bars=self.bars)
            models = load(config.vqgan, config.perceptor_weights())
            judge = Judge(models.perceptors, models.perceptor_weights)
            if self.judge is not None:
                judging = load(config.vqgan, {self.judge: 1.0})
                judge = Judge(judging.perceptors, (1.0,))
            self.loaded[key] = models, judge
        return self.loaded[key]
