"""The folder of a run: its record, its manifest, its claims and the paths of its pictures."""

from __future__ import annotations

import glob
from collections.abc import Callable, Mapping
from pathlib import Path

from filelock import FileLock

from vqclip.errors import OutputError
from vqclip.files.atomic import try_folder
from vqclip.outputs.claims import Claims
from vqclip.outputs.names import CHECKPOINT
from vqclip.runs import record as records
from vqclip.runs.manifest import DONE, FAILED, FINAL, LOCKS, Entry, Manifest
from vqclip.runs.record import RunRecord
from vqclip.series.plan import Plan, PlannedPicture

CANDIDATES = "candidates"
"""Folder of the pictures among which the best are chosen."""

Limit = Callable[[PlannedPicture, int], int]
"""Returns how many jobs like this one, of so many that are left, to draw together."""


class RunFolder:
    """The pictures of a plan in a folder that several processes may share.

    Use `open` to make one.

    Args:
        plan: plan of the pictures.
        forgiven: failures to try again: time of the failure by id of the job.
    """

    def __init__(self, plan: Plan, forgiven: Mapping[str, str]) -> None:
        self.plan = plan
        self.folder = plan.folder
        self.manifest = Manifest(plan.folder)
        self.forgiven = forgiven
        self._claims = Claims(plan.folder / LOCKS)

    @classmethod
    def open(
        cls, plan: Plan, *, retry_failed: bool = False, forgiven: Mapping[str, str] | None = None
    ) -> RunFolder:
        """Make the folder, or continue that of an earlier run of the same series.

        Args:
            plan: plan of the pictures.
            retry_failed: whether to try again what has failed so far.
            forgiven: failures to try again, as another process found them.

        Raises:
            OutputError: the folder holds something else, or cannot be written to.
        """
        _refuse_foreign(plan.folder)
        try_folder(plan.folder / LOCKS)
        run = cls(plan, forgiven or {})
        with run._record_lock():
            run._write_record()
        if retry_failed:
            entries = run.manifest.read().values()
            run.forgiven = {entry.job: entry.at for entry in entries if entry.state == FAILED}
        return run

    def _record_lock(self) -> FileLock:
        return FileLock(str(self.folder / LOCKS / "series.lock"))

    def _write_record(self) -> None:
        """Write the record of the plan; only what exists must agree with it.

        Pictures that failed or wait have made nothing, so that their settings may be corrected.

        Raises:
            OutputError: the folder belongs to another series.
        """
        new = RunRecord.of(self.plan)
        if not (self.folder / records.FILE).exists():
            new.write(self.folder)
            return
        before = RunRecord.read(self.folder)
        made = before.only(self._made(before))
        lines = made.differences(new)
        if lines:
            count = len(made.missing_from(new))
            raise OutputError(
                f"{self.folder} belongs to another series: {count} of its {len(before.jobs)} "
                "pictures are not in this one:\n"
                + "".join(f"  {line}\n" for line in lines)
                + "continue it with its own file, or draw this series with --output "
                f"{free_name(self.folder)}"
            )
        new = new.with_models(before.models)
        if new != before:
            new.write(self.folder)

    def _made(self, record: RunRecord) -> set[str]:
        """Return the jobs of a record whose picture or checkpoint exists, or is being made."""
        entries = self.manifest.read()
        return {job.id for job in record.jobs if self._exists(entries.get(job.id), job.id)}

    def _exists(self, entry: Entry | None, job: str) -> bool:
        if entry is not None and entry.result is not None:
            return (self.folder / entry.result.file).exists()
        if entry is not None and entry.checkpoint is not None:
            folders = (self.folder, self.folder / CANDIDATES)
            if any((folder / entry.checkpoint).exists() for folder in folders):
                return True
        if not self._claims.take(job):
            return True  # another process draws it
        self._claims.give_back(job)
        return False

    def check_models(self, hashes: Mapping[str, str]) -> None:
        """Make sure that all pictures of the run are drawn with the same weights.

        Args:
            hashes: SHA-256 of the weights in use, by name.

        Raises:
            OutputError: weights of the same name have changed.
        """
        with self._record_lock():
            record = RunRecord.read(self.folder)
            known = record.models
            changed = [name for name, digest in hashes.items() if known.get(name, digest) != digest]
            if changed:
                raise OutputError(
                    f"the weights have changed since the run in {self.folder} began "
                    f"({', '.join(changed)}): draw with --output {free_name(self.folder)}"
                )
            if not hashes.keys() <= known.keys():
                record.with_models({**known, **hashes}).write(self.folder)

    @property
    def pictures_folder(self) -> Path:
        """The folder in which pictures are drawn."""
        return self.folder / CANDIDATES if self.plan.candidates > 1 else self.folder

    def path(self, job: PlannedPicture) -> Path:
        """Return the path of the picture of a job."""
        return self.pictures_folder / f"{job.name}.{job.config.output.format}"

    def is_pending(self, job: PlannedPicture, entry: Entry | None) -> bool:
        """Return whether a job is still to be done: unfinished, lost, or failed and forgiven."""
        if entry is None or entry.state not in FINAL:
            return True
        if entry.state == FAILED:
            return self.forgiven.get(job.id) == entry.at
        return not self.path(job).exists()

    def pending(self) -> list[PlannedPicture]:
        """Return the jobs still to be done."""
        entries = self.manifest.read()
        return [job for job in self.plan.jobs if self.is_pending(job, entries.get(job.id))]

    def errors(self) -> dict[str, str]:
        """Return the errors of the pictures that failed, by name."""
        entries = self.manifest.read()
        planned = [(job.name, entries[job.id]) for job in self.plan.jobs if job.id in entries]
        return {name: entry.error for name, entry in planned if entry.state == FAILED}

    def claim_batch(self, limit: Limit) -> list[PlannedPicture]:
        """Take the first free job and others that can be drawn with it; none if no job is free.

        Jobs of a batch share their settings and the checkpoint they continue from.

        Args:
            limit: called once, for the first job.
        """
        pending = self.pending()
        first = next((job for job in pending if self._claim(job)), None)
        if first is None:
            return []
        batch = [first]
        try:
            most = limit(first, len(pending))
        except BaseException:
            self.give_back(first)
            raise
        source = self.checkpoint_of(first)
        for job in pending:
            if len(batch) >= most:
                break
            if job.batch == first.batch and self._claim(job):
                if self.checkpoint_of(job) == source:
                    batch.append(job)
                else:
                    self.give_back(job)
        return batch

    def _claim(self, job: PlannedPicture) -> bool:
        """Take a job, unless another process holds it or has finished it in the meantime."""
        if not self._claims.take(job.id):
            return False
        if not self.is_pending(job, self.manifest.entry(job.id)):
            self.give_back(job)
            return False
        for stale in self.pictures_folder.glob(f".{glob.escape(job.name)}.*"):
            stale.unlink(missing_ok=True)  # left by a process that was killed
        return True

    def give_back(self, job: PlannedPicture) -> None:
        """Release a job, so that other processes can take it."""
        self._claims.give_back(job.id)

    def give_all_back(self) -> None:
        """Release every job of this process."""
        self._claims.give_all_back()

    def checkpoint_of(self, job: PlannedPicture) -> Path | None:
        """Return the checkpoint a job continues from, if there is one."""
        return self._checkpoint(self.manifest.entry(job.id))

    def _checkpoint(self, entry: Entry) -> Path | None:
        if entry.checkpoint is None or entry.state in FINAL:
            return None
        path = self.pictures_folder / entry.checkpoint
        return path if path.exists() else None

    def drop_checkpoint(self, path: Path) -> None:
        """Remove a checkpoint, unless a job still continues from it."""
        entries = self.manifest.read().values()
        if not any(self._checkpoint(entry) == path for entry in entries):
            path.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove the checkpoints of a finished run."""
        entries = self.manifest.read()
        if all(entries.get(job.id, Entry(job.id)).state == DONE for job in self.plan.jobs):
            for path in self.pictures_folder.glob(f"*{CHECKPOINT}"):
                path.unlink(missing_ok=True)


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder that contains files but no record of a run."""
    if folder.is_dir() and not (folder / records.FILE).exists():
        foreign = sorted(path.name for path in folder.iterdir() if path.name[0] != ".")
        if foreign:
            raise OutputError(
                f"{folder} is not the folder of a series, and contains {foreign[0]}: choose "
                f"another with --output {free_name(folder)}"
            )


def free_name(folder: Path) -> Path:
    """Return the first of FOLDER-2, FOLDER-3, ... that does not exist."""
    number = 2
    while (path := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    return path
