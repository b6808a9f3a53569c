"""How a run is carried out: by how many processes, on which devices, in batches of which size."""

from __future__ import annotations

from dataclasses import dataclass

ENGINES = ("local", "ray")


@dataclass(frozen=True)
class WorkOptions:
    """The options of workers, crews and clusters.

    Attributes:
        engine: one of `ENGINES`.
        address: address of the Ray cluster; `auto` finds one on this machine.
        workers: number of processes on this machine.
        device: device of all jobs; `auto`: each job's own.
        checkpoint_every: steps between checkpoints; None: as configured.
        at_once: pictures in a batch; None: as many as fit into memory.
    """

    engine: str = "local"
    address: str = "auto"
    workers: int = 1
    device: str = "auto"
    checkpoint_every: int | None = None
    at_once: int | None = None
