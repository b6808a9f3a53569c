"""The training of a VQGAN (arXiv:2012.09841), step by step.

An autoencoder first; then its tokens are clustered, and from there on it is quantised, the codes
moving as averages. Each step draws from the seed and its own number alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch._functorch import config as functorch

from vqclip.device import is_reduced
from vqclip.engine.gradients import straight_through
from vqclip.engine.optim import learning_rate_factor
from vqclip.errors import VqclipError
from vqclip.images import to_signed
from vqclip.models.perceptor import ClipPerceptor
from vqclip.models.quantizer import nearest_codes
from vqclip.models.taming import TamingVQGAN
from vqclip.randomness import stream
from vqclip.training.generator.codebook import MovingCodebook, disturb, k_means, neighbors
from vqclip.training.generator.discriminator import (
    LeCam,
    PatchDiscriminator,
    adaptive_weight,
    hinge,
)
from vqclip.training.generator.objective import Objective, PatchFeatures
from vqclip.training.generator.vqgan_settings import DECODER, VqganSettings
from vqclip.training.generator.windows import Windows

BETAS = (0.9, 0.95)
CLIP = 1.0
"""Largest norm of the gradient of a step."""


class VqganTraining:
    """A VQGAN, its averaged copy, its adversary and their optimisers.

    Attributes:
        step: steps done.
    """

    def __init__(
        self,
        settings: VqganSettings,
        vqgan: TamingVQGAN,
        windows: Windows,
        *,
        perceptor: ClipPerceptor | None,
        device: torch.device,
    ) -> None:
        self.settings, self.windows, self.device, self.step = settings, windows, device, 0
        self.vqgan = vqgan.to(device).to(memory_format=torch.channels_last)
        decoder: list[nn.Module] = [vqgan.decoder, vqgan.post_quant_conv]
        encoder: list[nn.Module] = [vqgan.encoder, vqgan.quant_conv]
        self.frozen = settings.trainable == DECODER
        self.vqgan.requires_grad_(False)
        for part in decoder if self.frozen else encoder + decoder:
            part.requires_grad_(True)
        self.parameters = [one for one in vqgan.parameters() if one.requires_grad]
        self.averages = [one.detach().clone() for one in self.parameters]
        self.optimizer = self._adam(self.parameters, settings.learning_rate)
        self.moving = MovingCodebook(vqgan.codebook.data, decay=settings.codebook.decay)
        weights = {name: getattr(settings.losses, name) for name in ("l1", "l2", "low", "gradient")}
        features = None if perceptor is None else PatchFeatures(perceptor.to(device))
        self.objective = Objective({**weights, "perceptual": settings.losses.perceptual}, features)
        self._near = neighbors(vqgan.codebook, settings.codebook.neighbors) if self.frozen else None
        self._make_adversary()
        if settings.compile:
            # The adaptive weight goes back through the decoder before the losses do.
            functorch.donated_buffer = False
            for module in (vqgan.encoder, vqgan.decoder):
                module.compile(dynamic=False)  # of few shapes; symbolic ones fail in taming's

    def _make_adversary(self) -> None:
        chosen = self.settings.adversary
        with torch.random.fork_rng():
            torch.manual_seed(self.settings.seed)
            judge = PatchDiscriminator(width=chosen.width, layers=chosen.layers)
        self.discriminator = judge.to(self.device).to(memory_format=torch.channels_last)
        self.lecam = LeCam(self.device)
        self.opponent = self._adam(list(judge.parameters()), chosen.learning_rate)

    def _adam(self, parameters: list[nn.Parameter], rate: float) -> torch.optim.Optimizer:
        return torch.optim.AdamW(
            parameters, lr=rate, betas=BETAS, weight_decay=self.settings.weight_decay
        )

    def _reduced(self) -> torch.autocast:
        reduced = is_reduced(self.settings.precision, self.device)
        return torch.autocast(self.device.type, torch.bfloat16, enabled=reduced)

    @property
    def quantised(self) -> bool:
        """Whether the codebook is in use yet."""
        return self.settings.start_from is not None or self.step >= self.settings.codebook.start

    def advance(self) -> dict[str, Tensor]:
        """Do a step; return its losses, each a scalar without a graph.

        Raises:
            VqclipError: the gradient is not finite.
        """
        settings, generator = self.settings, stream(self.settings.seed, f"step {self.step}")
        if self.step == settings.codebook.start and settings.start_from is None:
            self._start_codebook()
        self._set_rates()
        x = self.windows.batch(self.step, self.device)
        z_q, commitment = self._latents(x, generator)
        with self._reduced():
            y = to_signed(self.vqgan.decode(z_q).float())
        x, made = to_signed(x), y.detach().requires_grad_()
        total, terms = self.objective(x, made, generator)
        (pull,) = torch.autograd.grad(total, made)
        if self._strength() > 0:
            pull = pull + self._adversary(y, made, pull, terms)
        outputs, gradients = [y], [pull]
        if commitment.requires_grad:
            outputs.append(settings.losses.commitment * commitment)
            gradients.append(torch.ones_like(commitment))
        self.optimizer.zero_grad()
        torch.autograd.backward(outputs, gradients)
        norm = nn.utils.clip_grad_norm_(self.parameters, CLIP)
        if not norm.isfinite():
            raise VqclipError(
                f"the gradient of step {self.step + 1} is not finite; the last checkpoint was "
                "kept. A smaller learning_rate usually helps."
            )
        self.optimizer.step()
        if settings.adversary.weight > 0 and self.step >= settings.adversary.start:
            terms["discriminator"] = self._oppose(x, made.detach())
        self.step += 1
        self._average()
        return {**terms, "commitment": commitment.detach()}

    def _set_rates(self) -> None:
        settings = self.settings
        factor = learning_rate_factor(
            self.step,
            steps=settings.steps,
            warmup=settings.warmup,
            decay="cosine",
            final=settings.final,
            step_at=0,
        )
        largest = (settings.learning_rate, settings.adversary.learning_rate)
        for optimizer, rate in zip((self.optimizer, self.opponent), largest, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = factor * rate

    def _latents(self, x: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Encode images (B, 3, H, W) in [0, 1] to what is decoded; also return the commitment."""
        with torch.set_grad_enabled(not self.frozen), self._reduced():
            z = self.vqgan.encode(x).float()
        if not self.quantised:
            return z, z.new_zeros(())
        flat = z.detach().permute(0, 2, 3, 1)  # (B, h, w, D)
        tokens = flat.flatten(0, 2)  # (B·h·w, D)
        indices = nearest_codes(tokens, self.vqgan.codebook)
        z_q = self.vqgan.codebook[indices].view(flat.shape).permute(0, 3, 1, 2)
        commitment = (z - z_q).square().mean()
        if self.settings.codebook.noise > 0:
            wrong = self._disturbed(indices.view(len(x), -1), generator).flatten()
            z_q = self.vqgan.codebook[wrong].view(flat.shape).permute(0, 3, 1, 2)
        if not self.frozen:
            self.moving.update(tokens, indices)  # of the nearest codes, not of the wrong ones
            if self.step % self.settings.codebook.revive_every == 0:
                self.moving.revive(tokens, generator)
        return straight_through(z_q, z), commitment

    def _disturbed(self, indices: Tensor, generator: torch.Generator) -> Tensor:
        chosen = self.settings.codebook
        near = self._near
        if near is None:
            present = torch.zeros_like(self.vqgan.codebook[:, 0], dtype=torch.bool)
            present[indices.flatten()] = True
            rows = present.nonzero()[:, 0]
            near = neighbors(self.vqgan.codebook, chosen.neighbors, of=rows)
        share = torch.rand(len(indices), generator=generator) * 2 - 1  # half the pictures: none
        share = share.clamp_min(0).to(self.device) * chosen.noise
        return disturb(indices, near, share, generator)

    @torch.no_grad()
    def _start_codebook(self) -> None:
        chosen, tokens = self.settings.codebook, []
        for index in range(chosen.batches):
            with self._reduced():
                z = self.vqgan.encode(self.windows.batch(-1 - index, self.device)).float()
            tokens.append(z.permute(0, 2, 3, 1).flatten(0, 2))
        generator = stream(self.settings.seed, "k-means")
        self.moving.start(k_means(torch.cat(tokens), len(self.moving.codes), generator))

    def _strength(self) -> float:
        """The adversary's weight at this step; it grows in `ramp` steps after the warm-up."""
        chosen = self.settings.adversary
        since = self.step - chosen.start - chosen.lead
        return chosen.weight * min(1.0, max(0.0, since / chosen.ramp))

    def _adversary(self, y: Tensor, made: Tensor, pull: Tensor, terms: dict[str, Tensor]) -> Tensor:
        """The gradient of the adversary's loss at the reconstructions, by its weight."""
        self.discriminator.eval()
        with self._reduced():
            loss = -self.discriminator(made).float().mean()
        (push,) = torch.autograd.grad(loss, made)
        weight = adaptive_weight(y, self.vqgan.decoder.conv_out.weight, pull, push)
        terms["adversary"], terms["adaptive_weight"] = loss.detach(), weight
        return self._strength() * weight * push

    def _oppose(self, x: Tensor, made: Tensor) -> Tensor:
        """Teach the discriminator; return its loss."""
        self.discriminator.train()
        with self._reduced():
            judged = self.discriminator(torch.cat([x, made])).float()
        real, false = judged.chunk(2)
        loss = hinge(real, false)
        total = loss
        if self.settings.adversary.lecam > 0:
            total = total + self.settings.adversary.lecam * self.lecam(real, false)
        self.opponent.zero_grad()
        torch.autograd.backward(total)
        self.opponent.step()
        return loss.detach()

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.settings.average, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(self.averages, list(self.parameters), 1 - decay)

    @contextmanager
    def averaged(self) -> Iterator[TamingVQGAN]:
        """Lend the VQGAN with the averages of its weights."""
        own = [one.detach().clone() for one in self.parameters]
        try:
            self._put(self.averages)
            yield self.vqgan
        finally:
            self._put(own)

    @torch.no_grad()
    def _put(self, values: list[Tensor]) -> None:
        for one, value in zip(self.parameters, values, strict=True):
            one.copy_(value)

    @torch.no_grad()
    def reconstruct(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Reconstruct images (B, 3, H, W) in [0, 1], quantised; also the indices of the codes."""
        x = x.to(self.device).contiguous(memory_format=torch.channels_last)
        z = self.vqgan.encode(x)
        tokens = z.permute(0, 2, 3, 1).flatten(0, 2)
        indices = nearest_codes(tokens, self.vqgan.codebook)
        return self.vqgan.decode(self.vqgan.quantize(z) if self.quantised else z), indices

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to continue."""
        return {
            "step": self.step,
            "vqgan": dict(self.vqgan.state_dict()),
            "averages": self.averages,
            "optimizer": self.optimizer.state_dict(),
            "moving": self.moving.state_dict(),
            "discriminator": dict(self.discriminator.state_dict()),
            "opponent": self.opponent.state_dict(),
            "lecam": self.lecam.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.step = int(state["step"])
        self.vqgan.load_state_dict(state["vqgan"])
        for one, value in zip(self.averages, state["averages"], strict=True):
            one.copy_(value)
        self.optimizer.load_state_dict(state["optimizer"])
        self.moving.load_state_dict(state["moving"])
        self.discriminator.load_state_dict(state["discriminator"])
        self.opponent.load_state_dict(state["opponent"])
        self.lecam.load_state_dict(state["lecam"])
