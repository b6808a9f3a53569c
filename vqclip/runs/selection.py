"""The selection of the best candidates of each picture of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vqclip.files.atomic import write
from vqclip.runs.folder import RunFolder
from vqclip.runs.manifest import FINAL, Entry, Result


def select_best(run: RunFolder) -> list[str]:
    """Rank the candidates of every finished group, and copy the best next to the manifest.

    Returns:
        The ids of the jobs whose rank changed.

    Raises:
        OutputError: a picture cannot be written.
    """
    if run.plan.candidates == 1:
        return []
    groups: dict[str, list[Entry]] = {}
    entries = run.manifest.read()
    for job in run.plan.jobs:
        groups.setdefault(job.group, []).append(entries.get(job.id, Entry(job.id)))
    return [
        job
        for group in groups.values()
        if all(entry.state in FINAL for entry in group)
        for job in _rank(run, group)
    ]


def _rank(run: RunFolder, group: Sequence[Entry]) -> list[str]:
    done = [(entry, entry.result) for entry in group if entry.result is not None]
    done.sort(key=lambda pair: _score(pair[1]), reverse=True)
    changed = []
    for rank, (entry, result) in enumerate(done, start=1):
        kept = rank <= run.plan.keep
        source = run.folder / result.file
        copy = run.folder / source.name
        if not kept:
            copy.unlink(missing_ok=True)
        elif source.exists() and not copy.exists():
            write(copy, source.read_bytes())
        if result.rank != rank:
            run.manifest.append(replace(entry, result=replace(result, rank=rank, kept=kept)))
            changed.append(entry.job)
    return changed


def _score(result: Result) -> float:
    return float("-inf") if result.score is None else result.score
