"""The command that times: what a step costs on this machine, beside the tools of 2021."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from vqclip.cli.console import app, say
from vqclip.cli.options import Device, Quiet
from vqclip.cli.pathtype import PATH
from vqclip.cli.tables import print_table

if TYPE_CHECKING:
    from vqclip.benchmark.measurement import Measurement, Result

Work = Annotated[
    Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Option(
        "--work", help="small, classic, mix, pixray, memory, ways, run, or one of their sizes."
    ),
]
Quick = Annotated[bool, typer.Option("--quick", help="Few repetitions, for a first look.")]
Everything = Annotated[bool, typer.Option("--all", help="All work, the most important first.")]
Minutes = Annotated[
    Optional[float],  # noqa: UP045
    typer.Option(min=0, help="Begin no further work after this time."),
]
ResultFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--json", parser=PATH, help="File of the result, written after each work."),
]
Earlier = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--compare", parser=PATH, help="An earlier result of the same machine."),
]


@app.command()
def bench(
    work: Work = None,
    quick: Quick = False,
    everything: Everything = False,
    minutes: Minutes = None,
    json: ResultFile = None,
    compare: Earlier = None,
    device: Device = None,
    quiet: Quiet = False,
) -> None:
    """Time the parts of a step, and whole steps beside those of the tools of 2021.

    The reference steps run in the same process on models of the same size. A ratio above 1 says
    that the reference takes longer.
    """
    from vqclip.benchmark.measurement import read_result
    from vqclip.benchmark.workload import DEFAULT, DEFAULT_GPU, WHOLE, select
    from vqclip.machine.device import resolve_device

    place = resolve_device(device or "auto")
    names = tuple(work or ())
    if not names and not everything:
        names = DEFAULT_GPU if place.type == "cuda" else DEFAULT
    workloads = select(names, everything=everything)
    earlier = None if compare is None else read_result(compare)

    from vqclip.benchmark.campaign import Campaign
    from vqclip.benchmark.timing import QUICK, Effort
    from vqclip.benchmark.wholerun import time_run

    campaign = Campaign(
        place,
        QUICK if quick else Effort(),
        seconds=None if minutes is None else 60 * minutes,
        save=partial(save, path=json),
    )
    tell = say if not quiet else (lambda text: None)
    if WHOLE in names or everything:
        short = quick or minutes is not None
        tell(line(campaign.add(time_run(str(place), times=1 if short else 3))))
    for measurement in campaign.run(workloads):
        tell(line(measurement))
    show(campaign.result)
    if earlier is not None:
        show_comparison(campaign.result, earlier)


def save(result: Result, path: Path | None) -> None:
    """Write the result so far, where a file is wanted."""
    if path is not None:
        result.save(path)


def line(measurement: Measurement) -> str:
    """Return what is said when a work is done."""
    step, ratio = measurement.step, measurement.reference.get("ratio")
    if not step:
        return ", ".join([f"{measurement.name}: {measurement.state}", *measurement.notes])
    against = "" if ratio is None else f", the reference takes {ratio:.2f} times as long"
    return f"{measurement.name}: {step['median']:.1f} ms{against}"


def show(result: Result) -> None:
    """Print the machine, the steps and their parts."""
    from vqclip.benchmark.measurement import BARE_HEADER, HEADER, bare_rows, part_rows, rows

    machine = result.machine
    rates = machine["matrix_flops_per_second"]
    print(f"{machine['name']}, torch {machine['torch']}, {machine['threads']} threads")
    print(", ".join(f"{kind} {rate / 1e12:.2f} TFLOP/s" for kind, rate in rates.items()))
    print()
    print_table(HEADER, rows(result))
    header, table = part_rows(result)
    if table:
        print("\nmilliseconds of each part")
        print_table(header, table)
    if bare := bare_rows(result):
        print("\nthe bare models, forward and backward")
        print_table(BARE_HEADER, bare)


def show_comparison(result: Result, earlier: Mapping[str, Mapping[str, Any]]) -> None:
    """Print how many times as long each step took in an earlier result."""
    from vqclip.benchmark.measurement import compare

    print()
    print_table(("work", "ms before", "ms now", "ratio"), compare(result, earlier))
