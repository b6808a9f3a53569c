"""The training of a VQGAN (arXiv:2012.09841), step by step.

It begins as a plain autoencoder. Then its tokens are clustered into codes, and from there on it is
quantised, with codes that are moving averages. Or the codes are those of a teacher: then the
decoder learns to draw them, the encoder to find them. A step draws from the seed and its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch._functorch import config as functorch

from vqclip.engine.gradients import straight_through
from vqclip.errors import VqclipError
from vqclip.files.images import to_signed
from vqclip.machine.device import is_reduced
from vqclip.models.perceptor import ClipPerceptor
from vqclip.models.quantizer import nearest_codes
from vqclip.models.taming import TamingVQGAN
from vqclip.randomness import stream
from vqclip.training.generator.adversary import Adversary, adamw
from vqclip.training.generator.codebook import MovingCodebook, disturb, k_means, neighbors
from vqclip.training.generator.norms import reduce_norms
from vqclip.training.generator.objective import Objective, PatchFeatures
from vqclip.training.generator.teacher import Teacher
from vqclip.training.generator.vqgan_settings import DECODER, VqganSettings
from vqclip.training.generator.windows import Windows
from vqclip.training.schedules import Progress, cosine_factor, warm_decay

CLIP = 1.0
"""Largest norm of the gradient of a step."""
CHECKED = 100
"""Steps between two checks of the gradient on a GPU."""
ENCODED = 2
"""With a teacher, one picture in so many is encoded: the decoder has more to learn."""


class VqganTraining:
    """A VQGAN, the moving average of its weights, its adversary and their optimisers.

    Attributes:
        step: number of finished steps.
    """

    def __init__(
        self,
        settings: VqganSettings,
        vqgan: TamingVQGAN,
        windows: Windows,
        *,
        perceptor: ClipPerceptor | None,
        device: torch.device,
        teacher: TamingVQGAN | None = None,
    ) -> None:
        self.settings, self.windows, self.device, self.step = settings, windows, device, 0
        self.progress = Progress(settings.steps, settings.minutes)
        self._reduced = is_reduced(settings.precision, device)
        self.vqgan = vqgan.to(device).to(memory_format=torch.channels_last)
        if self._reduced:
            reduce_norms(self.vqgan)
        self.frozen = settings.trainable == DECODER
        self.teacher = None if teacher is None else Teacher(teacher, self.vqgan)
        self._clusters = teacher is None and settings.start_from is None
        self.parameters = self._trainable()
        self.averages = [parameter.detach().clone() for parameter in self.parameters]
        self.optimizer = adamw(self.parameters, settings.learning_rate, settings.weight_decay)
        self.moving = MovingCodebook(vqgan.codebook.data, decay=settings.codebook.decay)
        features = None if perceptor is None else PatchFeatures(perceptor.to(device))
        self.objective = Objective(settings.losses, features)
        kept = self.frozen or self.teacher is not None
        self._near = neighbors(vqgan.codebook, settings.codebook.neighbors) if kept else None
        self.adversary = Adversary(settings, device, reduced=self._reduced)
        self._norm = torch.zeros(())
        torch.backends.cudnn.benchmark = device.type == "cuda"  # few shapes occur
        if settings.compile:
            # The adaptive weight goes back through the decoder before the losses do.
            functorch.donated_buffer = False
            for module in (vqgan.encoder, vqgan.decoder):
                module.compile(dynamic=False)  # few shapes occur; symbolic ones fail in taming's

    def _trainable(self) -> list[nn.Parameter]:
        """Freeze what does not learn; return the parameters that do."""
        parts: list[nn.Module] = [self.vqgan.decoder, self.vqgan.post_quant_conv]
        if not self.frozen:
            parts += [self.vqgan.encoder, self.vqgan.quant_conv]
        self.vqgan.requires_grad_(False)
        for part in parts:
            part.requires_grad_(True)
        return [parameter for parameter in self.vqgan.parameters() if parameter.requires_grad]

    @property
    def finished(self) -> bool:
        """Whether no step is left to do."""
        return self.progress.finished(self.step)

    @property
    def quantised(self) -> bool:
        """Whether the codebook is already in use."""
        return not self._clusters or self.step >= self.settings.codebook.start

    def advance(self) -> dict[str, Tensor]:
        """Do a step; return its losses, each a scalar without a graph.

        Raises:
            VqclipError: the gradient is not finite.
        """
        settings, generator = self.settings, stream(self.settings.seed, f"step {self.step}")
        if self.step == settings.codebook.start and self._clusters:
            self._start_codebook()
        share = self.progress.share(self.step)
        self._set_learning_rates(share)
        self.adversary.follow(self.step, share)
        x = self.windows.batch(self.step, self.device)
        z_q, commitment = self._taught(x, generator) or self._latents(x, generator)
        with self._precision():
            y = to_signed(self.vqgan.decode(z_q).float())
        x, made = to_signed(x), y.detach().requires_grad_()
        total, terms = self.objective(x, made, generator)
        (pull,) = torch.autograd.grad(total, made)
        if self.adversary.influence(self.step) > 0:
            layer = self.vqgan.decoder.conv_out.weight
            push, own = self.adversary.pull(self.step, y, made, layer=layer, others=pull)
            pull, terms = pull + push, {**terms, **own}
        self._descend(y, pull, commitment)
        if self.adversary.learns(self.step):
            terms["discriminator"] = self.adversary.learn(x, made.detach())
        self.step += 1
        self._update_averages()
        return {**terms, "commitment": commitment.detach()}

    def _precision(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self._reduced)

    def _descend(self, y: Tensor, pull: Tensor, commitment: Tensor) -> None:
        """Step along the gradient at the reconstructions y and that of the commitment."""
        outputs, gradients = [y], [pull]
        if commitment.requires_grad:
            outputs.append(self.settings.losses.commitment * commitment)
            gradients.append(torch.ones_like(commitment))
        self.optimizer.zero_grad()
        torch.autograd.backward(outputs, gradients)
        self._norm = nn.utils.clip_grad_norm_(self.parameters, CLIP)
        if self.device.type == "cpu" or self.step % CHECKED == 0:  # a GPU would have to wait
            self.check()
        self.optimizer.step()

    def check(self) -> None:
        """Make sure that the last gradient was finite; all after one that was not are not either.

        Raises:
            VqclipError: it was not.
        """
        if not self._norm.isfinite():
            raise VqclipError(
                f"the gradient of step {self.step + 1} is not finite; the last checkpoint was "
                "kept. A smaller learning_rate usually helps."
            )

    def _set_learning_rates(self, share: float) -> None:
        settings = self.settings
        factor = cosine_factor(self.step, share, warmup=settings.warmup, final=settings.final)
        for optimizer, largest in (
            (self.optimizer, settings.learning_rate),
            (self.adversary.optimizer, settings.adversary.learning_rate),
        ):
            for group in optimizer.param_groups:
                group["lr"] = factor * largest

    def _taught(self, x: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor] | None:
        """Let the teacher encode images (B, 3, H, W) in [0, 1], and the encoder learn from it.

        Returns:
            The latents (B, D, h, w) that are decoded, and what the encoder is wrong by; or none if
            there is no teacher.
        """
        if self.teacher is None:
            return None
        with self._precision():
            tokens = self.teacher.tokens(x).float()
        indices = self.teacher.codes(tokens)  # (B, h·w)
        wrong = self._disturbed(indices, generator)
        latents = self.vqgan.codebook[wrong].transpose(1, 2).reshape(tokens.shape)  # (B, D, h, w)
        if self.frozen:
            return latents, latents.new_zeros(())
        some = slice(0, -(-len(x) // ENCODED))
        with self._precision():
            z = self.vqgan.encode(x[some]).float()
        distance = self.teacher.distance(z, tokens[some])
        surprise = self.settings.losses.codes * self.teacher.surprise(z, indices[some])
        return latents, distance + surprise

    def _latents(self, x: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Encode images (B, 3, H, W) in [0, 1] to the latents that are decoded.

        Returns:
            The latents (B, D, h, w), and the commitment loss.
        """
        with torch.set_grad_enabled(not self.frozen), self._precision():
            z = self.vqgan.encode(x).float()
        if not self.quantised:
            return z, z.new_zeros(())
        flat = z.detach().permute(0, 2, 3, 1)  # (B, h, w, D)
        tokens = flat.flatten(0, 2)  # (B·h·w, D)
        indices = nearest_codes(tokens, self.vqgan.codebook)
        z_q = self.vqgan.codebook[indices].view(flat.shape).permute(0, 3, 1, 2)  # (B, D, h, w)
        commitment = (z - z_q).square().mean()
        if self.settings.codebook.noise > 0:
            wrong = self._disturbed(indices.view(len(x), -1), generator).flatten()
            z_q = self.vqgan.codebook[wrong].view(flat.shape).permute(0, 3, 1, 2)  # (B, D, h, w)
        if not self.frozen:
            self.moving.update(tokens, indices)  # the nearest codes, not the disturbed ones
            if self.step % self.settings.codebook.revive_every == 0:
                self.moving.revive(tokens, generator)
        return straight_through(z_q, z), commitment

    def _disturbed(self, indices: Tensor, generator: torch.Generator) -> Tensor:
        """Replace some codes of half of the pictures by neighbors: indices (B, N)."""
        settings = self.settings.codebook
        near = self._near
        if near is None:
            present = torch.zeros_like(self.vqgan.codebook[:, 0], dtype=torch.bool)
            present[indices.flatten()] = True
            rows = present.nonzero()[:, 0]
            near = neighbors(self.vqgan.codebook, settings.neighbors, of=rows)
        share = torch.rand(len(indices), generator=generator) * 2 - 1
        share = share.clamp_min(0).to(self.device) * settings.noise
        return disturb(indices, near, share, generator)

    @torch.no_grad()
    def _start_codebook(self) -> None:
        """Cluster the tokens of some batches into the first codes."""
        tokens = []
        for index in range(self.settings.codebook.batches):
            with self._precision():
                z = self.vqgan.encode(self.windows.batch(-1 - index, self.device)).float()
            tokens.append(z.permute(0, 2, 3, 1).flatten(0, 2))  # (B·h·w, D)
        generator = stream(self.settings.seed, "k-means")
        self.moving.start(k_means(torch.cat(tokens), len(self.moving.codes), generator))

    @torch.no_grad()
    def _update_averages(self) -> None:
        decay = warm_decay(self.settings.average, self.step)
        torch._foreach_lerp_(self.averages, list(self.parameters), 1 - decay)

    @contextmanager
    def averaged(self) -> Iterator[TamingVQGAN]:
        """Lend the VQGAN with the averages of its weights."""
        own = [parameter.detach().clone() for parameter in self.parameters]
        try:
            self._put(self.averages)
            yield self.vqgan
        finally:
            self._put(own)

    @torch.no_grad()
    def _put(self, values: list[Tensor]) -> None:
        for parameter, value in zip(self.parameters, values, strict=True):
            parameter.copy_(value)

    @torch.no_grad()
    def reconstruct(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Reconstruct images (B, 3, H, W) in [0, 1]; also return the indices of the codes.

        A teacher says which codes are decoded.
        """
        x = x.to(self.device).contiguous(memory_format=torch.channels_last)
        z = self.vqgan.encode(x) if self.teacher is None else self.teacher.tokens(x)
        tokens = z.permute(0, 2, 3, 1).flatten(0, 2)  # (B·h·w, D)
        indices = nearest_codes(tokens, self.vqgan.codebook)
        return self.vqgan.decode(self.vqgan.quantize(z) if self.quantised else z), indices

    def state_dict(self) -> dict[str, Any]:
        """Return everything needed to continue."""
        self.check()
        return {
            "step": self.step,
            "spent": self.progress.spent if self.settings.minutes else 0.0,
            "vqgan": dict(self.vqgan.state_dict()),
            "averages": self.averages,
            "optimizer": self.optimizer.state_dict(),
            "moving": self.moving.state_dict(),
            **self.adversary.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.step = int(state["step"])
        spent = float(state.get("spent", 0.0))  # checkpoints of earlier versions have none
        self.progress = Progress(self.settings.steps, self.settings.minutes, spent)
        self.vqgan.load_state_dict(state["vqgan"])
        for average, value in zip(self.averages, state["averages"], strict=True):
            average.copy_(value)
        self.optimizer.load_state_dict(state["optimizer"])
        self.moving.load_state_dict(state["moving"])
        self.adversary.load_state_dict(state)
