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
from vqclip.engine.candidates import Candidates
from vqclip.engine.gradients import clamp_with_grad, leaf, pass_on
from vqclip.engine.latent import quantize
from vqclip.engine.losses import Sample, regularise
from vqclip.engine.state import State
from vqclip.engine.targets import prompt_warnings
from vqclip.errors import DivergedError
from vqclip.models.load import Models


@dataclass(frozen=True)
class Losses:
    """The weighted losses of one image.

    Attributes:
        prompts: of its prompts, in order.
        terms: of the regularisers, by name.
    """

    prompts: tuple[float, ...]
    terms: Mapping[str, float]

    def named(self) -> dict[str, float]:
        """Return every loss by the name people see: `prompt 1`, ..., and the regularisers'."""
        prompts = {f"prompt {k + 1}": value for k, value in enumerate(self.prompts)}
        return {**prompts, **self.terms}

    @property
    def total(self) -> float:
        """Their sum."""
        return sum([*self.prompts, *self.terms.values()])


@dataclass(frozen=True)
class Iterate:
    """What one step did.

    Attributes:
        step: counted from 1.
        steps: of the whole run.
        losses: of each image; while starts compete, of its best start.
    """

    step: int
    steps: int
    losses: tuple[Losses, ...]

    @property
    def total(self) -> float:
        """The mean over images of the sum of their losses."""
        return sum(losses.total for losses in self.losses) / len(self.losses)


@dataclass(frozen=True)
class Course:
    """What changes over the run by a plan.

    Attributes:
        steps: of the whole run.
        token_noise: noise on the latent before it is quantised, in standard deviations.
        weights: of the regularisers in use, by name.
    """

    steps: int
    token_noise: Schedule
    weights: Mapping[str, Schedule]

    def progress(self, step: int) -> float:
        """The fraction of the run at a step counted from 0: 0 at the first, 1 at the last."""
        return step / max(1, self.steps - 1)


class Generation:
    """The optimisation of B images of one size together; `build` makes it.

    Iterate over it for the remaining steps; `images` may be asked for at any time.

    Args:
        models: a generator and perceptors, frozen, on one device.
        jobs: one per image; they share every setting but prompts and seed.
        state: all that changes from step to step.
        candidates: the contest of several starts of each job.
        course: what changes by a plan.
        amp: whether the generator decodes in bfloat16.
        hashes: SHA-256 of every file the images depend on.
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

    @property
    def config(self) -> Config:
        """The settings that all jobs share."""
        return self.jobs[0].config

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self.models.generator.device

    @property
    def warnings(self) -> list[str]:
        """Words of the prompts that are cut off, or unknown to a perceptor."""
        return prompt_warnings(self.models.perceptors, [job.prompts for job in self.jobs])

    def __iter__(self) -> Iterator[Iterate]:
        while self.step < self.course.steps:
            yield self.advance()

    def advance(self) -> Iterate:
        """Make one step.

        Raises:
            DivergedError: a loss or its gradient is not finite; nothing was changed.
        """
        state, progress = self.state, self.course.progress(self.step)

        # The image: quantise, decode.
        z = state.latent.z()  # (B, D, h, w)
        z_q = quantize(self.models.generator, self._with_noise(z, progress))
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.amp):
            decoded = self.models.generator.decode(z_q)
        images = clamp_with_grad(decoded.float())  # (B, 3, H, W) in [0, 1]

        # The gradient, gathered at the image and at the latent.
        sample = Sample(leaf(images), leaf(z), state.latent.base, state.latent.units)
        prompts = state.guidance.gather(sample.images, state.streams["cutouts"], progress=progress)
        weights = {name: weight(progress) for name, weight in self.course.weights.items()}
        terms = regularise(sample, weights)
        losses = torch.stack([*prompts.unbind(dim=1), *terms.values()])  # (P + terms, B)
        self._check_finite(losses, sample.images.grad)

        # One decoder backward, one step.
        state.optimizer.zero_grad()
        pass_on((sample.images, images), (sample.z, z))
        state.optimizer.step(self.step)
        state.latent.project_()
        state.average.update(state.latent.z().detach())
        self.step += 1

        # The contest of the starts, as long as there is one.
        state.score.update(losses.sum(dim=0))
        if self.candidates.undecided:
            best = self.candidates.best(state.score)  # (jobs,)
            losses = losses[:, best]
            if self.step >= self.candidates.steps:
                state.select(best)
                self.candidates.decide()
        return self._iterate(losses, list(terms))

    def _with_noise(self, z: Tensor, progress: float) -> Tensor:
        strength = self.course.token_noise(progress)
        if strength == 0:
            return z
        noise = self.state.streams["noise"].normal(*z.shape[1:])
        return z + strength * self.state.latent.units.deviation * noise

    def _check_finite(self, losses: Tensor, gradient: Tensor | None) -> None:
        sums = losses.sum(dim=0)  # (B,)
        if gradient is not None:
            sums = sums + gradient.abs().amax(dim=(1, 2, 3))
        if not bool(sums.isfinite().all()):
            per_job = sums.isfinite().view(len(self.jobs), -1).all(dim=1)
            raise DivergedError(self.step + 1, [k for k, fine in enumerate(per_job) if not fine])

    def _iterate(self, losses: Tensor, terms: Sequence[str]) -> Iterate:
        """Read losses (P + terms, jobs); P is the number of prompts of the job that has most."""
        prompts = len(losses) - len(terms)
        tables = tuple(
            Losses(
                tuple(column[: len(job.prompts)]),
                dict(zip(terms, column[prompts:], strict=True)),
            )
            for job, column in zip(self.jobs, losses.T.tolist(), strict=True)
        )
        return Iterate(self.step, self.course.steps, tables)

    def keep(self, images: Sequence[int]) -> None:
        """Go on with some images of the batch alone, in this order."""
        rows = self.candidates.rows(images)
        self.jobs = tuple(self.jobs[image] for image in images)
        self.state.select(torch.tensor(rows, device=self.device))

    @torch.no_grad()
    def images(self) -> Tensor:
        """Decode the averaged latents to images (B, 3, height, width) in [0, 1], as asked for."""
        state, generator, config = self.state, self.models.generator, self.config
        z = state.latent.z() if state.average.empty else state.average.value
        if self.candidates.undecided:
            z = z[self.candidates.best(state.score)]
        decoded = generator.decode(generator.quantize(z)).float().clamp(0, 1)
        top = (decoded.shape[-2] - config.height) // 2
        left = (decoded.shape[-1] - config.width) // 2
        return decoded[..., top : top + config.height, left : left + config.width]

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to continue: N steps equal k steps, save, load, N - k steps."""
        return {"step": self.step, **self.state.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned, for the same jobs."""
        if state["rows"] < len(self.state):
            self.state.select(self.candidates.best(self.state.score))
            self.candidates.decide()
        self.step = int(state["step"])
        self.state.load_state_dict(state)
