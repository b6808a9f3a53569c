"""The folder of downloaded models: each fetched once, kept in its slim form, hashes on record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from vqclip.errors import CheckpointError, OutputError
from vqclip.files import sha256, write
from vqclip.models.fetch.catalogue import Entry, RemoteFile
from vqclip.models.fetch.download import Bars, Silent, fetch, offline
from vqclip.models.fetch.home import home
from vqclip.models.weights.architecture import Architecture, infer_architecture
from vqclip.models.weights.checkpoints import PICKLES, SAFE, read_vqgan
from vqclip.models.weights.convert import convert

PLANTED = (*PICKLES, ".zip")
"""Endings under which a file fetched by hand is found beside the slim ones."""


@dataclass(frozen=True)
class Store:
    """The folder in which VQGANs are kept by name.

    Attributes:
        folder: made when something is first put into it.
    """

    folder: Path

    @classmethod
    def at(cls, folder: str | Path | None) -> Store:
        """The store in a folder, or the one of this user."""
        return cls(home() / "models" if folder is None else Path(folder).expanduser())

    def path(self, entry: Entry) -> Path:
        """Where the slim form of a model is, or will be."""
        return self.folder / f"{entry.name}{SAFE}"

    def record(self, entry: Entry) -> dict[str, Any]:
        """The hashes seen: `files` by address, `slim` of the form kept, `source` its address."""
        try:
            found = json.loads(self._record_path(entry).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = {}
        return {"files": {}, "slim": None, "source": None, **(found if found else {})}

    def expected(self, entry: Entry, file: RemoteFile) -> str | None:
        """The SHA-256 a file must have: published, or seen at its first download."""
        seen: str | None = self.record(entry)["files"].get(file.url)
        return file.sha256 or seen

    def obtain(self, entry: Entry, *, bars: Bars = Silent) -> Path:
        """Return the slim form of a model; fetch it first if it is not there.

        Raises:
            CheckpointError: no address gives the model, with what each did and what helps.
            OutputError: the folder cannot be written.
        """
        path = self.path(entry)
        if path.is_file():
            return path
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._lock(entry, bars):
                if not path.is_file():  # or another process was quicker
                    self._fill(entry, bars)
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(f"{self.folder} cannot be written: {reason}") from error
        return path

    def _fill(self, entry: Entry, bars: Bars) -> None:
        """Make the slim form of what the user put there, or of a download."""
        for planted in self._planted(entry):
            self._keep(entry, planted, {"source": planted.name})
            return
        if offline():
            problem = f"{entry.name} is not here, and the network is switched off"
            raise CheckpointError(f"{problem}; {self.by_hand(entry)}")
        self._fetch_any(entry, bars)

    def by_hand(self, entry: Entry) -> str:
        """The advice for where downloads fail: which file goes where."""
        urls = [one.address() for one in entry.files]
        what = f"fetch {urls[0]}" if urls else f"find {entry.by_hand}"
        names = f"{entry.name}{SAFE}, or {', '.join(PLANTED)}"
        return f"{what} on any machine and put it into {self.folder} as {names}"

    def verify(self, entry: Entry) -> Architecture:
        """Read a model that is there and compare it with what is on record.

        Raises:
            CheckpointError: it is not there, has changed, or is of another architecture.
        """
        path = self.path(entry)
        if not path.is_file():
            fetched = f"fetch it with: vqclip models download {entry.name}"
            raise CheckpointError(f"{entry.name} is not downloaded; {fetched}")
        self.check(entry, sha256(path))
        architecture = infer_architecture(read_vqgan(path))
        check_architecture(entry, architecture)
        return architecture

    def check(self, entry: Entry, found: str) -> None:
        """Compare the SHA-256 of a slim form with the one on record, if there is one.

        Raises:
            CheckpointError: they differ.
        """
        known = self.record(entry)["slim"]
        if known is not None and known != found:
            raise CheckpointError(
                f"{self.path(entry)} has changed since it was downloaded (sha256 {found}, expected "
                f"{known}): vqclip models rm {entry.name}, then download it again"
            )

    def remove(self, entry: Entry) -> list[Path]:
        """Remove a model and what is left of its downloads; its hashes stay on record."""
        found = [one for one in (self.path(entry), *self._parts(entry)) if one.is_file()]
        for one in found:
            one.unlink()
        return found

    def _fetch_any(self, entry: Entry, bars: Bars) -> None:
        problems = []
        for file in entry.files:
            digest = hashlib.sha256(file.url.encode()).hexdigest()[:8]
            part = self.folder / f"{entry.name}.{digest}.part"
            try:
                found = fetch(file, part, expected=self.expected(entry, file), bars=bars)
                files = {**self.record(entry)["files"], file.url: found}
                self._keep(entry, part, {"files": files, "source": file.url})
                for left in self._parts(entry):
                    left.unlink()
                return
            except CheckpointError as error:
                problems.append(f"{file.url} {str(error).replace(str(part), 'the file')}")
        tried = "\n".join(problems) or "no address is known over HTTPS"
        raise CheckpointError(f"{entry.name} cannot be had; {self.by_hand(entry)}\n{tried}")

    def _keep(self, entry: Entry, source: Path, seen: dict[str, Any]) -> None:
        """Convert a file to the slim form and put its hashes on record."""
        try:
            architecture = convert(source, self.path(entry))
            check_architecture(entry, architecture)
        except CheckpointError:
            self.path(entry).unlink(missing_ok=True)
            if source.suffix == ".part":  # to go on from it would only fail again
                source.unlink(missing_ok=True)
            raise
        content = {**self.record(entry), **seen, "slim": sha256(self.path(entry))}
        write(self._record_path(entry), json.dumps(content, indent=1).encode())

    def _parts(self, entry: Entry) -> list[Path]:
        return sorted(self.folder.glob(f"{entry.name}.*.part*"))

    def _planted(self, entry: Entry) -> list[Path]:
        paths = [self.folder / f"{entry.name}{suffix}" for suffix in PLANTED]
        return [path for path in paths if path.is_file()]

    def _record_path(self, entry: Entry) -> Path:
        return self.folder / f"{entry.name}.json"

    @contextmanager
    def _lock(self, entry: Entry, bars: Bars) -> Iterator[None]:
        lock = FileLock(self.folder / f"{entry.name}.lock")
        try:
            lock.acquire(timeout=0.2)
        except Timeout:
            note = f"waiting for another process that fetches {entry.name}"
            with bars(desc=note, bar_format="{desc} {elapsed}"):
                lock.acquire()
        try:
            yield
        finally:
            lock.release()


def check_architecture(entry: Entry, architecture: Architecture) -> None:
    """Compare what the tensors are with what the catalogue says.

    Raises:
        CheckpointError: they differ.
    """
    wrong = {
        key: value
        for key, value in entry.architecture.items()
        if getattr(architecture, key) != value
    }
    if wrong:
        expected = ", ".join(f"{key} {value}" for key, value in wrong.items())
        raise CheckpointError(
            f"the file holds another model ({architecture}) than {entry.name} is ({expected})"
        )
