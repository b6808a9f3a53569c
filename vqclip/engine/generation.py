"""The optimisation: the latent of a VQGAN under the guidance of CLIP (arXiv:2204.08583)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vqclip.config.job import Job
from vqclip.config.prompt import Prompt
from vqclip.config.values import Schedule
from vqclip.device import is_reduced
from vqclip.engine import losses as loss
from vqclip.engine.cutouts import Cutouts
from vqclip.engine.gradients import clamp_with_grad
from vqclip.engine.guidance import Guidance
from vqclip.engine.latent import Latent, quantize
from vqclip.engine.optim import Average, learning_rate_factor, make_optimizer, select_rows
from vqclip.engine.starts import recolor
from vqclip.engine.starts.base import start_base
from vqclip.engine.targets import Targets, encode_prompts, prompt_warnings
from vqclip.errors import DivergedError
from vqclip.images import round_up
from vqclip.models.load import Models
from vqclip.randomness import Streams, stream

IMAGE_LOSSES = {
    "total_variation": loss.total_variation,
    "smoothness": loss.smoothness,
    "saturation": loss.saturation,
}
LATENT_LOSSES = ("latent_shrink", "keep_init")
STREAMS = ("init", "recolor", "cutouts", "noise")


@dataclass(frozen=True)
class Iterate:
    """What one step did.

    Attributes:
        step: counted from 1.
        steps: of the whole run.
        losses: one table per image, from the loss's name to its weighted value.
    """

    step: int
    steps: int
    losses: tuple[dict[str, float], ...]

    @property
    def total(self) -> float:
        """The mean over images of the sum of their losses."""
        return sum(sum(table.values()) for table in self.losses) / len(self.losses)


class Generation:
    """The state of B images of one size while they are optimised together.

    Iterate over it for the remaining steps; `images` may be asked for at any time.

    Args:
        models: a VQGAN and perceptors, frozen, on one device.
        jobs: one per image; they share every setting but prompts and seed.

    Raises:
        ImageError: a picture to start from or to aim at cannot be read.
    """

    def __init__(self, models: Models, jobs: Sequence[Job]) -> None:
        self.models, self.jobs, self.config = models, tuple(jobs), jobs[0].config
        config, factor = self.config, models.vqgan.factor
        self.device = models.vqgan.codebook.device
        self.height = round_up(config.height, factor)
        self.width = round_up(config.width, factor)
        self.step = 0
        self.token_noise = config.latent.noise
        self.amp = is_reduced(config.precision, self.device)
        self._start()

    def _start(self) -> None:
        """Make `candidates` starts per job, each from its own streams, and all that follows z."""
        count = self.config.start.candidates
        owners = [job for job in self.jobs for _ in range(count)]
        self.streams = {
            name: Streams(
                [
                    stream(job.seed, f"{name}/{index % count}", self.device)
                    for index, job in enumerate(owners)
                ]
            )
            for name in STREAMS
        }
        prompts = [job.prompts for job in owners]
        targets = [
            encode_prompts(perceptor, prompts, device=self.device)
            for perceptor in self.models.perceptors
        ]
        self._make_latent(prompts, targets)
        self.guidance = self._make_guidance(targets)
        self.average = Average(self.latent.z().detach(), self.config.latent.average)
        self.score = Average(torch.zeros(len(owners), device=self.device), 0.8)
        self._make_optimizer()

    def _make_latent(self, prompts: list[tuple[Prompt, ...]], targets: list[Targets]) -> None:
        asked, vqgan = self.config.start, self.models.vqgan
        base = start_base(
            self.models,
            self.streams["init"],
            prompts,
            targets[self.models.bank_perceptor].directions(),
            image=asked.image,
            kind=asked.kind,
            pool=asked.pool,
            height=self.height,
            width=self.width,
        )
        whole = self._make_guidance(targets, count=recolor.CUTOUTS, overview=Schedule.constant(1))
        steps = base.recolor if asked.recolor is None else asked.recolor
        z = recolor.recolor(vqgan, whole, base.latent, self.streams["recolor"], steps=steps)
        levels, falloff = self.config.latent.levels, self.config.latent.falloff
        self.latent = Latent(z, vqgan.codebook, levels=levels, falloff=falloff)
        drawn = [self.streams["init"].normal(*one.shape[1:]) for one in self.latent.parameters]
        self.latent.perturb_(drawn, base.noise if asked.noise is None else asked.noise)
        self.latent.project_()
        weights = dict(vars(self.config.losses))
        if weights["keep_init"] is None:
            weights["keep_init"] = Schedule.constant(base.keep_init)
        self.weights = {key: weight for key, weight in weights.items() if not weight.is_zero}

    def _make_guidance(self, targets: list[Targets], **changes: Any) -> Guidance:
        settings = {**vars(self.config.cutouts), **changes}
        chunk = settings.pop("chunk")
        cutouts = Cutouts(
            height=self.height,
            width=self.width,
            augmentations=self.config.augmentations,
            **settings,
        )
        return Guidance(
            self.models.perceptors,
            self.models.perceptor_weights,
            targets,
            cutouts,
            chunk=chunk or cutouts.count,
            amp=self.amp,
        )

    def _make_optimizer(self) -> None:
        settings = self.config.optimizer
        rates = {key: getattr(settings, key) for key in ("learning_rate", "weight_decay")}
        self.optimizer = make_optimizer(settings.name, self.latent.parameters, **rates)

    @property
    def warnings(self) -> list[str]:
        """Words of the prompts that are cut off, or unknown to a perceptor."""
        return prompt_warnings(self.models.perceptors, [job.prompts for job in self.jobs])

    def __iter__(self) -> Iterator[Iterate]:
        while self.step < self.config.steps:
            yield self._advance()

    def _advance(self) -> Iterate:
        progress = self.step / max(1, self.config.steps - 1)

        # the image: quantise, decode
        z = self.latent.z()  # (B, D, h, w)
        z_q = quantize(self.models.vqgan, self._with_noise(z, progress))
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.amp):
            decoded = self.models.vqgan.decode(z_q)
        images = clamp_with_grad(decoded.float())  # (B, 3, H, W) in [0, 1]

        # the gradient, gathered at the image
        leaf = images.detach().requires_grad_(True)
        named = self.guidance.gather(
            leaf, self.streams["cutouts"], progress=progress
        ) | self._regularise_images(leaf, progress)
        anchored = self._regularise_latents(z, progress)
        self._check_finite(named | anchored, leaf.grad)

        # one decoder backward, one step
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(
            [images, *(values.sum() for values in anchored.values())],
            [leaf.grad, *(torch.ones((), device=self.device) for _ in anchored)],
        )
        self._set_learning_rate()
        self.optimizer.step()
        self.latent.project_()
        self.average.update(self.latent.z().detach())
        self.step += 1
        return self._report(named | anchored)

    def _with_noise(self, z: Tensor, progress: float) -> Tensor:
        strength = self.token_noise(progress)
        if strength == 0:
            return z
        return z + strength * self.latent.deviation * self.streams["noise"].normal(*z.shape[1:])

    def _regularise_images(self, leaf: Tensor, progress: float) -> dict[str, Tensor]:
        named = {
            key: function(leaf) * self.weights[key](progress)
            for key, function in IMAGE_LOSSES.items()
            if key in self.weights
        }
        if named and leaf.grad is not None:
            leaf.grad += torch.autograd.grad(torch.stack([*named.values()]).sum(), leaf)[0]
        return {key: values.detach() for key, values in named.items()}

    def _regularise_latents(self, z: Tensor, progress: float) -> dict[str, Tensor]:
        anchors = {"latent_shrink": self.latent.mean, "keep_init": self.latent.base}
        return {
            key: loss.latent_distance(z, anchors[key], self.latent.deviation)
            * self.weights[key](progress)
            for key in LATENT_LOSSES
            if key in self.weights
        }

    def _check_finite(self, named: dict[str, Tensor], gradient: Tensor | None) -> None:
        sums = torch.stack([values.detach() for values in named.values()]).sum(dim=0)  # (B,)
        if gradient is not None:
            sums = sums + gradient.abs().amax(dim=(1, 2, 3))
        if not bool(sums.isfinite().all()):
            per_job = sums.isfinite().view(len(self.jobs), -1).all(dim=1)
            raise DivergedError(self.step + 1, [k for k, fine in enumerate(per_job) if not fine])

    def _set_learning_rate(self) -> None:
        settings = self.config.optimizer
        shape = {key: getattr(settings, key) for key in ("warmup", "decay", "final", "step_at")}
        factor = learning_rate_factor(self.step, steps=self.config.steps, **shape)
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * factor

    def _report(self, named: dict[str, Tensor]) -> Iterate:
        table = torch.stack([values.detach() for values in named.values()])  # (losses, B)
        self.score.update(table.sum(dim=0))
        if len(self.average.total) > len(self.jobs):
            rows = self._best_rows()
            table = table[:, rows]
            if self.step >= self.config.start.candidate_steps:
                self._select(rows)
        columns = table.T.tolist()
        counts = [len(job.prompts) for job in self.jobs]
        losses = tuple(
            {
                name: value
                for position, (name, value) in enumerate(zip(named, column, strict=True))
                if not name.startswith("prompt ") or position < count
            }
            for column, count in zip(columns, counts, strict=True)
        )
        return Iterate(self.step, self.config.steps, losses)

    def _best_rows(self) -> Tensor:
        """Rows of the best start of each job so far, by the average of its loss."""
        score = self.score.value.view(len(self.jobs), -1)  # (jobs, candidates)
        offset = torch.arange(len(self.jobs), device=self.device) * score.shape[1]
        return score.argmin(dim=1) + offset

    def _select(self, rows: Tensor) -> None:
        state = select_rows(self.optimizer, rows)
        self.latent.select(rows)
        self._make_optimizer()
        self.optimizer.load_state_dict(state)
        self.average.select(rows)
        self.score.select(rows)
        self.guidance.select(rows)
        self.streams = {key: one.select(rows.tolist()) for key, one in self.streams.items()}

    def keep(self, images: Sequence[int]) -> None:
        """Go on with some images of the batch alone, in this order."""
        each = len(self.average.total) // len(self.jobs)
        rows = [image * each + one for image in images for one in range(each)]
        self.jobs = tuple(self.jobs[image] for image in images)
        self._select(torch.tensor(rows, device=self.device))

    @torch.no_grad()
    def images(self) -> Tensor:
        """Decode the averaged latents to images (B, 3, height, width) in [0, 1], as asked for."""
        averaged = self.average.value if self.step else self.latent.z()
        if len(averaged) > len(self.jobs):
            each = self.config.start.candidates
            averaged = averaged[self._best_rows()] if self.step else averaged[::each]
        decoded = self.models.vqgan.decode(self.models.vqgan.quantize(averaged)).float()
        top = (self.height - self.config.height) // 2
        left = (self.width - self.config.width) // 2
        return decoded.clamp(0, 1)[
            ..., top : top + self.config.height, left : left + self.config.width
        ]

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to continue: N steps equal k steps, save, load, N - k steps."""
        return {
            "step": self.step,
            "rows": len(self.average.total),
            "latent": self.latent.state_dict(),
            "optimizer": deepcopy(self.optimizer.state_dict()),
            "average": self.average.state_dict(),
            "score": self.score.state_dict(),
            "streams": {key: one.state() for key, one in self.streams.items()},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned, for the same jobs."""
        if state["rows"] < len(self.average.total):
            self._select(torch.arange(0, len(self.average.total), self.config.start.candidates))
        self.step = int(state["step"])
        self.latent.load_state_dict(state["latent"])
        self.optimizer.load_state_dict(deepcopy(state["optimizer"]))
        self.average.load_state_dict(state["average"])
        self.score.load_state_dict(state["score"])
        for key, one in self.streams.items():
            one.restore(state["streams"][key])
