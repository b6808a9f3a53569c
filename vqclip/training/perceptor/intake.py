"""From shards on disk to the stock of a training, while it learns; processes word the texts."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import TypeVar

import torch

from vqclip.machine.interrupt import STOPPING
from vqclip.models.taming import TamingVQGAN
from vqclip.randomness import stream
from vqclip.training.perceptor.clip_settings import ClipSettings
from vqclip.training.perceptor.stock import Disturb, Stock
from vqclip.training.perceptor.texts import Lexicon, Wordings, namings, wordings
from vqclip.training.reconstructed import reconstruct
from vqclip.training.shards import Pictures

T = TypeVar("T")

FIRST = 4
"""Shards that a training waits for if more come later."""
PATIENCE = 0.5
"""Seconds between two looks for new shards."""


class Intake:
    """Takes shards into a stock, and finds the words of their captions.

    Args:
        pictures: the shards.
        settings: of the training.
        device: where the stock is kept.
        vqgan: that disturbs part of the pictures, or None.

    Attributes:
        stock: the pictures that were taken in.
        lexicon: the words of their captions.
    """

    def __init__(
        self,
        pictures: Pictures,
        settings: ClipSettings,
        device: torch.device,
        vqgan: TamingVQGAN | None = None,
    ) -> None:
        self.pictures, self.settings, self.device = pictures, settings, device
        self.vqgan = vqgan
        named = namings(settings.seed, settings.text.context_length)
        self.stock = Stock(settings.kept or settings.size, named, device)
        self.lexicon = Lexicon()
        self._new_pieces: set[str] = set()
        self._executor: Executor = (
            ProcessPoolExecutor(
                settings.workers,
                mp_context=get_context("spawn"),
                initializer=_serve,
            )
            if settings.workers
            else ThreadPoolExecutor(1)
        )
        self._pending: deque[tuple[int, Future[Wordings]]] = deque()
        self._asked = 0
        self._lock, self._closed = threading.Lock(), threading.Event()
        self._follower = ThreadPoolExecutor(1)
        self._following: Future[None] | None = None

    def __enter__(self) -> Intake:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed.set()
        self._follower.shutdown(wait=True)
        self._executor.shutdown(wait=True, cancel_futures=True)

    def submit(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        """Compute something in one of the processes."""
        return self._executor.submit(function, *arguments)

    def fill(self, count: int | None = None) -> None:
        """Take in the shards that exist, or the first of them."""
        self._ask()
        taken = 0
        while self._pending and (count is None or taken < count):
            self._take()
            taken += 1

    def follow(self) -> None:
        """Go on in a thread: take in what exists and what will be drawn later."""
        self._following = self._follower.submit(self._run)

    def news(self) -> Sequence[str]:
        """Return the pieces that are new since the last call.

        Raises:
            VqclipError: and other errors that stopped the intake.
        """
        if self._following is not None and self._following.done():
            self._following.result()
        if not self._new_pieces:
            return ()
        with self._lock:
            pieces, self._new_pieces = sorted(self._new_pieces), set()
        return pieces

    def words(self) -> Lexicon:
        """Return a copy of the lexicon, which the thread may change meanwhile."""
        with self._lock:
            return Lexicon(self.lexicon.words.copy(), set(self.lexicon.pieces))

    def _run(self) -> None:
        while not self._closed.is_set():
            self.pictures.refresh()
            self._ask()
            if self._pending:
                self._take()
            else:
                self._closed.wait(PATIENCE)

    def _ask(self) -> None:
        """Have the texts of shards worded, some in advance."""
        most = 2 * self.settings.workers + 1
        for index in range(self._asked, self.pictures.shards):
            if len(self._pending) >= most:
                return
            name, _, captions = self.pictures.shard(index)
            seed = f"wordings {self.settings.seed} {name}"
            length = self.settings.text.context_length
            self._pending.append((index, self.submit(wordings, captions, seed, length)))
            self._asked += 1

    def _take(self) -> None:
        """Take in the next shard."""
        index, future = self._pending.popleft()
        self._ask()
        said = future.result()
        name, pixels, _ = self.pictures.shard(index)
        self.stock.add(pixels, said, self._disturb(name), self.settings.decoded.share)
        with self._lock:
            self.lexicon.words.update(said.lexicon.words)
            self._new_pieces |= said.lexicon.pieces - self.lexicon.pieces
            self.lexicon.pieces |= said.lexicon.pieces

    def _disturb(self, shard: str) -> Disturb | None:
        vqgan = self.vqgan
        if vqgan is None:
            return None
        generator = stream(self.settings.seed, f"decoded {shard}", self.device)
        noise = self.settings.decoded.noise
        return lambda images: reconstruct(vqgan, images, noise=noise, generator=generator)


def _serve() -> None:
    """Live as long as the training does: a signal to stop is for it, which then saves."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
