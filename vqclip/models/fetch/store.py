"""The folder of downloaded VQGANs: each in its slim form, with its hashes on record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from vqclip.errors import CheckpointError
from vqclip.files.atomic import write
from vqclip.files.jsontable import JsonTable
from vqclip.files.paths import user_path
from vqclip.models.fetch.catalogue import RemoteFile, VqganEntry
from vqclip.models.fetch.home import home
from vqclip.models.weights.forms import PICKLES, SAFE

PLANTED = (*PICKLES, ".zip")
"""Endings under which a file that the user put into the folder is found."""


@dataclass(frozen=True)
class Record:
    """The hashes of a model's files when they were downloaded or converted.

    Attributes:
        files: SHA-256 of each downloaded file, by its address.
        slim: SHA-256 of the slim form.
        source: address or name of the file from which the slim form was made.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    slim: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Store:
    """The folder in which VQGANs are kept by name.

    Attributes:
        folder: created when the first model is put into it.
    """

    folder: Path

    @classmethod
    def at(cls, folder: str | Path | None) -> Store:
        """Return the store in a folder, or the user's own."""
        return cls(home() / "models" if folder is None else user_path(folder))

    def path(self, entry: VqganEntry) -> Path:
        """Return the path of the slim form of a model; it may not exist."""
        return self.folder / f"{entry.name}{SAFE}"

    def planted(self, entry: VqganEntry) -> Path | None:
        """Return the file of a model that the user put into the folder, if there is one."""
        paths = [self.folder / f"{entry.name}{suffix}" for suffix in PLANTED]
        return next((path for path in paths if path.is_file()), None)

    def partial_files(self, entry: VqganEntry) -> list[Path]:
        """Return what unfinished downloads of a model have left."""
        return sorted(self.folder.glob(f"{entry.name}.*.part*"))

    def unfinished_files(self, entry: VqganEntry) -> list[Path]:
        """Return the temporary files of a conversion or a record; only for who holds the lock."""
        names = (f"{entry.name}{SAFE}", f"{entry.name}.json")
        scratch = self.folder / f"{entry.name}.unpacked.part"
        found = [path for name in names for path in self.folder.glob(f".{name}.*")]
        return sorted([*found, scratch] if scratch.is_file() else found)

    def lock_path(self, entry: VqganEntry) -> Path:
        """Return the path of the lock that a process holds while it downloads a model."""
        return self.folder / f"{entry.name}.lock"

    def record(self, entry: VqganEntry) -> Record:
        """Return the hashes on record; an empty record if there are none or they are unreadable."""
        try:
            table = JsonTable.parse(self._record_path(entry).read_bytes())
            return Record(
                table.text_table("files"),
                table.text("slim") if table.has("slim") else None,
                table.text("source") if table.has("source") else None,
            )
        except (OSError, ValueError):
            return Record()

    def write_record(self, entry: VqganEntry, record: Record) -> None:
        """Write the hashes of a model.

        Raises:
            OutputError: the folder cannot be written.
        """
        write(self._record_path(entry), json.dumps(asdict(record), indent=1).encode())

    def expected(self, entry: VqganEntry, file: RemoteFile) -> str | None:
        """Return the SHA-256 that a file must have: published, or that of its first download."""
        return file.sha256 or self.record(entry).files.get(file.url)

    def check(self, entry: VqganEntry, found: str) -> None:
        """Compare the SHA-256 of a slim form with the one on record, if there is one.

        Raises:
            CheckpointError: they differ.
        """
        known = self.record(entry).slim
        if known is not None and known != found:
            raise CheckpointError(
                f"{self.path(entry)} has changed since it was downloaded (sha256 {found}, expected "
                f"{known}): remove it with `vqclip models rm {entry.name}` and download it again"
            )

    def remove(self, entry: VqganEntry) -> list[Path]:
        """Remove a model and its unfinished downloads, and keep its hashes; return what existed."""
        paths = [self.path(entry), *self.partial_files(entry)]
        found = [path for path in paths if path.is_file()]
        for path in found:
            path.unlink()
        return found

    def advice(self, entry: VqganEntry) -> str:
        """Say which file to bring from another machine, and where to put it."""
        urls = [file.address() for file in entry.files]
        action = f"download {urls[0]}" if urls else f"find {entry.by_hand}"
        names = f"{entry.name}{SAFE}, or {', '.join(PLANTED)}"
        return f"{action} on any machine and put it into {self.folder} as {names}"

    def _record_path(self, entry: VqganEntry) -> Path:
        return self.folder / f"{entry.name}.json"
