"""The folder of a series: its plan, its manifest, its locks, and where every picture goes."""

from __future__ import annotations

import glob
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from vqclip.errors import OutputError
from vqclip.files import write
from vqclip.outputs.writer import CHECKPOINT
from vqclip.runs.manifest import DONE, FAILED, FINAL, Entry, Manifest
from vqclip.series.plan import Plan, PlannedPicture

PLAN = "series.json"
CANDIDATES = "candidates"
SHOWN = 12
"""Differences that are listed."""


@dataclass
class RunFolder:
    """A plan in a folder that several processes may share.

    Attributes:
        held: the locks this process has, by the ids of their pictures.
    """

    plan: Plan
    manifest: Manifest
    held: dict[str, FileLock] = field(default_factory=dict)

    @classmethod
    def open(cls, plan: Plan) -> RunFolder:
        """Make the folder, or take up the one of an earlier run of the same series.

        A series that has grown by further pictures is the same series.

        Raises:
            OutputError: the folder holds something else, or cannot be written to.
        """
        path = plan.folder / PLAN
        if plan.folder.is_dir() and not path.exists():
            foreign = sorted(one.name for one in plan.folder.iterdir() if one.name[0] != ".")
            if foreign:
                raise OutputError(
                    f"{plan.folder} is no folder of a series, and holds {foreign[0]}: choose "
                    f"another with --output {free_name(plan.folder)}"
                )
        try:
            (plan.folder / ".locks").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{plan.folder} cannot be made: {error.strerror}") from error
        with FileLock(str(plan.folder / ".locks" / "series.lock")):
            before = read_plan(plan.folder) if path.exists() else {}
            difference = differences(before, plan) if before else []
            if difference:
                raise OutputError("\n".join(difference))
            content = described(plan) | {"models": before.get("models", {})}
            if content != before:
                write(path, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())
        return cls(plan, Manifest(plan.folder / "manifest.jsonl"))

    def check_models(self, hashes: Mapping[str, str]) -> None:
        """Make sure that all pictures of the run come from the same weights.

        Raises:
            OutputError: weights of the same name have changed.
        """
        with FileLock(str(self.plan.folder / ".locks" / "series.lock")):
            content = read_plan(self.plan.folder)
            known = content["models"]
            changed = [name for name, one in hashes.items() if known.get(name, one) != one]
            if changed:
                raise OutputError(
                    f"the weights have changed since the run in {self.plan.folder} began "
                    f"({', '.join(changed)}): draw with --output {free_name(self.plan.folder)}"
                )
            if set(hashes) - set(known):
                content["models"] = known | dict(hashes)
                text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
                write(self.plan.folder / PLAN, text.encode())

    def path(self, job: PlannedPicture) -> Path:
        """Where the picture of a job goes."""
        folder = self.plan.folder / (CANDIDATES if self.plan.candidates > 1 else ".")
        return folder / f"{job.name}.{job.config.output.format}"

    def is_pending(self, job: PlannedPicture, entry: Entry | None, retried: set[str]) -> bool:
        """Whether a job is still to be done: not finished, or failed and to be tried again."""
        if entry is None or entry.state not in FINAL:
            return True
        if entry.state == FAILED:
            return job.id in retried
        return not self.path(job).exists()

    def pending(self, entries: Mapping[str, Entry], retried: set[str]) -> Iterator[PlannedPicture]:
        """Yield the jobs still to be done."""
        for job in self.plan.jobs:
            if self.is_pending(job, entries.get(job.id), retried):
                yield job

    def failed(self) -> set[str]:
        """The ids of the jobs that have failed."""
        return {key for key, one in self.manifest.read().items() if one.state == FAILED}

    def claim(self, job: PlannedPicture) -> bool:
        """Take a job if no living process has it; the lock goes with the process."""
        lock = FileLock(str(self.plan.folder / ".locks" / f"{job.id}.lock"))
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        self.held[job.id] = lock
        path = self.path(job)
        for stale in path.parent.glob(f".{glob.escape(job.name)}.*"):
            stale.unlink(missing_ok=True)
        return True

    def release(self) -> None:
        """Give back every job."""
        for lock in self.held.values():
            lock.release()
        self.held.clear()

    def checkpoint_of(self, entry: Entry | None) -> Path | None:
        """The checkpoint a job continues from, if there is one."""
        name = entry.facts.get("checkpoint") if entry is not None else None
        path = self.path(self.plan.jobs[0]).parent / str(name)
        return path if name and entry and entry.state not in FINAL and path.exists() else None

    def drop_checkpoint(self, path: Path) -> None:
        """Remove a checkpoint from which no job is to continue."""
        entries = self.manifest.read()
        waiting = [one for one in entries.values() if self.checkpoint_of(one) == path]
        if not waiting:
            path.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove the checkpoints of a finished series."""
        entries = self.manifest.read()
        if all(job.id in entries and entries[job.id].state == DONE for job in self.plan.jobs):
            for path in self.path(self.plan.jobs[0]).parent.glob(f"*{CHECKPOINT}"):
                path.unlink(missing_ok=True)


def described(plan: Plan) -> dict[str, Any]:
    """What is written of a plan: enough for sheets and galleries, and to compare."""
    return {
        "name": plan.name,
        "axes": {name: list(labels) for name, labels in plan.axes.items()},
        "candidates": plan.candidates,
        "keep": plan.keep,
        "judge": plan.judge,
        "jobs": [
            {
                "id": one.id,
                "name": one.name,
                "group": one.group,
                "labels": dict(one.labels),
                "settings": one.job.to_dict(),
            }
            for one in plan.jobs
        ],
    }


def read_plan(folder: Path) -> dict[str, Any]:
    """Read what `described` wrote.

    Raises:
        OutputError: there is none, or it is damaged.
    """
    path = folder / PLAN
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OutputError(f"{folder} is no folder of a series: there is no {path}") from error
    except ValueError as error:
        raise OutputError(f"{path} is damaged: {error}") from error
    if not isinstance(content, dict) or not {"name", "axes", "jobs", "models"} <= set(content):
        raise OutputError(f"{path} is not the plan of a series")
    return content


def free_name(folder: Path) -> Path:
    """The first of FOLDER-2, FOLDER-3, ... that is not there."""
    number = 2
    while (path := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    return path


def differences(before: Mapping[str, Any], plan: Plan) -> list[str]:
    """How a plan differs from the one a folder was made with, in sentences; none if it fits."""
    now = described(plan)
    ids = {one["id"] for one in now["jobs"]}
    gone = [one for one in before["jobs"] if one["id"] not in ids]
    lines = [
        f"  {key}: {before.get(key)} -> {now[key]}"
        for key in ("candidates", "keep", "judge")
        if before.get(key) != now[key]
    ]
    if not gone and not lines:
        return []
    places = {_place(one): one for one in now["jobs"]}
    changes: Counter[str] = Counter()
    for one in gone:
        other = places.get(_place(one))
        if other is None:
            changes[f"{one['name']} is not in it"] += 1
            continue
        old, new = _flat(one["settings"]), _flat(other["settings"])
        changes.update(
            f"{key}: {old.get(key)} -> {new.get(key)}"
            for key in {**old, **new}
            if old.get(key) != new.get(key)
        )
    lines += [
        f"  {text}" + (f" ({count} pictures)" if count > 1 else "")
        for text, count in changes.most_common(SHOWN)
    ]
    return [
        f"{plan.folder} was made with another recipe: {len(gone)} of its {len(before['jobs'])} "
        "pictures are not of this series:",
        *lines,
        f"continue it with its own file, or draw this one with --output {free_name(plan.folder)}",
    ]


def _place(job: Mapping[str, Any]) -> str:
    """Where a picture is in the series, whatever its settings."""
    name = job["name"].rpartition("_")[0]
    return json.dumps([job["labels"], name], sort_keys=True)


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found
