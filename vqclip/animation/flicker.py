"""Flicker: how much neighbouring frames differ after the known motion is undone."""

from __future__ import annotations

from torch import Tensor

from vqclip.animation.camera import in_view, warp

LEVELS = 255


def flicker(before: Tensor, after: Tensor, matrix: Tensor) -> float:
    """Return the mean difference of two neighbouring frames, in levels from 0 to 255.

    The first is moved as the second is; pixels that came into view do not count.

    Args:
        before: the first frame (1, 3, H, W) in [0, 1].
        after: the second.
        matrix: homography (3, 3) of the motion between them.
    """
    seen = in_view(matrix, *after.shape[-2:]).to(after.device)  # (H, W)
    if not bool(seen.any()):
        return 0.0
    moved = warp(before, matrix, mode="bicubic").clamp(0, 1)
    return float((after - moved).abs().mean(dim=(0, 1))[seen].mean()) * LEVELS
