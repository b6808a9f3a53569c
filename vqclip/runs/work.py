"""How a run is to be carried out: by which processes, where and in what portions."""

from __future__ import annotations

from dataclasses import dataclass

ENGINES = ("local", "ray")


@dataclass(frozen=True)
class WorkOptions:
    """What workers, crews and clusters are told beside the run itself.

    Attributes:
        engine: one of `ENGINES`.
        address: of the Ray cluster; `auto` finds one on this machine.
        workers: processes of this machine.
        device: of all jobs; `auto` leaves it to each job's configuration.
        checkpoint_every: steps between checkpoints; None leaves it to the configuration.
        at_once: pictures in a batch; None leaves it to the free memory.
    """

    engine: str = "local"
    address: str = "auto"
    workers: int = 1
    device: str = "auto"
    checkpoint_every: int | None = None
    at_once: int | None = None
