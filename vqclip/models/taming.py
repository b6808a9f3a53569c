"""The VQGAN: taming's `Encoder` and `Decoder` around our quantiser (arXiv:2012.09841)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path

import torch
from taming.modules.diffusionmodules.model import Decoder, Downsample, Encoder
from torch import Tensor, nn

from vqclip.errors import CheckpointError
from vqclip.files.images import from_signed, to_signed
from vqclip.machine.memory import pass_on
from vqclip.models.eager import Uninitialized
from vqclip.models.protocols import LatentUnits
from vqclip.models.quantizer import GumbelQuantizer, VectorQuantizer
from vqclip.models.weights.architecture import Architecture, infer_architecture
from vqclip.models.weights.checkpoints import read_vqgan

__all__ = ["Downsample", "TamingVQGAN"]


class TamingVQGAN(nn.Module):
    """A frozen VQGAN with taming's parameter names.

    Attributes:
        factor: pixels per latent cell along a side.
        codebook: the codes (K, D).
        quantize: module `z (B, D, h, w) -> z_q (B, D, h, w)`, the nearest codes.
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        ddconfig, embed_dim = architecture.ddconfig(), architecture.embed_dim
        with contextlib.redirect_stdout(io.StringIO()):  # taming's Decoder prints its z shape
            self.encoder, self.decoder = Encoder(**ddconfig), Decoder(**ddconfig)
        if not architecture.mid_attention:
            self.encoder.mid.attn_1, self.decoder.mid.attn_1 = nn.Identity(), nn.Identity()
        quantizer = GumbelQuantizer if architecture.gumbel else VectorQuantizer
        self.quantize = quantizer(architecture.codes, embed_dim)
        self.quant_conv = nn.Conv2d(architecture.z_channels, embed_dim, 1)
        self.post_quant_conv = nn.Conv2d(embed_dim, architecture.z_channels, 1)
        self.factor = architecture.factor

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self.codebook.device

    @property
    def codebook(self) -> Tensor:
        """The codes (K, D)."""
        return self.quantize.codebook

    @property
    def units(self) -> LatentUnits:
        """The units of its latents, measured on the codebook."""
        return LatentUnits.of_codebook(self.codebook)

    def latent_shape(self, height: int, width: int) -> tuple[int, int, int]:
        """Return the shape (D, H/f, W/f) of the latent of an image."""
        return self.codebook.shape[1], height // self.factor, width // self.factor

    def encode(self, images: Tensor) -> Tensor:
        """Encode images (B, 3, H, W) in [0, 1] to latents (B, D, H/f, W/f), not quantised."""
        return self.quantize.encode(self.quant_conv(self.encoder(to_signed(images))))

    def decode(self, z_q: Tensor) -> Tensor:
        """Decode latents (B, D, h, w) to images (B, 3, f·h, f·w) about [0, 1], not clamped."""
        images: Tensor = self.decoder(self.post_quant_conv(z_q))
        return from_signed(images)

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Tensor]) -> TamingVQGAN:
        """Build the architecture the tensors have, load them strictly and freeze.

        Raises:
            CheckpointError: the tensors are not those of one VQGAN.
        """
        with torch.device("meta"), Uninitialized():
            vqgan = cls(infer_architecture(tensors))
        try:
            vqgan.load_state_dict(dict(tensors), strict=True, assign=True)
        except RuntimeError as error:
            pass_on(error)
            detail = " ".join(str(error).split())[:300]
            raise CheckpointError(f"the weights do not form one VQGAN: {detail}") from error
        return vqgan.eval().requires_grad_(False)

    @classmethod
    def from_file(cls, path: Path) -> TamingVQGAN:
        """Load a local taming checkpoint; its architecture comes from its tensors.

        Raises:
            CheckpointError: the file is missing, damaged, unsafe, or not a VQGAN.
        """
        try:
            return cls.from_tensors(read_vqgan(path))
        except CheckpointError as error:
            if str(path) in str(error):
                raise
            raise CheckpointError(f"{path}: {error}") from error
