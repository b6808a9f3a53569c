"""The pictures of a run as they can be shown: file, place on the axes, score and recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vqclip.files import write
from vqclip.runs.folder import RunFolder, read_plan
from vqclip.runs.manifest import DONE, Entry, Manifest


@dataclass(frozen=True)
class Shown:
    """One picture of a run.

    Attributes:
        path: of the file; None while there is none.
        labels: its place on the axes.
        group: equal for the candidates of one picture.
        rank: 1 for the best of its group, or None before they were compared.
        kept: whether it is one of the best, or there is nothing to choose from.
        settings: its whole recipe.
        facts: what the manifest knows of it.
    """

    name: str
    path: Path | None
    labels: Mapping[str, str]
    group: str
    state: str
    rank: int | None
    kept: bool
    settings: Mapping[str, Any]
    facts: Mapping[str, Any]

    @property
    def score(self) -> float | None:
        """How well it shows its prompts, in [-1, 1]."""
        return self.facts.get("score")

    @property
    def prompts(self) -> str:
        """Its prompts in one line."""
        return " | ".join(
            str(next(iter(one.values()))) + (f":{one['weight']:g}" if one["weight"] != 1 else "")
            for one in self.settings["prompts"]
        )


def read_pictures(folder: Path) -> tuple[dict[str, Any], list[Shown]]:
    """Read the plan of a run and its pictures, in their order.

    Raises:
        OutputError: the folder is not one of a series.
    """
    plan = read_plan(folder)
    entries = Manifest(folder / "manifest.jsonl").read()
    chosen = plan.get("candidates", 1) > 1
    found = []
    for one in plan["jobs"]:
        entry = entries.get(one["id"], Entry(one["id"], "waiting"))
        path = folder / str(entry.facts.get("file", ""))
        rank = entry.facts.get("rank")
        found.append(
            Shown(
                name=one["name"],
                path=path if entry.state == DONE and path.is_file() else None,
                labels=one["labels"],
                group=one["group"],
                state=entry.state,
                rank=rank,
                kept=not chosen or (rank is not None and rank <= plan["keep"]),
                settings=one["settings"],
                facts=entry.facts,
            )
        )
    return plan, found


def choose(run: RunFolder) -> list[str]:
    """Rank the candidates of every complete group and copy the best beside the manifest.

    Returns:
        The ids of the pictures whose rank changed.

    Raises:
        OutputError: a picture cannot be read or written.
    """
    if run.plan.candidates == 1:
        return []
    groups: dict[str, list[Entry]] = {}
    entries = run.manifest.read()
    for job in run.plan.jobs:
        entry = entries.get(job.id, Entry(job.id, "waiting"))
        groups.setdefault(job.group, []).append(entry)
    changed = []
    for members in groups.values():
        if all(one.state in ("done", "failed") for one in members):
            done = [one for one in members if one.state == DONE]
            done.sort(key=lambda one: one.facts["score"], reverse=True)
            changed += _note_ranks(run, done)
    return changed


def _note_ranks(run: RunFolder, done: Sequence[Entry]) -> list[str]:
    changed = []
    for rank, one in enumerate(done, start=1):
        source = run.plan.folder / one.facts["file"]
        copy = run.plan.folder / source.name
        if rank > run.plan.keep:
            copy.unlink(missing_ok=True)
        elif source.exists() and not copy.exists():
            write(copy, source.read_bytes())
        if one.facts.get("rank") != rank:
            facts = {**one.facts, "rank": rank, "kept": rank <= run.plan.keep}
            run.manifest.append(one.job, DONE, **facts)
            changed.append(one.job)
    return changed
