"""Batches of windows of pictures; a batch depends on the seed and its number alone."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import torch
from torch import Tensor

from vqclip.errors import ConfigError
from vqclip.randomness import stream
from vqclip.training.shards import Pictures


class Windows:
    """Random square windows of pictures, half of them mirrored; the next batch is read ahead.

    Args:
        pictures: pictures to learn from.
        batch: windows in a batch.
        side: window width and height in pixels.
        seed: random seed.

    Raises:
        ConfigError: the windows are larger than the pictures.
    """

    def __init__(self, pictures: Pictures, *, batch: int, side: int, seed: int) -> None:
        if side > pictures.size:
            raise ConfigError(f"crop: {side} is larger than the pictures; at most {pictures.size}")
        self.pictures, self.count, self.side, self.seed = pictures, batch, side, seed
        self._reader = ThreadPoolExecutor(max_workers=1)
        self._next: tuple[int, Future[Tensor]] | None = None

    def batch(self, number: int, device: torch.device) -> Tensor:
        """Return batch `number`, images (B, 3, side, side) in [0, 1], on a device."""
        if self._next is not None and self._next[0] == number:
            pixels = self._next[1].result()
        else:
            pixels = self._read(number)
        self._next = (number + 1, self._reader.submit(self._read, number + 1))
        if device.type == "cuda":
            pixels = pixels.pin_memory().to(device, non_blocking=True)
        images = pixels.to(device).permute(0, 3, 1, 2).float() / 255
        return images.contiguous(memory_format=torch.channels_last)

    def _read(self, number: int) -> Tensor:
        """Read a batch as uint8 (B, side, side, 3)."""
        generator = stream(self.seed, f"batch {number}")

        def draw(bound: int) -> list[int]:
            return torch.randint(bound, (self.count,), generator=generator).tolist()

        whole = torch.from_numpy(self.pictures.pixels(draw(len(self.pictures))))
        room, side = self.pictures.size - self.side + 1, self.side
        corners = zip(draw(room), draw(room), draw(2), strict=True)
        windows = [
            picture[top : top + side, left : left + side].flip([1] if mirrored else [])
            for picture, (top, left, mirrored) in zip(whole, corners, strict=True)
        ]
        return torch.stack(windows)
