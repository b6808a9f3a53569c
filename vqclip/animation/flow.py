"""Optical flow: where every pixel of a frame was in the frame before, by OpenCV's DIS.

T. Kroeger et al., Fast Optical Flow using Dense Inverse Search, ECCV 2016 (arXiv:1603.03590).
"""

from __future__ import annotations

from importlib.util import find_spec

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from vqclip.errors import ConfigError
from vqclip.files.images import to_tensor

LEAST_SIDE = 32
"""Pixels below which there are no pyramids to search in."""
TRUST = 0.08
"""Difference of two frames, of 1, at which the flow between them is trusted to 1/e."""


def check_flow() -> None:
    """Make sure that OpenCV is installed, without loading it.

    Raises:
        ConfigError: it is missing.
    """
    if find_spec("cv2") is None:
        raise ConfigError(
            "optical flow needs OpenCV: pip install 'vqclip[video]', or blend without it by "
            "--no-flow"
        )


def flow_between(before: Image.Image, after: Image.Image) -> Tensor:
    """Return, for every pixel of a frame, where it was in the frame before.

    Args:
        before: RGB.
        after: of the same size.

    Returns:
        (H, W, 2): offsets in pixels to the right and down.
    """
    import cv2
    import numpy as np

    if min(after.size) < LEAST_SIDE:
        return torch.zeros(after.height, after.width, 2)
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    first, second = (np.asarray(image.convert("L")) for image in (after, before))
    blank = np.zeros((after.height, after.width, 2), np.float32)
    return torch.from_numpy(np.asarray(search.calc(first, second, blank))).float()


def moved(image: Tensor, flow: Tensor) -> Tensor:
    """Return a picture (1, 3, H, W) carried along by a flow (H, W, 2); edges are repeated."""
    height, width = flow.shape[:2]
    rows, columns = torch.meshgrid(
        torch.arange(height, dtype=torch.float32),
        torch.arange(width, dtype=torch.float32),
        indexing="ij",
    )
    x = (columns + flow[..., 0] + 0.5) / width * 2 - 1
    y = (rows + flow[..., 1] + 0.5) / height * 2 - 1
    grid = torch.stack([x, y], dim=-1)[None]  # (1, H, W, 2)
    return F.grid_sample(image, grid, padding_mode="border", align_corners=False)


def trust(before: Image.Image, after: Image.Image, flow: Tensor) -> Tensor:
    """Return how far a flow explains a frame: (1, 1, H, W) in [0, 1].

    It is low where something new has come into view, and everywhere after a cut.

    Args:
        before: RGB.
        after: of the same size.
        flow: (H, W, 2) between them.
    """
    error = (moved(to_tensor(before), flow) - to_tensor(after)).abs().mean(dim=1, keepdim=True)
    smooth = F.avg_pool2d(F.pad(error, (2, 2, 2, 2), mode="replicate"), 5, stride=1)
    return (-(smooth / TRUST).square()).exp()
