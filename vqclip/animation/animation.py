"""An animation: a script and the settings of its pictures, and what every frame of it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from vqclip.animation.camera import Move, composed
from vqclip.animation.script import Script
from vqclip.animation.tracks import eased
from vqclip.config.job import ID_DIGITS, Job
from vqclip.config.option import plain
from vqclip.config.schema import Config

PREVIEW_STRIDE = 10


@dataclass(frozen=True)
class Mixture:
    """What a frame shows: a scene, or one that emerges from another.

    Attributes:
        before: index of the scene that fades.
        scene: index of the scene.
        share: of the scene, in [0, 1].
    """

    before: int
    scene: int
    share: float


@dataclass(frozen=True)
class Animation:
    """A film to be drawn.

    Attributes:
        script: what it shows and how it moves.
        config: what its pictures are made with; `steps` are those of the first frame. Its prompts
            are shown all the time where the script has no scenes.
        loudness: of the sounds that drive keys, by their names: a number a frame, in [0, 1].
        stride: every which frame is drawn.
    """

    script: Script
    config: Config
    loudness: Mapping[str, Sequence[float]] = field(default_factory=dict)
    stride: int = 1

    @property
    def fps(self) -> float:
        """Frames a second of the film that is drawn."""
        return self.script.fps / self.stride

    @property
    def numbers(self) -> range:
        """The numbers of the frames that are drawn, those of the tail of a loop included."""
        return range(0, self.script.frames + self.script.tail, self.stride)

    @property
    def shown(self) -> int:
        """How many of the drawn frames the film has: all but those of the tail."""
        return len(range(0, self.script.frames, self.stride))

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """One job for every scene."""
        if not self.script.scenes:
            return (Job.of(self.config),)
        return tuple(
            Job.of(replace(self.config, prompts=scene.prompts)) for scene in self.script.scenes
        )

    @cached_property
    def _values(self) -> dict[str, list[float]]:
        frames, fps = self.script.frames, self.script.fps
        return {
            name: own.values(frames, fps, self.loudness.get(name, ()))
            for name, own in self.script.tracks().items()
        }

    def value(self, name: str, number: int) -> float:
        """Return the value of a key at a frame; the tail of a loop repeats the beginning."""
        return self._values[name][number % self.script.frames]

    def move(self, number: int) -> Move:
        """Return how what is seen moves from the frame before to a frame."""
        names = self.script.motion.tracks()
        return Move(**{name: self.value(f"motion.{name}", number) for name in names})

    def matrix(self, number: int, aspect: float) -> Tensor:
        """Return the homography (3, 3) from the frame that is drawn before to a frame.

        Args:
            number: of the frame; the first one, 0, has no frame before it.
            aspect: width / height of the picture.
        """
        if number == 0:
            return torch.eye(3, dtype=torch.float64)
        between = range(number - self.stride + 1, number + 1)
        return composed([self.move(own).matrix(aspect) for own in between])

    def mixture(self, number: int) -> Mixture:
        """Return what a frame shows."""
        script = self.script
        if number >= script.frames:  # the tail of a loop: from the last scene to the first
            share = (number - script.frames + 1) / (script.tail + 1)
            return Mixture(len(self.jobs) - 1, 0, eased(share, "cosine"))
        seconds, begin = number / script.fps, 0.0
        durations = script.durations() or [script.length]
        for index, length in enumerate(durations):
            last = index == len(durations) - 1
            if seconds < begin + length - 1e-9 or last:
                break
            begin += length
        fade = script.fade(index) if index else 0.0
        share = min(1.0, (seconds - begin) / fade) if fade else 1.0
        return Mixture(max(0, index - 1), index, eased(share, "cosine"))

    def preview(self) -> Animation:
        """Return the animation of which every tenth frame is drawn."""
        return replace(self, stride=PREVIEW_STRIDE)

    def with_seed(self, seed: int) -> Animation:
        """Return the animation with another seed."""
        return replace(self, config=replace(self.config, seed=seed))

    def to_dict(self) -> dict[str, Any]:
        """Return everything the frames depend on, in plain form, weights and machine apart."""
        config = self.config.to_dict()
        del config["device"], config["cutouts"]["chunk"]
        stride = {"stride": self.stride} if self.stride > 1 else {}
        return {"animation": {**plain(self.script), **stride}, "config": config}

    @cached_property
    def id(self) -> str:
        """The hash of everything the frames depend on."""
        sounds = {name: list(levels) for name, levels in self.loudness.items()}
        text = json.dumps([self.to_dict(), sounds], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]
