"""Events: what happens while pictures are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from vqclip.runs.manifest import Result


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        jobs: ids of the jobs concerned.
    """

    kind: ClassVar[str]
    jobs: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """Return everything but the jobs, as plain values by name."""
        return {key: value for key, value in asdict(self).items() if key != "jobs"}


@dataclass(frozen=True)
class Note(Event):
    """Something the user should know."""

    kind = "note"
    text: str


@dataclass(frozen=True)
class Started(Event):
    """A batch starts, or continues after a step.

    Attributes:
        step: number of the last step that was made before; 0 at the start.
        steps: number of steps of the whole run.
        start: what its pictures begin with; empty where nobody knows it yet.
    """

    kind = "started"
    step: int
    steps: int
    start: str = ""


@dataclass(frozen=True)
class Step(Event):
    """A batch has made a step.

    Attributes:
        step: number of the step, from 1.
        steps: number of steps of the whole run.
        losses: weighted losses by name, one table per picture.
    """

    kind = "step"
    step: int
    steps: int
    losses: tuple[dict[str, float], ...]


@dataclass(frozen=True)
class Checkpointed(Event):
    """A checkpoint of a batch was written."""

    kind = "checkpoint"
    step: int


@dataclass(frozen=True)
class Interrupted(Event):
    """A batch was interrupted, and its checkpoint was written."""

    kind = "interrupted"
    step: int


@dataclass(frozen=True)
class Finished(Event):
    """A batch has made all its steps, and its pictures were written.

    Attributes:
        step: number of the last step.
        losses: weighted losses of the last step by name, one table per picture.
    """

    kind = "finished"
    step: int
    losses: tuple[dict[str, float], ...]


@dataclass(frozen=True)
class Done(Event):
    """A picture of a run is finished, and its manifest entry is written."""

    kind = "done"
    name: str
    result: Result

    def facts(self) -> dict[str, Any]:
        """Return the name and the result."""
        return {"name": self.name, **self.result.to_dict()}


@dataclass(frozen=True)
class Failed(Event):
    """A picture of a run cannot be drawn, and its manifest entry is written."""

    kind = "failed"
    name: str
    error: str


@dataclass(frozen=True)
class Waiting(Event):
    """All jobs that are left are held by other processes."""

    kind = "waiting"


@dataclass(frozen=True)
class Stopped(Event):
    """A worker process has stopped, for a reason that concerns the whole run."""

    kind = "error"
    text: str


def without_repeats(events: Iterable[Event], texts: set[str]) -> Iterator[Event]:
    """Pass events on, but each note only once.

    Args:
        events: of one batch after another.
        texts: notes that were passed on before; further ones are added.
    """
    for event in events:
        if isinstance(event, Note):
            if event.text in texts:
                continue
            texts.add(event.text)
        yield event
