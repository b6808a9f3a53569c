"""Claims: the jobs of a run that this process has taken, so that no other process draws them."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout


class Claims:
    """The jobs that this process holds, each by a lock that is released when the process ends.

    Args:
        folder: folder of the locks.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, FileLock] = {}

    def __contains__(self, job: str) -> bool:
        return job in self._held

    def take(self, job: str) -> bool:
        """Take a job by its id; return False if a running process, this one included, holds it."""
        if job in self._held:
            return False
        lock = FileLock(str(self._folder / f"{job}.lock"))
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        self._held[job] = lock
        return True

    def give_back(self, job: str) -> None:
        """Release a job; do nothing if this process does not hold it."""
        if job in self._held:
            self._held.pop(job).release()

    def give_all_back(self) -> None:
        """Release every job."""
        for job in list(self._held):
            self.give_back(job)
