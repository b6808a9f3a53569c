"""What a series shows while it runs: one bar for all pictures, JSON lines, or nothing."""

from __future__ import annotations

import json
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from vqclip.cli.console import say

if TYPE_CHECKING:
    from vqclip.runs.folder import RunFolder
    from vqclip.runs.studio import Event

LOOK_EVERY = 1.0
"""Seconds between two looks at what other processes have done."""


class Progress:
    """Shows the events of a run, with those of other processes on the same folder.

    Args:
        run: the folder.
        quiet: show notes and failures alone.
        as_json: print every event as a JSON line on stdout instead of the bar.
    """

    def __init__(self, run: RunFolder, *, quiet: bool, as_json: bool) -> None:
        from tqdm import tqdm

        self.run, self.as_json = run, as_json
        self.steps = {job.id: job.config.steps for job in run.plan.jobs}
        self.at: dict[str, int] = {}
        self.done = self.failed = 0
        self.looked = 0.0
        self._look()
        self.began, self.first = time.monotonic(), sum(self.at.values())
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
        if "step" in event.facts:
            self.at.update(dict.fromkeys(event.jobs, int(event.facts["step"])))
        if event.kind != "step" or time.monotonic() - self.looked > LOOK_EVERY:
            self._look()
        if self.as_json:
            self._print(event)
        elif event.kind == "note":
            self.bar.clear()
            say(f"note: {event.facts['text']}")
        elif event.kind == "failed":
            self.bar.clear()
            say(f"failed: {event.facts['name']}: {event.facts['error']}")
        self.bar.set_description_str(f"{self.done}/{len(self.steps)} pictures", refresh=False)
        if event.facts.get("losses") and event.kind == "step":
            totals = [sum(table.values()) for table in event.facts["losses"]]
            running = f"step {event.facts['step']}/{event.facts['steps']}"
            shown = f"{running}, loss {', '.join(f'{one:.3f}' for one in totals)}"
            self.bar.set_postfix_str(shown, refresh=False)
        self.bar.n = sum(self.at.values())
        self.bar.update(0)

    def _look(self) -> None:
        """Take in what every process has noted in the manifest."""
        self.looked = time.monotonic()
        entries = self.run.manifest.read()
        states = {key: entry.state for key, entry in entries.items() if key in self.steps}
        self.done = sum(state == "done" for state in states.values())
        self.failed = sum(state == "failed" for state in states.values())
        for key, state in states.items():
            noted = int(entries[key].facts.get("step", 0))
            self.at[key] = (
                self.steps[key] if state in ("done", "failed") else max(noted, self.at.get(key, 0))
            )

    def _print(self, event: Event) -> None:
        made = sum(self.at.values()) - self.first
        left = sum(self.steps.values()) - sum(self.at.values())
        elapsed = time.monotonic() - self.began
        line: dict[str, Any] = {
            "event": event.kind,
            "jobs": list(event.jobs),
            **event.facts,
            "pictures_done": self.done,
            "pictures_failed": self.failed,
            "pictures": len(self.steps),
            "seconds_left": round(elapsed / made * left, 1) if made > 0 else None,
        }
        print(json.dumps(line, ensure_ascii=False), flush=True)
