"""The optimisation: the latent of a VQGAN under the guidance of CLIP (arXiv:2204.08583)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vqclip.config.job import Job
from vqclip.config.schema import Config
from vqclip.config.values import Schedule
from vqclip.engine.aims import aim_warnings
from vqclip.engine.candidates import Candidates
from vqclip.engine.canvas import trimmed
from vqclip.engine.extents import Extent, extent_at, grow, resize
from vqclip.engine.gradients import clamp_with_grad, leaf, pass_on
from vqclip.engine.iterate import Iterate, Losses
from vqclip.engine.keeping import Kept, keeping_warnings
from vqclip.engine.latent import quantize
from vqclip.engine.losses import Sample, regularise
from vqclip.engine.resample import resample
from vqclip.engine.starts import origin
from vqclip.engine.state import State
from vqclip.engine.targets import prompt_warnings
from vqclip.errors import DivergedError
from vqclip.models.load import Models


@dataclass(frozen=True)
class Course:
    """The course of a run: what steps do beside the prompts.

    Attributes:
        steps: steps of the whole run.
        token_noise: strength of the noise on z before it is quantised, in standard deviations.
        weights: of the regularisers in use, by name.
        kept: what of the start picture stays as it is; None: nothing.
        extents: sizes at which the parts of the run are drawn; none: one size.
    """

    steps: int
    token_noise: Schedule
    weights: Mapping[str, Schedule]
    kept: Kept | None = None
    extents: tuple[Extent, ...] = ()

    def progress(self, step: int) -> float:
        """Return the fraction of the run in [0, 1] at a step, counted from 0; 1 beyond its end."""
        return min(1.0, step / max(1, self.steps - 1))


class Generation:
    """The optimisation of B images of one size together; `build` makes it.

    Iterate over it for the remaining steps; `images` may be asked for at any time.

    Args:
        models: a generator and perceptors, frozen, on one device.
        jobs: one per image; they share every setting but prompts and seed.
        state: everything that steps change.
        candidates: the contest between several starts of each job.
        course: what changes with the progress of the run.
        amp: whether steps decode in bfloat16.
        hashes: SHA-256 of every file that the images depend on, by its name.
    """

    def __init__(
        self,
        models: Models,
        jobs: Sequence[Job],
        state: State,
        candidates: Candidates,
        *,
        course: Course,
        amp: bool,
        hashes: Mapping[str, str],
    ) -> None:
        self.models, self.jobs = models, tuple(jobs)
        self.state, self.candidates, self.course = state, candidates, course
        self.amp, self.hashes = amp, hashes
        self.step = 0
        self.extent = extent_at(course.extents, 0)
        self._decoded: Tensor | None = None

    @property
    def config(self) -> Config:
        """The settings that all jobs share."""
        return self.jobs[0].config

    @property
    def device(self) -> torch.device:
        """The device of models and state."""
        return self.models.generator.device

    @property
    def origin(self) -> str:
        """What the pictures began with, in a few words."""
        return origin(self.config, self.models)

    @property
    def warnings(self) -> list[str]:
        """Words that are unknown to a perceptor; perceptors without a prior; formats that lose."""
        prompts = [job.prompts for job in self.jobs]
        return [
            *prompt_warnings(self.models.perceptors, prompts),
            *aim_warnings(self.models, self.config),
            *keeping_warnings(self.config),
        ]

    def __iter__(self) -> Iterator[Iterate]:
        while self.step < self.course.steps:
            yield self.advance()

    def advance(self) -> Iterate:
        """Make one step.

        Raises:
            DivergedError: a loss or its gradient is not finite; the latents stay as they were.
        """
        self._grow()
        state, progress = self.state, self.course.progress(self.step)

        # The images: quantise, decode.
        z = state.latent.z()  # (B, D, h, w)
        z_q = quantize(self.models.generator, self._with_noise(z, progress))
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.amp):
            decoded = self.models.generator.decode(z_q)
        limited = clamp_with_grad(state.limits.on_canvas(decoded.float()))
        images = self._laid_over(limited)  # (B, 3, H, W) in [0, 1]

        # The losses, and their gradient gathered at the images and at z.
        colors = state.limits.colors(images)
        sample = Sample(leaf(images), leaf(z), state.latent.base, state.latent.units, colors)
        prompts = state.guidance.gather(sample.images, state.streams["cutouts"], progress=progress)
        terms = regularise(sample, self.course.weights, progress=progress)
        losses = torch.stack([*prompts.unbind(dim=1), *terms.values()])  # (P + terms, B)
        total = losses.sum(dim=0)  # (B,)
        self._check_finite(total, sample.images.grad)

        # One pass back through the decoder, one step of the optimiser.
        state.optimizer.zero_grad()
        pass_on((sample.images, images), (sample.z, z))
        state.optimizer.step(self.step)
        state.latent.project_()
        if self.course.kept is not None:
            state.latent.hold_(self.course.kept.cells)
        state.average.update(state.latent.z().detach())
        self.step += 1

        # The contest between starts, until it is decided.
        state.score.update(total)
        self._decoded = images.detach()  # (B, 3, H, W)
        if self.candidates.undecided:
            best = self.candidates.best(state.score)  # (jobs,)
            losses, self._decoded = losses[:, best], self._decoded[best]
            if self.step >= self.candidates.steps:
                state.select(best)
                self.candidates.decide()
        return self._iterate(losses, list(terms))

    def _grow(self) -> None:
        """Go on at the size of the next step, if it is another one."""
        extent = extent_at(self.course.extents, self.step)
        if extent is not None and extent is not self.extent:
            grow(self.state, self.models.generator, extent, wrap=self.config.wrap)
            self.extent = extent

    def _whole(self, canvas: Tensor) -> Tensor:
        """Return canvases (B, 3, H, W) as pictures in the size of the configuration."""
        extent, config = self.extent, self.config
        height, width, wrap = config.height, config.width, config.wrap
        if extent is None or (extent.height, extent.width) == (height, width):
            return trimmed(canvas, height, width, wrap=wrap)
        pictures = trimmed(canvas, extent.height, extent.width, wrap=wrap)
        return resample(pictures, height, width, wrap=wrap)

    def _laid_over(self, images: Tensor) -> Tensor:
        """Return images (B, 3, H, W) with what is kept over them."""
        return images if self.course.kept is None else self.course.kept.laid_over(images)

    def _with_noise(self, z: Tensor, progress: float) -> Tensor:
        strength = self.course.token_noise(progress)
        if strength == 0:
            return z
        noise = self.state.streams["noise"].normal(*z.shape[1:])
        return z + strength * self.state.latent.units.deviation * noise

    def _check_finite(self, total: Tensor, gradient: Tensor | None) -> None:
        if gradient is not None:
            total = total + gradient.abs().amax(dim=(1, 2, 3))  # (B,)
        if not bool(total.isfinite().all()):
            finite = total.isfinite().view(len(self.jobs), -1).all(dim=1)  # (jobs,)
            raise DivergedError(self.step + 1, [k for k, fine in enumerate(finite) if not fine])

    def _iterate(self, losses: Tensor, terms: Sequence[str]) -> Iterate:
        """Read losses (P + terms, jobs) off the device; P is the most prompts that a job has."""
        prompts = len(losses) - len(terms)
        tables = tuple(
            Losses(
                tuple(column[: min(len(job.prompts), prompts)]),
                dict(zip(terms, column[prompts:], strict=True)),
            )
            for job, column in zip(self.jobs, losses.T.tolist(), strict=True)
        )
        return Iterate(self.step, self.course.steps, tables)

    def keep(self, images: Sequence[int]) -> None:
        """Drop all images of the batch but some, which go on in this order."""
        rows = self.candidates.rows(images)
        self.jobs = tuple(self.jobs[image] for image in images)
        self.state.select(torch.tensor(rows, device=self.device))
        self._decoded = None

    @torch.no_grad()
    def images(self) -> Tensor:
        """Decode the averaged latents to images (B, 3, height, width) in [0, 1].

        While starts compete these are the best so far. The sides are those of the configuration,
        trimmed from the canvas; smaller stages are enlarged.
        """
        return self.cropped(self.canvas())

    @torch.no_grad()
    def canvas(self) -> Tensor:
        """Decode the averaged latents whole, (B, 3, H, W): multiples of the generator's factor."""
        state, generator = self.state, self.models.generator
        z = state.latent.z() if state.average.empty else state.average.value
        if self.candidates.undecided:
            z = z[self.candidates.best(state.score)]
        return self._laid_over(generator.decode(generator.quantize(z)).float().clamp(0, 1))

    def cropped(self, canvas: Tensor) -> Tensor:
        """Return canvases (B, 3, H, W) as pictures in the size of the configuration."""
        return self.state.limits.finished(self._whole(canvas))

    def latest(self) -> Tensor:
        """Return what the last step has looked at: images (B, 3, height, width) in [0, 1].

        Nothing is decoded. While starts compete these are the best so far.

        Raises:
            ValueError: no step was made since the optimisation was built or continued.
        """
        if self._decoded is None:
            raise ValueError("no step has been made")
        return self._whole(self._decoded)

    def state_dict(self) -> dict[str, Any]:
        """Return everything needed to continue: k steps, save, load, N - k steps equal N steps."""
        return {"step": self.step, **self.state.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned, for the same jobs."""
        if state["rows"] < len(self.state):
            self.state.select(self.candidates.best(self.state.score))
            self.candidates.decide()
        self.step = int(state["step"])
        extent = extent_at(self.course.extents, self.step - 1)
        if extent is not self.extent and extent is not None:
            resize(self.state, self.models.generator, extent, wrap=self.config.wrap)
            self.extent = extent
        self.state.load_state_dict(state)
