"""The progress of a series: one bar for all pictures, JSON lines, or nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from vqclip.cli.console import say
from vqclip.runs.events import Event, Failed, Interrupted, Note, Started, Step
from vqclip.runs.manifest import DONE, FAILED, FINAL

if TYPE_CHECKING:
    from vqclip.runs.folder import RunFolder

READ_EVERY = 1.0
"""Seconds between two reads of the manifest, for the work of other processes."""


class Progress:
    """Shows the progress of a run, including that of other processes on the same folder.

    Args:
        run: the folder.
        quiet: whether to show only notes and failures.
        as_json: whether to print every event as a JSON line on stdout, instead of the bar.
        clock: returns the seconds.
    """

    def __init__(
        self,
        run: RunFolder,
        *,
        quiet: bool,
        as_json: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.run, self.as_json, self.clock = run, as_json, clock
        self.steps = {job.id: job.config.steps for job in run.plan.jobs}
        self.at: dict[str, int] = {}
        self.done = self.failed = 0
        self.read_at = 0.0
        self._read_manifest()
        self.began, self.first = self.clock(), sum(self.at.values())
        self.bar = tqdm(
            total=sum(self.steps.values()),
            initial=self.first,
            disable=quiet or as_json,
            unit="step",
            smoothing=0.05,
        )

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.close()

    def show(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, (Started, Step, Interrupted)):
            self.at.update(dict.fromkeys(event.jobs, event.step))
        if not isinstance(event, Step) or self.clock() - self.read_at > READ_EVERY:
            self._read_manifest()
        if self.as_json:
            self._print(event)
        elif isinstance(event, Note):
            self.bar.clear()
            say(f"note: {event.text}")
        elif isinstance(event, Failed):
            self.bar.clear()
            say(f"failed: {event.name}: {event.error}")
        self.bar.set_description_str(f"{self.done}/{len(self.steps)} pictures", refresh=False)
        if isinstance(event, Started) and event.start and event.step == 0:
            self.bar.set_postfix_str(f"starting from {event.start}", refresh=False)
        if isinstance(event, Step):
            losses = ", ".join(f"{sum(table.values()):.3f}" for table in event.losses)
            shown = f"step {event.step}/{event.steps}, loss {losses}"
            self.bar.set_postfix_str(shown, refresh=False)
        self.bar.n = sum(self.at.values())
        self.bar.update(0)

    def _read_manifest(self) -> None:
        """Update the counts from the manifest, to which every process adds."""
        self.read_at = self.clock()
        entries = self.run.manifest.read()
        known = {key: entry for key, entry in entries.items() if key in self.steps}
        self.done = sum(entry.state == DONE for entry in known.values())
        self.failed = sum(entry.state == FAILED for entry in known.values())
        for key, entry in known.items():
            noted = max(entry.step, self.at.get(key, 0))
            self.at[key] = self.steps[key] if entry.state in FINAL else noted

    def _print(self, event: Event) -> None:
        made = sum(self.at.values()) - self.first
        left = sum(self.steps.values()) - sum(self.at.values())
        elapsed = self.clock() - self.began
        line: dict[str, Any] = {
            "event": event.kind,
            "jobs": list(event.jobs),
            **event.facts(),
            "pictures_done": self.done,
            "pictures_failed": self.failed,
            "pictures": len(self.steps),
            "seconds_left": round(elapsed / made * left, 1) if made > 0 else None,
        }
        print(json.dumps(line), flush=True)
