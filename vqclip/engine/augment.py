"""Differentiable augmentations of a batch of cutouts, by name.

Geometry is composed into one homography per cutout, so a cutout is resampled once; the others act
on pixels, in the order given. All random numbers are drawn before anything is computed, image by
image, so that neither the batch nor the chunks change a picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from vqclip.config.values import Augmentation
from vqclip.randomness import Streams

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in brightness (ITU-R BT.601)."""


@dataclass(frozen=True)
class Draws:
    """The random numbers of one augmentation for n cutouts of each of B images.

    Attributes:
        applied: (B, n), 1 where it is applied, otherwise 0.
        values: (B, n, 8) uniform in [-1, 1).
        field: (B, n, 3, S, S) normal, for noise only.
    """

    applied: Tensor
    values: Tensor
    field: Tensor | None = None

    def part(self, cut: slice) -> Draws:
        """Return the numbers of some of the n cutouts."""
        field = None if self.field is None else self.field[:, cut]
        return Draws(self.applied[:, cut], self.values[:, cut], field)


def draw(augmentation: Augmentation, streams: Streams, *, count: int) -> Draws:
    """Draw the numbers of one augmentation for `count` cutouts of every image."""
    applied = streams.uniform(count) < augmentation.probability
    values = streams.uniform(count, 8, low=-1, high=1)
    return Draws(applied.float(), values)


def flip(draws: Draws, strength: float) -> Tensor:
    """Mirror left and right; strength has no meaning here and must be left out."""
    return torch.diag_embed(_columns(1 - 2 * draws.applied, 1.0, 1.0))


def affine(draws: Draws, strength: float) -> Tensor:
    """Turn up to 45°, shift up to 20 %, scale up to 30 %, shear up to 0.3, times strength."""
    v = draws.values * (strength * draws.applied[..., None])
    angle, scale = v[..., 0] * (math.pi / 4), 1 + 0.3 * v[..., 1]
    cos, sin, shear = angle.cos() * scale, angle.sin() * scale, 0.3 * v[..., 2]
    shift_x, shift_y = 0.4 * v[..., 3], 0.4 * v[..., 4]  # the side is 2 long
    one, zero = torch.ones_like(cos), torch.zeros_like(cos)
    rows = [cos, cos * shear - sin, shift_x, sin, sin * shear + cos, shift_y, zero, zero, one]
    return torch.stack(rows, dim=-1).view(*cos.shape, 3, 3)


def perspective(draws: Draws, strength: float) -> Tensor:
    """Tilt about both axes: the far side shrinks to 1 / (1 + strength) of the near one at most."""
    tilt = draws.values[..., :2] * (
        0.5 * strength / (1 + 0.5 * strength) * draws.applied[..., None]
    )
    eye = torch.eye(3, device=tilt.device).expand(*tilt.shape[:-1], 3, 3).clone()
    eye[..., 2, :2] = tilt
    return eye


def jitter(cutouts: Tensor, draws: Draws, strength: float) -> Tensor:
    """Change brightness, contrast and saturation by up to half, hue by up to 36°, x strength."""
    v = draws.values * (strength * draws.applied[..., None])
    brightness, contrast, saturation = (_image(1 + 0.5 * v[..., k]) for k in range(3))
    x = cutouts * brightness
    mean = _gray(x).mean(dim=(-2, -1), keepdim=True)
    x = (x - mean) * contrast + mean
    gray = _gray(x)
    x = (x - gray) * saturation + gray
    turn = _hue_rotation(v[..., 3] * (math.pi / 5))  # (B, n, 3, 3)
    return (turn @ x.flatten(-2)).view_as(x)


def grayscale(cutouts: Tensor, draws: Draws, strength: float) -> Tensor:
    """Mix with the gray picture; strength 1 leaves no color."""
    share = _image(draws.applied * strength)
    return cutouts + share * (_gray(cutouts) - cutouts)


def sharpness(cutouts: Tensor, draws: Draws, strength: float) -> Tensor:
    """Blur or sharpen by up to strength times the difference to a 3 x 3 blur."""
    amount = _image(draws.values[..., 0] * strength * draws.applied)
    flat = cutouts.flatten(0, 1)  # (B·n, 3, S, S)
    blurred = F.avg_pool2d(F.pad(flat, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    return cutouts + amount * (cutouts - blurred.view_as(cutouts))


def noise(cutouts: Tensor, draws: Draws, strength: float) -> Tensor:
    """Add normal noise whose deviation is drawn from [0, strength) for each cutout."""
    if draws.field is None:
        raise ValueError("noise needs a drawn field")
    deviation = (draws.values[..., 0] + 1) / 2 * strength * draws.applied
    return cutouts + _image(deviation) * draws.field


def erasing(cutouts: Tensor, draws: Draws, strength: float) -> Tensor:
    """Replace a rectangle of up to strength x half of each side by the cutout's mean color."""
    v = (draws.values + 1) / 2  # (B, n, 8) in [0, 1)
    size = cutouts.shape[-1]
    extent = strength * (0.25 + 0.25 * v[..., :2])  # (B, n, 2): height and width
    start = v[..., 2:4] * (1 - extent)
    axis = (torch.arange(size, device=cutouts.device) + 0.5) / size
    within = (axis >= start[..., None]) & (axis < (start + extent)[..., None])  # (B, n, 2, S)
    hole = within[..., 0, :, None] & within[..., 1, None, :]  # (B, n, S, S)
    hole = (hole * _image(draws.applied)[..., 0, :, :])[:, :, None]  # (B, n, 1, S, S)
    mean = cutouts.mean(dim=(-2, -1), keepdim=True)
    return cutouts + hole * (mean - cutouts)


GEOMETRY: dict[str, Callable[[Draws, float], Tensor]] = {
    "flip": flip,
    "affine": affine,
    "perspective": perspective,
}
PIXELS: dict[str, Callable[[Tensor, Draws, float], Tensor]] = {
    "jitter": jitter,
    "grayscale": grayscale,
    "sharpness": sharpness,
    "noise": noise,
    "erasing": erasing,
}
AXIS_ALIGNED = ("flip",)
"""Geometry that leaves a window upright, so that two matrix products resample it."""
WITH_FIELD = ("noise",)
"""Augmentations that need a normal number for every value of a cutout."""


def compose_geometry(
    augmentations: Sequence[Augmentation], draws: Sequence[Draws]
) -> Tensor | None:
    """Compose the geometry of all augmentations into homographies (B, n, 3, 3) of [-1, 1]²."""
    total: Tensor | None = None
    for augmentation, drawn in zip(augmentations, draws, strict=True):
        if augmentation.name in GEOMETRY:
            matrix = GEOMETRY[augmentation.name](drawn, augmentation.strength)
            total = matrix if total is None else total @ matrix
    return total


def apply_pixels(
    cutouts: Tensor, augmentations: Sequence[Augmentation], draws: Sequence[Draws]
) -> Tensor:
    """Apply the augmentations of pixels, in order, to cutouts (B, n, 3, S, S)."""
    for augmentation, drawn in zip(augmentations, draws, strict=True):
        if augmentation.name in PIXELS:
            cutouts = PIXELS[augmentation.name](cutouts, drawn, augmentation.strength)
    return cutouts


def _columns(*values: Tensor | float) -> Tensor:
    like = next(value for value in values if isinstance(value, Tensor))
    return torch.stack([torch.zeros_like(like) + value for value in values], dim=-1)


def _image(values: Tensor) -> Tensor:
    """Return values (B, n) as (B, n, 1, 1, 1), which broadcasts over cutouts."""
    return values[..., None, None, None]


def _gray(cutouts: Tensor) -> Tensor:
    luma = torch.tensor(LUMA, device=cutouts.device, dtype=cutouts.dtype).view(3, 1, 1)
    return (cutouts * luma).sum(dim=-3, keepdim=True)


def _hue_rotation(angle: Tensor) -> Tensor:
    """Return matrices (B, n, 3, 3) that turn RGB about the gray axis by `angle` (B, n) radians."""
    cos, sin = angle.cos(), angle.sin() / math.sqrt(3)
    third = (1 - cos) / 3
    rows = [cos + third, third - sin, third + sin]  # Rodrigues' formula about (1, 1, 1)
    turned = [rows[(column - row) % 3] for row in range(3) for column in range(3)]
    return torch.stack(turned, dim=-1).view(*angle.shape, 3, 3)
