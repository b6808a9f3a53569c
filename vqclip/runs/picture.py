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
        name: of its files, without suffix.
        path: of the file; None while there is none.
        labels: its place on the axes.
        group: equal for the candidates of one picture.
        kept: whether it is one of the best, or there is nothing to choose from.
        settings: its whole recipe.
        entry: its latest state.
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
        """Its latest state."""
        return self.entry.state

    @property
    def error(self) -> str:
        """Why it failed; empty if it did not."""
        return self.entry.error

    @property
    def seed(self) -> int:
        """Its random seed."""
        return int(self.settings["seed"])

    @property
    def rank(self) -> int | None:
        """1 for the best of its group; None before they were compared."""
        return None if self.entry.result is None else self.entry.result.rank

    @property
    def score(self) -> float | None:
        """How well it shows its prompts, in [-1, 1]; None before it is done."""
        return None if self.entry.result is None else self.entry.result.score

    @property
    def losses(self) -> Mapping[str, float]:
        """The weighted losses of its last step, by name."""
        return {} if self.entry.result is None else self.entry.result.losses

    @property
    def steps(self) -> int | None:
        """The steps it has; None before it is done."""
        return None if self.entry.result is None else self.entry.result.step

    @property
    def seconds(self) -> float | None:
        """The seconds it took, of those after it was continued; None before it is done."""
        return None if self.entry.result is None else self.entry.result.seconds

    @property
    def was_continued(self) -> bool:
        """Whether it was interrupted and continued, so that its seconds are not all."""
        return self.entry.result is not None and self.entry.result.begun > 0

    @property
    def prompts(self) -> str:
        """Its prompts in one line."""
        return " | ".join(map(_prompt_text, self.settings["prompts"]))


def _prompt_text(table: Mapping[str, Any]) -> str:
    content, weight = next(iter(table.values())), table["weight"]
    return f"{content}:{weight:g}" if weight != 1 else str(content)


def read_pictures(folder: Path) -> tuple[RunRecord, list[RunPicture]]:
    """Read the record of a run and its pictures, in their order.

    Raises:
        OutputError: the folder is not one of a series.
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
