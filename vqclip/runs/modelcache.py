"""The models of one device, loaded once for all jobs that use them."""

from __future__ import annotations

import torch

from vqclip.config.schema import Config
from vqclip.machine.device import resolve_device
from vqclip.models.fetch.bars import Bars
from vqclip.models.load import Models, load_models
from vqclip.perception.embedder import Embedder
from vqclip.perception.ranking import Judge


class ModelCache:
    """Keeps the models that were loaded last; only one configuration's models are in memory.

    Args:
        device: device of all jobs; `auto`: each job's own.
        judge: perceptor that ranks pictures; None: those that guide.
        bars: class of the progress bars of downloads; None: no bars.
    """

    def __init__(self, device: str = "auto", judge: str | None = None, bars: Bars | None = None):
        self._device, self._judge, self._bars = device, judge, bars
        self._key = ""
        self._loaded: tuple[Models, Judge] | None = None

    def load(self, config: Config) -> tuple[Models, Judge]:
        """Return the models a configuration names, and the judge of its pictures.

        Raises:
            CheckpointError: weights are missing or damaged.
            ConfigError: this machine has no such device.
        """
        device = resolve_device(self._device if self._device != "auto" else config.device)
        key = repr((config.vqgan, config.perceptor_weights(), str(device), config.precision))
        if self._loaded is None or key != self._key:
            self._loaded = None  # free the memory first
            models = load_models(
                config.vqgan,
                config.perceptor_weights(),
                device=device,
                model_dir=config.model_dir,
                bars=self._bars,
            )
            self._key, self._loaded = key, (models, self._judge_of(config, models, device))
        return self._loaded

    def _judge_of(self, config: Config, models: Models, device: torch.device) -> Judge:
        if self._judge is None:
            return Judge.of_models(models, device=device, precision=config.precision)
        embedder = Embedder.load(
            self._judge,
            device=str(device),
            precision=config.precision,
            model_dir=config.model_dir,
            bars=self._bars,
        )
        return Judge((embedder,))
