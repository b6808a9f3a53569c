"""Events: what happens while pictures are drawn, for whoever watches."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from vqclip.runs.manifest import Result


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        jobs: the ids of the jobs concerned.
    """

    kind: ClassVar[str]
    jobs: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """Return what it says beside its jobs, as plain values by name."""
        return {key: value for key, value in asdict(self).items() if key != "jobs"}


@dataclass(frozen=True)
class Note(Event):
    """Something the user should know."""

    kind = "note"
    text: str


@dataclass(frozen=True)
class Started(Event):
    """A batch begins, after the step it continues from or after step 0."""

    kind = "started"
    step: int
    steps: int


@dataclass(frozen=True)
class Step(Event):
    """A batch has made a step.

    Attributes:
        step: counted from 1.
        steps: of the whole run.
        losses: weighted losses by name, one table per picture.
    """

    kind = "step"
    step: int
    steps: int
    losses: tuple[dict[str, float], ...]


@dataclass(frozen=True)
class Checkpointed(Event):
    """The state of a batch was written."""

    kind = "checkpoint"
    step: int


@dataclass(frozen=True)
class Interrupted(Event):
    """A batch was left off; its checkpoint is written."""

    kind = "interrupted"
    step: int


@dataclass(frozen=True)
class Finished(Event):
    """A batch has made all its steps, and its pictures are written.

    Attributes:
        step: of the last step.
        losses: of the last step, one table per picture; empty if no step was left to make.
    """

    kind = "finished"
    step: int
    losses: tuple[dict[str, float], ...]


@dataclass(frozen=True)
class Done(Event):
    """A picture of a run is finished and noted."""

    kind = "done"
    name: str
    result: Result

    def facts(self) -> dict[str, Any]:
        """Return the name and the result."""
        return {"name": self.name, **self.result.to_dict()}


@dataclass(frozen=True)
class Failed(Event):
    """A picture of a run cannot be drawn, which is noted."""

    kind = "failed"
    name: str
    error: str


@dataclass(frozen=True)
class Waiting(Event):
    """The jobs that are left belong to other processes."""

    kind = "waiting"


@dataclass(frozen=True)
class Stopped(Event):
    """A worker process cannot go on, for a reason that concerns the whole run."""

    kind = "error"
    text: str
