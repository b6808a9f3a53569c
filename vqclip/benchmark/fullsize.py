"""The models that are timed: of full size with random weights, or the small pair as shipped."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vqclip.benchmark.peersteps import STEPS, Eye, PeerStep
from vqclip.benchmark.plaindecoder import PlainVQGAN
from vqclip.benchmark.workload import F16, MINI, TINY, Workload
from vqclip.config.layers import Assignment, load_config
from vqclip.config.schema import Config
from vqclip.models.load import Models, load_perceptors, load_vqgan
from vqclip.models.perceptor import ClipPerceptor
from vqclip.models.taming import TamingVQGAN
from vqclip.models.weights.architecture import Architecture, infer_architecture

ARCHITECTURES = {
    F16: Architecture(
        gumbel=False,
        codes=16384,
        embed_dim=256,
        mid_attention=True,
        z_channels=256,
        ch=128,
        ch_mult=(1, 1, 2, 2, 4),
        num_res_blocks=2,
        attn_resolutions=(16,),
    ),
    TINY: Architecture(
        gumbel=False,
        codes=32,
        embed_dim=8,
        mid_attention=True,
        z_channels=8,
        ch=32,
        ch_mult=(1, 1),
        num_res_blocks=1,
        attn_resolutions=(),
    ),
}
TINY_CLIP: dict[str, Any] = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16},
    "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}
PREPROCESS = {"mean": (0.481, 0.458, 0.408), "std": (0.269, 0.261, 0.276)}
PEER_WEIGHTS = {"nerdyrodent": (1.0,), "pixray": (1.0, 0.1)}
"""Weights of the prompts: pixray adds one that pushes towards pictures without text."""


class Workshop:
    """Makes models on one device, each once, and keeps them.

    Args:
        device: where they compute.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.generator = cache(self._generator)
        self.perceptor = cache(self._perceptor)
        self.plain = cache(self._plain)
        self.visual = cache(self._visual)

    def models(self, workload: Workload) -> Models:
        """Return the models of the program."""
        perceptors = tuple(self.perceptor(name) for name in workload.perceptors)
        generator = self.generator(workload.generator)
        return Models(generator, perceptors, (1.0,) * len(perceptors), {})

    def peer(self, workload: Workload) -> PeerStep:
        """Return the reference step: its own decoder, and the same perceptors as it holds them.

        As in 2021, the decoder computes in float32, and CLIP in float16 on a GPU.
        """
        weights = PEER_WEIGHTS[workload.reference]
        eyes = [self._eye(name, weights) for name in workload.perceptors]
        return STEPS[workload.reference](
            self.plain(workload.generator),
            eyes,
            height=workload.height,
            width=workload.width,
            cutouts=workload.cutouts,
        )

    def _generator(self, name: str) -> TamingVQGAN:
        if name == MINI:
            return load_vqgan(MINI, device=self.device)[0]
        with self.device:
            vqgan = TamingVQGAN(ARCHITECTURES[name])
        return vqgan.eval().requires_grad_(False)

    def _plain(self, name: str) -> PlainVQGAN:
        known = ARCHITECTURES.get(name) or infer_architecture(self.generator(name).state_dict())
        with self.device:
            vqgan = PlainVQGAN(known)
        return vqgan.eval().requires_grad_(False)

    def _perceptor(self, name: str) -> ClipPerceptor:
        if name == MINI:
            (perceptor,), _ = load_perceptors([MINI], device=self.device)
            if not isinstance(perceptor, ClipPerceptor):
                raise TypeError(f"the small pair's guide is a {type(perceptor).__name__}")
            return perceptor
        return ClipPerceptor(self._clip(name), _tokenizer(name)).to(self.device)

    def _clip(self, name: str) -> nn.Module:
        from vqclip.models.openclip import open_clip

        if name == TINY:
            model: nn.Module = open_clip.model.CLIP(**TINY_CLIP)
            preprocess: dict[str, Any] = {"size": 32, **PREPROCESS}
        else:
            # open_clip warns that the weights are random, which is what is wanted.
            with _no_warnings(), self.device:
                model = open_clip.create_model(name, device=self.device)
            image: Any = model.visual
            preprocess = {"size": image.image_size, **PREPROCESS}
        visual: Any = model.visual
        visual.preprocess_cfg = preprocess
        return model.to(self.device).eval().requires_grad_(False)

    def _eye(self, name: str, weights: tuple[float, ...]) -> Eye:
        perceptor, visual = self.perceptor(name), self.visual(name)
        dtype = torch.float16 if self.device.type == "cuda" else torch.float32
        blank = torch.zeros(1, 3, perceptor.size, perceptor.size, device=self.device, dtype=dtype)
        with torch.no_grad():
            width = visual(blank).shape[1]
        prompts = F.normalize(torch.randn(len(weights), width, device=self.device), dim=-1)
        size, mean, deviation = perceptor.size, perceptor.mean, perceptor.deviation
        return Eye(visual, size, mean, deviation, dtype, prompts, weights)

    def _visual(self, name: str) -> nn.Module:
        """Return the half of a CLIP that sees: in float16 on a GPU, as `clip.load` gives it."""
        model: Any = self.perceptor(name).model
        visual: nn.Module = model.visual
        if self.device.type == "cuda":
            visual = deepcopy(visual).half()
            for module in visual.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.float()
        return visual


@contextmanager
def _no_warnings() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _tokenizer(name: str) -> Callable[[list[str]], Tensor]:
    """Return what turns texts into tokens; the tiny CLIP reads short texts."""
    from vqclip.models.openclip import open_clip

    if name == TINY:
        tiny: Callable[[list[str]], Tensor] = open_clip.SimpleTokenizer(
            context_length=TINY_CLIP["text_cfg"]["context_length"]
        )
        return tiny
    tokenizer: Callable[[list[str]], Tensor] = open_clip.get_tokenizer(name)
    return tokenizer


def settings(workload: Workload, steps: int) -> Config:
    """Return the program's settings for work equal to that of the reference."""
    changes = {
        "steps": steps,
        "width": workload.width,
        "height": workload.height,
        "cutouts.count": workload.cutouts,
        "cutouts.chunk": workload.chunk,
    }
    assignments = [Assignment(key, value, "benchmark") for key, value in changes.items()]
    return load_config(preset=workload.preset, assignments=assignments)
