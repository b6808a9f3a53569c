"""Claims: names that this process has taken, so that no other process writes what they name."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from vqclip.errors import OutputError


class Claims:
    """The names that this process holds, each by a lock that is released when the process ends.

    Args:
        folder: folder of the locks.
        hidden: whether the locks are hidden files, which are removed when they are released.
    """

    def __init__(self, folder: Path, *, hidden: bool = False) -> None:
        self._folder, self._hidden = folder, hidden
        self._held: dict[str, FileLock] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._held

    def take(self, name: str) -> bool:
        """Take a name; return False if a running process, this one included, holds it.

        Raises:
            OutputError: the folder cannot be written to.
        """
        if name in self._held:
            return False
        lock = FileLock(str(self._folder / f"{'.' * self._hidden}{name}.lock"))
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(f"{self._folder} cannot be written: {reason}") from error
        self._held[name] = lock
        return True

    def give_back(self, name: str) -> None:
        """Release a name; do nothing if this process does not hold it."""
        if name not in self._held:
            return
        lock = self._held.pop(name)
        if self._hidden:
            # Before the release: a lock that another process holds by now must not be removed.
            with suppress(OSError):  # Windows keeps a file that is open
                Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()

    def give_all_back(self) -> None:
        """Release every name."""
        for name in list(self._held):
            self.give_back(name)
