"""A campaign: work after work is timed, and the result saved after each."""

from __future__ import annotations

import gc
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import torch

from vqclip.benchmark.bare import bare_passes
from vqclip.benchmark.dissection import DissectedStep
from vqclip.benchmark.fullsize import Workshop, settings
from vqclip.benchmark.matrixrate import count_flops, matrix_rates
from vqclip.benchmark.measurement import NO_MEMORY, NO_TIME, Measurement, Result
from vqclip.benchmark.timing import Effort, Spread, peak_bytes, reset_peak, time_laps, time_steps
from vqclip.benchmark.workload import MINI, Workload
from vqclip.config.job import Job
from vqclip.config.prompt import parse_prompts
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.outputs.recipe import versions
from vqclip.runs.capacity import is_out_of_memory

PROMPT = "a red house at dusk"
STEPS, SMALL_STEPS = 300, 50
"""Steps of a picture, for pictures an hour: of the models of 2021 and of the small pair."""
PLENTY = 100_000
"""Steps of a run that is longer than any measurement."""


@dataclass
class Campaign:
    """Times work on one device.

    Attributes:
        device: where everything computes.
        effort: how long each work is timed.
        seconds: after which no further work is begun; None: no end.
        save: called with the result after each work.
    """

    device: torch.device
    effort: Effort
    seconds: float | None = None
    save: Callable[[Result], None] = field(default=lambda result: None)

    def __post_init__(self) -> None:
        self.begun = time.monotonic()
        self.workshop = Workshop(self.device)
        rates = matrix_rates(self.device, replace(self.effort, seconds=self.effort.seconds / 3))
        self.result = Result(_machine(self.device, rates))
        self.rates = rates

    @property
    def late(self) -> bool:
        """Whether no further work may begin."""
        return self.seconds is not None and time.monotonic() - self.begun > self.seconds

    def add(self, measurement: Measurement) -> Measurement:
        """Take a measurement into the result, and save it."""
        self.result.measurements.append(measurement)
        self.result.machine["seconds"] = round(time.monotonic() - self.begun, 1)
        self.save(self.result)
        return measurement

    def run(self, workloads: Sequence[Workload]) -> Iterator[Measurement]:
        """Time one work after the other."""
        for workload in workloads:
            measurement = Measurement(workload.name, work=asdict(workload))
            if self.late:
                measurement.state = NO_TIME
            else:
                begun = time.monotonic()
                self._time(workload, measurement)
                measurement.work["seconds"] = round(time.monotonic() - begun, 1)
            yield self.add(measurement)

    def _time(self, workload: Workload, measurement: Measurement) -> None:
        with self._memory(measurement):
            self._time_step(workload, measurement)
        with self._memory(measurement):
            if workload.reference and measurement.step:
                self._time_reference(workload, measurement)

    def _time_step(self, workload: Workload, measurement: Measurement) -> None:
        steps = SMALL_STEPS if workload.generator == MINI else STEPS
        config = settings(workload, PLENTY)
        jobs = [Job(parse_prompts(PROMPT), seed, config) for seed in range(workload.batch)]
        generation = build(self.workshop.models(workload), jobs)
        effort = self.effort
        for _ in range(effort.warmup):
            generation.advance()
        reset_peak(self.device)
        spread = time_steps(generation.advance, self.device, replace(effort, warmup=0))
        measurement.memory["peak_bytes"] = peak_bytes(self.device)
        measurement.memory["chunk"] = generation.state.guidance.chunk
        per_picture = spread.median / workload.batch * steps / 1000  # seconds
        dtype = "bfloat16" if generation.amp else "float32"
        flops = count_flops(generation.advance)
        measurement.step = {
            **spread.to_dict(),
            "pictures_per_hour": round(3600 / per_picture, 1),
            "of_steps": steps,
            "precision": dtype,
            **self._rate(flops, spread, dtype),
        }
        self._time_parts(generation, dtype, measurement)

    def _time_parts(self, generation: Generation, dtype: str, measurement: Measurement) -> None:
        fewer = replace(self.effort, warmup=1, seconds=self.effort.seconds / 3)
        laps = time_laps(DissectedStep(generation), self.device, fewer)
        measurement.parts = {name: spread.to_dict() for name, spread in laps.items()}
        for name, once in bare_passes(generation).items():
            spread = time_steps(once, self.device, fewer)
            rate = self._rate(count_flops(once), spread, dtype)
            measurement.bare[name] = {**spread.to_dict(), **rate}

    def _time_reference(self, workload: Workload, measurement: Measurement) -> None:
        step = self.workshop.peer(workload)
        step()
        step.check()
        reset_peak(self.device)
        spread = time_steps(step, self.device, replace(self.effort, warmup=1))
        ratio = spread.median * workload.batch / measurement.step["median"]
        measurement.reference = {
            "tool": workload.reference,
            **spread.to_dict(),
            "ratio": round(ratio, 3),
            "peak_bytes": peak_bytes(self.device),
            "flops": count_flops(step),
            **asdict(step.facts),
        }

    def _rate(self, flops: int, spread: Spread, dtype: str) -> dict[str, Any]:
        rate = flops / (spread.median / 1000)
        return {
            "flops": flops,
            "flops_per_second": round(rate),
            "share": round(rate / self.rates[dtype], 4),
        }

    @contextmanager
    def _memory(self, measurement: Measurement) -> Iterator[None]:
        """Note a work for which memory does not suffice, and free what it held."""
        try:
            yield
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            measurement.state = NO_MEMORY
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()


def _machine(device: torch.device, rates: dict[str, float]) -> dict[str, Any]:
    name = platform.processor() or platform.machine()
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
    return {
        "device": str(device),
        "name": name,
        "threads": torch.get_num_threads(),
        **versions(),
        "matrix_flops_per_second": {kind: round(rate) for kind, rate in rates.items()},
    }
