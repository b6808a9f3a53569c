"""The record of a series in the folder of its run: `series.json`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from vqclip.errors import OutputError
from vqclip.files.atomic import write
from vqclip.files.jsontable import JsonTable
from vqclip.series.plan import Plan, PlannedPicture

FILE = "series.json"
SHOWN = 12
"""Number of differences that are listed."""


@dataclass(frozen=True)
class PictureRecord:
    """What was planned of one picture.

    Attributes:
        id: id of its job.
        name: name of its files, without suffix.
        group: equal for all candidates of a picture.
        labels: its labels by axis.
        settings: its resolved settings.
    """

    id: str
    name: str
    group: str
    labels: Mapping[str, str]
    settings: Mapping[str, Any]

    @classmethod
    def of(cls, job: PlannedPicture) -> PictureRecord:
        """Return the record of a planned picture, equal to what is read back later."""
        settings = json.loads(json.dumps(job.job.to_dict()))  # keys become texts
        return cls(job.id, job.name, job.group, dict(job.labels), settings)

    @classmethod
    def from_table(cls, table: JsonTable) -> PictureRecord:
        """Read the record of a picture.

        Raises:
            ValueError: it is damaged.
        """
        settings = table.table("settings")
        settings.whole("seed")
        for prompt in settings.tables("prompts"):
            prompt.number("weight")
        return cls(
            table.text("id"),
            table.text("name"),
            table.text("group"),
            table.text_table("labels"),
            settings.content,
        )

    @property
    def place(self) -> tuple[str, str]:
        """Its labels and name, which stay the same when its settings change."""
        return json.dumps(self.labels, sort_keys=True), self.name.rpartition("_")[0]


@dataclass(frozen=True)
class RunRecord:
    """What was planned of a run: enough for sheets and galleries, and to compare.

    Attributes:
        name: name of the series.
        axes: labels of each axis of the matrix, in order.
        candidates: number of candidates drawn for each picture.
        keep: number of candidates that are kept.
        judge: perceptor that ranks them; None: those that guide.
        jobs: pictures, in order.
        models: SHA-256 of the weights that drew them, by name.
    """

    name: str
    axes: Mapping[str, list[str]]
    candidates: int
    keep: int
    judge: str | None
    jobs: list[PictureRecord]
    models: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan) -> RunRecord:
        """Return the record of a plan."""
        return cls(
            name=plan.name,
            axes={name: list(labels) for name, labels in plan.axes.items()},
            candidates=plan.candidates,
            keep=plan.keep,
            judge=plan.judge,
            jobs=[PictureRecord.of(job) for job in plan.jobs],
        )

    @classmethod
    def read(cls, folder: Path) -> RunRecord:
        """Read the record in the folder of a run.

        Raises:
            OutputError: it does not exist, or is damaged.
        """
        path = folder / FILE
        if not path.exists():
            raise OutputError(f"{folder} is not the folder of a series: {path} does not exist")
        try:
            table = JsonTable.parse(path.read_bytes())
            return cls(
                name=table.text("name"),
                axes=table.list_table("axes"),
                candidates=table.whole("candidates", 1),
                keep=table.whole("keep", 1),
                judge=table.text("judge") if table.has("judge") else None,
                jobs=[PictureRecord.from_table(own) for own in table.tables("jobs")],
                models=table.text_table("models"),
            )
        except OSError as error:
            raise OutputError(f"{path} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise OutputError(f"{path} is damaged: {error}") from error

    def write(self, folder: Path) -> None:
        """Write the record into the folder of a run.

        Raises:
            OutputError: the folder cannot be written to.
        """
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"
        write(folder / FILE, text.encode())

    def with_models(self, models: Mapping[str, str]) -> RunRecord:
        """Return the record with other hashes of weights."""
        return replace(self, models=dict(models))

    def only(self, ids: Collection[str]) -> RunRecord:
        """Return the record of these jobs alone."""
        return replace(self, jobs=[job for job in self.jobs if job.id in ids])

    def missing_from(self, other: RunRecord) -> list[PictureRecord]:
        """Return the pictures that another record lacks."""
        ids = {job.id for job in other.jobs}
        return [job for job in self.jobs if job.id not in ids]

    def differences(self, new: RunRecord) -> list[str]:
        """Return how a new record differs from this one, a line for each difference.

        Pictures that only the new record has are no difference: a series may grow. A record
        without pictures agrees with every other.
        """
        if not self.jobs:
            return []
        lines = [
            f"{key}: {before} -> {now}"
            for key, before, now in (
                ("candidates", self.candidates, new.candidates),
                ("keep", self.keep, new.keep),
                ("judge", self.judge, new.judge),
            )
            if before != now
        ]
        places = {job.place: job for job in new.jobs}
        changes: Counter[str] = Counter()
        for job in self.missing_from(new):
            other = places.get(job.place)
            if other is None:
                changes[f"{job.name} is missing"] += 1
                continue
            before, now = _flat(job.settings), _flat(other.settings)
            changes.update(
                f"{key}: {before.get(key)} -> {now.get(key)}"
                for key in {**before, **now}
                if before.get(key) != now.get(key)
            )
        return lines + [
            text + (f" ({count} pictures)" if count > 1 else "")
            for text, count in changes.most_common(SHOWN)
        ]


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found
