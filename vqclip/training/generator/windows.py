"""Batches of windows of pictures; a batch depends on the seed and its number alone."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import torch
from torch import Tensor

from vqclip.errors import ConfigError
from vqclip.randomness import stream
from vqclip.training.shards import Pictures

AHEAD = 3
"""Batches that are read ahead."""
READERS = 2
"""Threads that read."""
REFRESHED = 4.0
"""Seconds between two looks for pictures that were drawn meanwhile."""


class Windows:
    """Random square windows of pictures, half of them mirrored; the next batches are read ahead.

    Args:
        pictures: pictures to learn from.
        batch: windows in a batch.
        side: window width and height in pixels.
        seed: random seed.
        growing: whether pictures that are completed later take part: then a batch depends also on
            when it is read.

    Raises:
        ConfigError: the windows are larger than the pictures.
    """

    def __init__(
        self, pictures: Pictures, *, batch: int, side: int, seed: int, growing: bool = False
    ) -> None:
        if side > pictures.size:
            raise ConfigError(f"crop: {side} is larger than the pictures; at most {pictures.size}")
        self.pictures, self.count, self.side, self.seed = pictures, batch, side, seed
        self._readers = ThreadPoolExecutor(max_workers=READERS)
        self._read_ahead: dict[int, Future[Tensor]] = {}
        self._lock, self._growing, self._looked = threading.Lock(), growing, time.monotonic()

    def batch(self, number: int, device: torch.device) -> Tensor:
        """Return batch `number`, images (B, 3, side, side) in [0, 1], on a device."""
        pinned = device.type == "cuda"
        wanted = range(number, number + 1 + AHEAD)
        self._read_ahead = {
            index: self._read_ahead.get(index) or self._readers.submit(self._read, index, pinned)
            for index in wanted
        }
        pixels = self._read_ahead.pop(number).result().to(device, non_blocking=pinned)
        # The pixels lie in memory as channels_last has them.
        return (pixels.permute(0, 3, 1, 2).float() / 255).contiguous(
            memory_format=torch.channels_last
        )

    def _read(self, number: int, pinned: bool) -> Tensor:
        """Read a batch as uint8 (B, side, side, 3)."""
        generator = stream(self.seed, f"batch {number}")

        def draw(bound: int) -> list[int]:
            return torch.randint(bound, (self.count,), generator=generator).tolist()

        if self._growing:
            self._look()
        whole = torch.from_numpy(self.pictures.pixels(draw(len(self.pictures))))
        room, side = self.pictures.size - self.side + 1, self.side
        corners = zip(draw(room), draw(room), draw(2), strict=True)
        windows = torch.empty(self.count, side, side, 3, dtype=torch.uint8, pin_memory=pinned)
        for window, picture, (top, left, mirrored) in zip(windows, whole, corners, strict=True):
            part = picture[top : top + side, left : left + side]
            window.copy_(part.flip([1]) if mirrored else part)
        return windows

    def _look(self) -> None:
        with self._lock:
            if time.monotonic() - self._looked > REFRESHED:
                self.pictures.refresh()
                self._looked = time.monotonic()
