"""The adversary of a VQGAN in training: its discriminator, how it learns, and how it pulls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from vqclip.training.generator.discriminator import (
    LeCam,
    PatchDiscriminator,
    ScaledDiscriminators,
    adaptive_weight,
    hinge,
)
from vqclip.training.generator.vqgan_settings import AdversarySettings, VqganSettings

BETAS = (0.9, 0.95)


def adamw(
    parameters: Iterable[nn.Parameter], learning_rate: float, weight_decay: float
) -> torch.optim.AdamW:
    """Return the optimiser of the VQGAN and of its adversary."""
    tensors = list(parameters)
    fused = bool(tensors) and tensors[0].device.type == "cuda"
    return torch.optim.AdamW(
        tensors, lr=learning_rate, betas=BETAS, weight_decay=weight_decay, fused=fused
    )


def _network(settings: AdversarySettings) -> nn.Module:
    if settings.scales == 1:
        return PatchDiscriminator(width=settings.width, layers=settings.layers)
    return ScaledDiscriminators(
        scales=settings.scales, width=settings.width, layers=settings.layers
    )


class Adversary:
    """A discriminator of patches with its optimiser and its regulariser.

    Args:
        settings: of the training; the seed is that of the discriminator's weights.
        device: where it computes.
        reduced: whether it computes in bfloat16.
    """

    def __init__(self, settings: VqganSettings, device: torch.device, *, reduced: bool) -> None:
        self.settings = settings.adversary
        with torch.random.fork_rng():
            torch.manual_seed(settings.seed)
            network = _network(self.settings)
        self.discriminator = network.to(device).to(memory_format=torch.channels_last)
        self.lecam = LeCam(device)
        parameters = self.discriminator.parameters()
        self.optimizer = adamw(parameters, self.settings.learning_rate, settings.weight_decay)
        self._device, self._reduced = device, reduced
        self.begun = None if self.settings.start_share > 0 else self.settings.start

    def follow(self, step: int, share: float) -> None:
        """Begin once that share of the training is done, at a step; `start` counts too."""
        if self.begun is None and share >= self.settings.start_share:
            self.begun = max(step, self.settings.start)

    def influence(self, step: int) -> float:
        """Return the factor of its pull at a step: after `lead` it grows in `ramp` steps."""
        if self.begun is None:
            return 0.0
        since = step - self.begun - self.settings.lead
        return self.settings.weight * min(1.0, max(0.0, since / self.settings.ramp))

    def learns(self, step: int) -> bool:
        """Say whether the discriminator learns at a step."""
        return self.settings.weight > 0 and self.begun is not None and step >= self.begun

    def pull(
        self, step: int, y: Tensor, made: Tensor, *, layer: Tensor, others: Tensor
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the gradient of its loss at reconstructions, weighted.

        Args:
            step: of the training.
            y: reconstructions (B, 3, H, W) in [-1, 1] with the decoder's graph.
            made: the same without a graph, but requiring a gradient.
            layer: weights of the decoder's last layer.
            others: gradient of the other losses at y (B, 3, H, W).

        Returns:
            The gradient (B, 3, H, W), and the loss and its adaptive weight by name.
        """
        self.discriminator.eval()
        with self._precision():
            loss = -self.discriminator(made).float().mean()
        (push,) = torch.autograd.grad(loss, made)
        weight = adaptive_weight(y, layer, others, push)
        return self.influence(step) * weight * push, {
            "adversary": loss.detach(),
            "adaptive_weight": weight,
        }

    def learn(self, real: Tensor, made: Tensor) -> Tensor:
        """Do a step of the discriminator on images (B, 3, H, W) in [-1, 1]; return its loss."""
        self.discriminator.train()
        with self._precision():
            logits = self.discriminator(torch.cat([real, made])).float()
        of_real, of_made = logits.chunk(2)
        loss = hinge(of_real, of_made)
        total = loss
        if self.settings.lecam > 0:
            total = total + self.settings.lecam * self.lecam(of_real, of_made)
        self.optimizer.zero_grad()
        torch.autograd.backward(total)
        self.optimizer.step()
        return loss.detach()

    def _precision(self) -> torch.autocast:
        return torch.autocast(self._device.type, torch.bfloat16, enabled=self._reduced)

    def state_dict(self) -> dict[str, Any]:
        """Return everything needed to continue."""
        return {
            "discriminator": dict(self.discriminator.state_dict()),
            "opponent": self.optimizer.state_dict(),
            "lecam": self.lecam.state_dict(),
            "begun": self.begun,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned; other entries are ignored."""
        self.discriminator.load_state_dict(state["discriminator"])
        self.optimizer.load_state_dict(state["opponent"])
        self.lecam.load_state_dict(state["lecam"])
        self.begun = state.get("begun", self.begun)  # checkpoints of earlier versions have none
