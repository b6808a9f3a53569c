"""The motion of a film: how the picture moves from one frame to the next, and warps of maps.

A motion is a homography, a 3 x 3 matrix. It moves points (x, y, 1) of the square [-1, 1]², which
is the whole picture, y downwards, whatever its sides are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce

import torch
from torch import Tensor
from torch.nn import functional as F

FOCAL = 2.0
"""Distance of the camera from the picture, in halves of its height, where it is tilted."""
LEAST_DEPTH = 1e-3


@dataclass(frozen=True)
class Move:
    """How what is seen moves from one frame to the next.

    Attributes:
        zoom: factor by which it grows.
        x: percent of the width by which it moves to the right.
        y: percent of the height by which it moves down.
        rotate: degrees by which it turns clockwise.
        tilt: degrees by which its top tips away from the viewer.
        turn: degrees by which its right side turns away from the viewer.
        parallax: percent of the width by which its bottom, the foreground, moves to the right; the
            top, which is far away, stays, and between them the motion grows evenly.
    """

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0
    rotate: float = 0.0
    tilt: float = 0.0
    turn: float = 0.0
    parallax: float = 0.0

    def matrix(self, aspect: float) -> Tensor:
        """Return the homography (3, 3), in double precision.

        The picture is zoomed, turned in its plane, tipped in space, sheared, and moved.

        Args:
            aspect: width / height of the picture.
        """
        square = torch.diag(torch.tensor([aspect, 1.0, 1.0], dtype=torch.float64))
        angle = math.radians(self.rotate)
        cos, sin = math.cos(angle), math.sin(angle)
        plane = _matrix(
            [self.zoom * cos, -self.zoom * sin, 0],
            [self.zoom * sin, self.zoom * cos, 0],
            [0, 0, 1],
        )
        # The shear moves the top by 0 and the bottom by `parallax`; 1 % of the width is 0.02.
        shear = self.parallax / 100
        shift = _matrix(
            [1, shear, 2 * self.x / 100 + shear],
            [0, 1, 2 * self.y / 100],
            [0, 0, 1],
        )
        return shift @ square.inverse() @ _tipped(self.tilt, self.turn) @ plane @ square


def _matrix(*rows: list[float]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def _tipped(tilt: float, turn: float) -> Tensor:
    """Return the perspective view of a plane that was tipped about its horizontal, then vertical.

    A point (x, y, 0) is turned in space to (x', y', d), d away from the viewer, and is seen at
    F · (x', y') / (F + d).
    """
    up, side = math.radians(tilt), math.radians(turn)
    # Rows: where the unit vectors of x and y go; y is downwards, so the top is at -1.
    about_x = _matrix([1, 0], [0, math.cos(up)], [0, -math.sin(up)])
    about_y = _matrix(
        [math.cos(side), 0, -math.sin(side)], [0, 1, 0], [math.sin(side), 0, math.cos(side)]
    )
    turned = about_y @ about_x  # (3, 2)
    view = torch.zeros(3, 3, dtype=torch.float64)
    view[:2, :2] = FOCAL * turned[:2]
    view[2, :2], view[2, 2] = turned[2], FOCAL
    return view / FOCAL


def composed(matrices: list[Tensor]) -> Tensor:
    """Return the homography (3, 3) of motions that follow each other, in order of time."""
    return reduce(lambda done, own: own @ done, matrices, torch.eye(3, dtype=torch.float64))


def sources(matrix: Tensor, height: int, width: int) -> Tensor:
    """Return where every pixel of a moved map comes from: (height, width, 2), x and y in [-1, 1].

    What comes from behind the viewer has a source far outside.
    """
    ys, xs = (
        (torch.arange(count, dtype=torch.float64) + 0.5) / count * 2 - 1
        for count in (height, width)
    )
    y, x = torch.meshgrid(ys, xs, indexing="ij")
    points = torch.stack([x, y, torch.ones_like(x)], dim=-1) @ matrix.inverse().T  # (h, w, 3)
    depth = points[..., 2:]
    found = points[..., :2] / depth.clamp_min(LEAST_DEPTH)
    return torch.where(depth > LEAST_DEPTH, found, torch.full_like(found, 1e3))


def warp(maps: Tensor, matrix: Tensor, *, mode: str = "bilinear") -> Tensor:
    """Move maps; what comes into view at the edges is reflected there.

    Args:
        maps: (B, C, h, w).
        matrix: homography (3, 3).
        mode: `bilinear`, which keeps the range of the values, or `bicubic`, which is sharper.
    """
    grid = sources(matrix, *maps.shape[-2:]).to(maps)
    grid = grid.expand(len(maps), *grid.shape)  # (B, h, w, 2)
    return F.grid_sample(maps, grid, mode=mode, padding_mode="reflection", align_corners=False)


def in_view(matrix: Tensor, height: int, width: int) -> Tensor:
    """Return which pixels of a moved map were in view before: (height, width), true or false."""
    return (sources(matrix, height, width).abs() <= 1).all(dim=-1)
