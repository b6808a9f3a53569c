"""The pictures of a run: what was planned of each, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vqclip.runs.manifest import Entry, Manifest
from vqclip.runs.record import PictureRecord, RunRecord


@dataclass(frozen=True)
class RunPicture:
    """One picture of a run.

    Attributes:
        name: name of its files, without suffix.
        path: path of the file; None until it exists.
        labels: its labels by axis.
        group: equal for all candidates of a picture.
        kept: whether it is among the best, or there is nothing to choose from.
        settings: its resolved settings.
        entry: its latest manifest entry.
    """

    name: str
    path: Path | None
    labels: Mapping[str, str]
    group: str
    kept: bool
    settings: Mapping[str, Any]
    entry: Entry

    @property
    def state(self) -> str:
        """The latest state."""
        return self.entry.state

    @property
    def error(self) -> str:
        """The reason why it failed; empty if it did not."""
        return self.entry.error

    @property
    def seed(self) -> int:
        """The random seed."""
        return int(self.settings["seed"])

    @property
    def rank(self) -> int | None:
        """The rank in its group, from 1; None before the group is ranked."""
        return None if self.entry.result is None else self.entry.result.rank

    @property
    def score(self) -> float | None:
        """The mean cosine with its prompts, in [-1, 1]; None before it is done."""
        return None if self.entry.result is None else self.entry.result.score

    @property
    def losses(self) -> Mapping[str, float]:
        """The weighted losses of the last step, by name."""
        return {} if self.entry.result is None else self.entry.result.losses

    @property
    def steps(self) -> int | None:
        """The number of steps; None before it is done."""
        return None if self.entry.result is None else self.entry.result.step

    @property
    def seconds(self) -> float | None:
        """The seconds it took, since it was last continued; None before it is done."""
        return None if self.entry.result is None else self.entry.result.seconds

    @property
    def was_continued(self) -> bool:
        """Whether it was interrupted and continued, so that `seconds` is not the whole time."""
        return self.entry.result is not None and self.entry.result.begun > 0

    @property
    def prompts(self) -> str:
        """The prompts in one line."""
        return " | ".join(map(_prompt_text, self.settings["prompts"]))


def _prompt_text(table: Mapping[str, Any]) -> str:
    content, weight = next(iter(table.values())), table["weight"]
    return f"{content}:{weight:g}" if weight != 1 else str(content)


def read_pictures(folder: Path) -> tuple[RunRecord, list[RunPicture]]:
    """Read the record of a run and its pictures, in their order.

    Raises:
        OutputError: the folder is not that of a run.
    """
    record = RunRecord.read(folder)
    entries = Manifest(folder).read()
    return record, [
        _picture(folder, record, planned, entries.get(planned.id, Entry(planned.id)))
        for planned in record.jobs
    ]


def _picture(folder: Path, record: RunRecord, planned: PictureRecord, entry: Entry) -> RunPicture:
    result = entry.result
    path = None if result is None else folder / result.file
    rank = None if result is None else result.rank
    return RunPicture(
        name=planned.name,
        path=path if path is not None and path.is_file() else None,
        labels=planned.labels,
        group=planned.group,
        kept=record.candidates == 1 or (rank is not None and rank <= record.keep),
        settings=planned.settings,
        entry=entry,
    )
