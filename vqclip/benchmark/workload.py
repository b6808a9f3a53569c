"""What is timed: named work, each a picture size, models and cutouts; loads no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vqclip.errors import Mistakes, did_you_mean, shown

F16 = "f16-16384"
"""The published VQGAN of ImageNet, with random weights of full size."""
MINI = "mini"
"""The models of the small pair, as shipped."""
TINY = "tiny"
"""Random models of a few thousand weights, to try the benchmark itself."""
B32, B16, RN50X4 = "ViT-B-32-quickgelu", "ViT-B-16-quickgelu", "RN50x4-quickgelu"
NERDYRODENT, PIXRAY = "nerdyrodent", "pixray"
"""The tools of 2021 whose step is the reference."""


@dataclass(frozen=True)
class Workload:
    """Work to time: some pictures of one size, optimised together.

    Attributes:
        name: unique.
        family: what it belongs to; the name by which several are asked for.
        generator: `f16-16384`, `mini` or `tiny`.
        perceptors: names of open_clip's architectures, `mini` or `tiny`.
        width: of the pictures, in pixels.
        height: likewise.
        batch: pictures optimised together.
        cutouts: per picture and step.
        chunk: cutouts per picture computed at once; 0: all.
        reference: the tool whose step is timed beside it, one picture at a time; empty: none.
        ways: whether no step is timed, but the bare models in several number formats and layouts.
    """

    name: str
    family: str
    generator: str = F16
    perceptors: tuple[str, ...] = (B32,)
    width: int = 256
    height: int = 256
    batch: int = 1
    cutouts: int = 32
    chunk: int = 0
    reference: str = NERDYRODENT
    ways: bool = False

    @property
    def preset(self) -> str:
        """The preset that holds the settings of the reference."""
        return f"{self.reference or NERDYRODENT}-2021"


def _classic(side: int, batch: int = 1) -> Workload:
    suffix = "" if batch == 1 else f"-batch{batch}"
    name = f"classic-{side}{suffix}"
    return Workload(name, "classic", width=side, height=side, batch=batch)


def _memory(side: int, cutouts: int) -> Workload:
    name = f"memory-{side}-cutouts{cutouts}"
    return Workload(
        name, "memory", width=side, height=side, cutouts=cutouts, chunk=16, reference=""
    )


def _mix(side: int) -> Workload:
    perceptors = (B32, B16, RN50X4)
    return Workload(f"mix-{side}", "mix", F16, perceptors, side, side, reference=PIXRAY)


def _small(side: int, batch: int = 1) -> Workload:
    name = f"small-{side}" if batch == 1 else f"small-{side}-batch{batch}"
    return Workload(name, "small", MINI, (MINI,), side, side, batch)


WORKLOADS = (
    _classic(512),
    _small(128),
    _classic(256),
    _classic(256, batch=16),
    _mix(512),
    _classic(1024),
    _classic(512, batch=4),
    _small(128, batch=16),
    _classic(256, batch=4),
    _classic(512, batch=16),
    Workload("ways-512", "ways", width=512, height=512, reference="", ways=True),
    Workload("pixray-384x208", "pixray", F16, (B32, B16), 384, 208, 1, 30, 0, PIXRAY),
    _memory(512, 32),
    _memory(512, 128),
    _memory(1024, 32),
    _memory(2048, 32),
    Workload("tiny-alone", "tiny", TINY, (TINY,), 32, 32, 1, 4),
    Workload("tiny-ways", "tiny", TINY, (TINY,), 32, 32, 1, 4, 0, "", ways=True),
    Workload("tiny-batch2", "tiny", TINY, (TINY,), 32, 32, 2, 4, 0, PIXRAY),
)
"""In order of importance: where time is short, the last are left out."""
WHOLE = "run"
"""The work that is no step: a whole default picture, from the command to its file."""
FAMILIES = (*dict.fromkeys(workload.family for workload in WORKLOADS), WHOLE)
DEFAULT, DEFAULT_GPU = ("small", WHOLE), ("small", WHOLE, "classic-512")
"""What is timed when nothing is asked for."""


def select(names: Sequence[str], *, everything: bool = False) -> tuple[Workload, ...]:
    """Return the steps to time, in order of importance.

    Args:
        names: of workloads or families.
        everything: whether to take all but `tiny`, and whatever is named.

    Raises:
        ConfigError: a name is unknown.
    """
    known = (*FAMILIES, *(workload.name for workload in WORKLOADS))
    mistakes = Mistakes()
    for name in names:
        if name not in known:
            mistakes.add(
                f"--work: {shown(name)} is unknown: allowed are {', '.join(dict.fromkeys(known))}"
                f"{did_you_mean(name, known)}"
            )
    mistakes.check()
    return tuple(
        workload
        for workload in WORKLOADS
        if {workload.name, workload.family} & set(names) or (everything and workload.family != TINY)
    )
