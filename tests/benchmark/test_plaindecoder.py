"""The plain decoder against taming's own."""

from __future__ import annotations

import contextlib
import io

import torch
from taming.modules.diffusionmodules.model import Decoder

from tests.tiny import ARCHITECTURE, F16
from vqclip.benchmark.plaindecoder import PlainDecoder, PlainVQGAN


def test_it_decodes_as_taming_does() -> None:
    torch.manual_seed(0)
    plain = PlainDecoder(ARCHITECTURE)
    with contextlib.redirect_stdout(io.StringIO()):
        theirs = Decoder(**ARCHITECTURE.ddconfig())
    theirs.load_state_dict(plain.state_dict())
    z = torch.randn(1, ARCHITECTURE.z_channels, 4, 4)
    torch.testing.assert_close(plain(z), theirs(z))


def test_the_published_size() -> None:
    with torch.device("meta"), contextlib.redirect_stdout(io.StringIO()):
        plain, theirs = PlainVQGAN(F16), Decoder(**F16.ddconfig())
    shapes = {name: value.shape for name, value in plain.decoder.state_dict().items()}
    assert shapes == {name: value.shape for name, value in theirs.state_dict().items()}
    assert plain.codebook.shape == (16384, 256)
    assert plain(torch.empty(1, 256, 32, 32, device="meta")).shape == (1, 3, 512, 512)
