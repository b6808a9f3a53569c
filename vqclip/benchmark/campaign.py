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
from vqclip.benchmark.measurement import FAILED, NO_MEMORY, NO_TIME, Measurement, Result
from vqclip.benchmark.timing import (
    Effort,
    Spread,
    allocated_bytes,
    bytes_of,
    peak_bytes,
    reset_peak,
    time_laps,
    time_steps,
)
from vqclip.benchmark.ways import passes
from vqclip.benchmark.workload import MINI, Workload
from vqclip.config.job import Job
from vqclip.config.prompt import parse_prompts
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.errors import VqclipError
from vqclip.machine.memory import is_out_of_memory
from vqclip.outputs.recipe import versions

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
    def _fewer(self) -> Effort:
        """The effort for parts."""
        return replace(self.effort, warmup=1, seconds=self.effort.seconds / 3)

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
        if workload.ways:
            with self._guarded(measurement):
                self._time_ways(workload, measurement)
            return
        with self._guarded(measurement):
            self._time_step(workload, measurement)
        with self._guarded(measurement):
            if workload.reference and measurement.step:
                self._time_reference(workload, measurement)

    def _time_step(self, workload: Workload, measurement: Measurement) -> None:
        steps = SMALL_STEPS if workload.generator == MINI else STEPS
        config = settings(workload, PLENTY)
        jobs = [Job(parse_prompts(PROMPT), seed, config) for seed in range(workload.batch)]
        models = self.workshop.models(workload)
        others = allocated_bytes(self.device)
        generation = build(models, jobs)
        effort = self.effort
        for _ in range(effort.warmup):
            generation.advance()
        reset_peak(self.device)
        spread = time_steps(generation.advance, self.device, replace(effort, warmup=0))
        owned = bytes_of(models.generator, *models.perceptors)
        measurement.memory["peak_bytes"] = self._peak(others, owned)
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
        fewer = self._fewer
        laps = time_laps(DissectedStep(generation), self.device, fewer)
        measurement.parts = {name: spread.to_dict() for name, spread in laps.items()}
        for name, once in bare_passes(generation).items():
            spread = time_steps(once, self.device, fewer)
            rate = self._rate(count_flops(once), spread, dtype)
            measurement.bare[name] = {**spread.to_dict(), **rate}

    def _time_reference(self, workload: Workload, measurement: Measurement) -> None:
        others = allocated_bytes(self.device)
        step = self.workshop.peer(workload)
        step()
        step.check()
        reset_peak(self.device)
        spread = time_steps(step, self.device, replace(self.effort, warmup=1))
        owned = bytes_of(step.vqgan, *(eye.visual for eye in step.eyes))
        ratio = spread.median * workload.batch / measurement.step["median"]
        measurement.reference = {
            "tool": workload.reference,
            **spread.to_dict(),
            "ratio": round(ratio, 3),
            "peak_bytes": self._peak(others, owned),
            "flops": count_flops(step),
            **asdict(step.facts),
        }

    def _peak(self, others: int, owned: int) -> int | None:
        """Return the peak memory, with this work's own models in place of all that are kept."""
        peak = peak_bytes(self.device)
        return peak if peak is None or self.device.type != "cuda" else peak - others + owned

    def _rate(self, flops: int, spread: Spread, dtype: str) -> dict[str, Any]:
        rate = flops / (spread.median / 1000)
        return {
            "flops": flops,
            "flops_per_second": round(rate),
            "share": round(rate / self.rates[dtype], 4),
        }

    def _time_ways(self, workload: Workload, measurement: Measurement) -> None:
        models, effort = self.workshop.models(workload), self._fewer
        generator, perceptor = self.workshop.generator(workload.generator), models.perceptors[0]
        shape = generator.latent_shape(workload.height, workload.width)
        z_q = generator.quantize(torch.randn(workload.batch, *shape, device=self.device))
        cutouts = torch.rand(workload.cutouts, 3, perceptor.size, perceptor.size)
        visual = self.workshop.perceptor(workload.perceptors[0])
        for label, model, method, given in (
            ("decoder", generator, "decode", z_q),
            ("perceptor", visual, "encode_image", cutouts.to(self.device)),
        ):
            for name, way, once in passes(model, method, given):
                with way.settings():
                    spread = time_steps(once, self.device, effort)
                measurement.bare[f"{label}, {name}"] = spread.to_dict()

    @contextmanager
    def _guarded(self, measurement: Measurement) -> Iterator[None]:
        """Note that a work fails, so that the others are measured, and free what it held."""
        try:
            yield
        except (RuntimeError, MemoryError, ValueError, TypeError, VqclipError) as error:
            text = " ".join(f"{type(error).__name__}: {error}".split())
            measurement.notes.append(text[:500])
            measurement.state = NO_MEMORY if is_out_of_memory(error) else FAILED
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
