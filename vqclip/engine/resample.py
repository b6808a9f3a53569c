"""Anti-aliased resampling of many windows of an image at once.

A window that is only moved, scaled and mirrored is two small interpolation matrices, so all
cutouts of a batch are two matrix products, with a deterministic gradient on every device. A window
that is also turned or tilted is sampled once from the level of a pyramid that suits its scale.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

GRAY = 0.5
WRAP = "wrap"
"""The padding of an axis that goes on at its other end."""
PADDING_MODES = {"reflect": "reflection", "edge": "border", "gray": "zeros"}


def interpolation_matrices(
    start: Tensor,
    end: Tensor,
    *,
    length: int,
    size: int,
    padding: str = "edge",
    frame: tuple[Tensor, Tensor] | None = None,
) -> Tensor:
    """Return matrices (N, size, length) that resample N windows of an axis to `size` pixels.

    A triangle filter, widened by the scale when the window shrinks (so that nothing aliases).

    Args:
        start: where each window begins (N,), in pixels from the edge; may be outside.
        end: where it ends (N,); before `start`, the window is mirrored.
        length: pixels of the axis.
        size: pixels of the result.
        padding: what lies outside: `reflect`, `edge`, `gray` (rows then sum to less than 1), or
            `wrap`, the other end of the axis.
        frame: the first pixel of the part that each window is taken of (N,), and the one after its
            last; None: the whole axis.
    """
    step = (end - start) / size  # (N,), signed pixels of the image per pixel of the result
    index = torch.arange(size, device=start.device, dtype=start.dtype) + 0.5
    centers = start[:, None] + step[:, None] * index  # (N, size)
    support = step.abs().clamp_min(1.0)[:, None, None]  # (N, 1, 1)
    taps = int(support.max().ceil().item()) * 2 + 1  # pixels under the widest filter
    first = (centers - support[:, :, 0]).floor()  # (N, size)
    pixel = first[..., None] + torch.arange(taps + 1, device=start.device)  # (N, size, taps + 1)
    weight = (1 - ((pixel + 0.5) - centers[..., None]).abs() / support).clamp_min(0)
    weight = weight / weight.sum(dim=-1, keepdim=True)
    inside, source = (
        _fold(pixel, length, padding) if frame is None else _framed(pixel, frame, padding)
    )
    matrix = torch.zeros(*centers.shape, length, device=start.device, dtype=start.dtype)
    return matrix.scatter_add_(-1, source, weight * inside)  # (N, size, length)


def _fold(pixel: Tensor, length: int, padding: str) -> tuple[Tensor, Tensor]:
    """Return which pixels count, and for each position of an axis the pixel that stands there."""
    if padding == WRAP:
        return torch.ones_like(pixel), torch.remainder(pixel, length).long().clamp(0, length - 1)
    if padding == "reflect":
        folded = torch.remainder(pixel, 2 * length)
        folded = torch.where(folded >= length, 2 * length - 1 - folded, folded)
        return torch.ones_like(pixel), folded.long().clamp(0, length - 1)
    source = pixel.clamp(0, length - 1).long()
    if padding == "gray":
        return ((pixel >= 0) & (pixel < length)).to(pixel.dtype), source
    return torch.ones_like(pixel), source


def _framed(pixel: Tensor, frame: tuple[Tensor, Tensor], padding: str) -> tuple[Tensor, Tensor]:
    """Do the same for a part of the axis of each window."""
    low, high = (edge[:, None, None] for edge in frame)  # (N, 1, 1)
    span = high - low
    if padding == WRAP:
        return torch.ones_like(pixel), (torch.remainder(pixel - low, span) + low).long()
    if padding == "reflect":
        folded = torch.remainder(pixel - low, 2 * span)
        folded = torch.where(folded >= span, 2 * span - 1 - folded, folded)
        return torch.ones_like(pixel), (folded + low).long()
    inside = ((pixel >= low) & (pixel < high)).to(pixel.dtype)
    source = torch.minimum(torch.maximum(pixel, low), high - 1).long()
    return (inside if padding == "gray" else torch.ones_like(pixel)), source


def sample_boxes(
    images: Tensor,
    boxes: Tensor,
    *,
    size: int,
    padding: str,
    wrap: str = "",
    frames: Tensor | None = None,
) -> Tensor:
    """Resample windows of images with two matrix products.

    Args:
        images: (B, 3, H, W) in [0, 1].
        boxes: (B, n, 4), each left, top, right, bottom in pixels; right before left mirrors.
        size: side of the result.
        padding: what lies outside the image: `reflect`, `edge` or `gray`.
        wrap: axes, `x`, `y` or `xy`, along which the image goes on at its other end instead.
        frames: (B, n, 4), the part of the image that each window is taken of, in whole pixels:
            what lies outside of it is padding; None: the whole image.

    Returns:
        cutouts (B, n, 3, size, size) in [0, 1].
    """
    batch, _, height, width = images.shape
    left, top, right, bottom = boxes.reshape(-1, 4).unbind(dim=1)  # each (B·n,)
    x = y = None
    if frames is not None:
        first_x, first_y, last_x, last_y = frames.reshape(-1, 4).unbind(dim=1)
        x, y = (first_x, last_x), (first_y, last_y)
    across, down = (WRAP if axis in wrap else padding for axis in "xy")
    rows = interpolation_matrices(top, bottom, length=height, size=size, padding=down, frame=y)
    columns = interpolation_matrices(left, right, length=width, size=size, padding=across, frame=x)
    rows = rows.view(batch, -1, 1, size, height)  # (B, n, 1, S, H)
    columns = columns.view(batch, -1, 1, size, width)  # (B, n, 1, S, W)
    shifted = images - GRAY if padding == "gray" else images
    cutouts = rows @ shifted[:, None] @ columns.mT  # (B, n, 3, S, S)
    return cutouts + GRAY if padding == "gray" else cutouts


def sample_warps(
    images: Tensor,
    warps: Tensor,
    *,
    size: int,
    padding: str,
    wrap: str = "",
    frames: Tensor | None = None,
) -> Tensor:
    """Resample turned and tilted windows of images, each once, from a pyramid.

    Args:
        images: (B, 3, H, W) in [0, 1].
        warps: (B, n, 3, 3), homographies from the result's [-1, 1]² (x, y) to image pixels.
        size: side of the result.
        padding: what lies outside the image: `reflect`, `edge` or `gray`.
        wrap: axes, `x`, `y` or `xy`, along which the image goes on at its other end instead.
        frames: (B, n, 4), the part of the image whose edge is continued outside of it; None: the
            whole image, padded as `padding` says.

    Returns:
        cutouts (B, n, 3, size, size) in [0, 1].
    """
    batch, channels, height, width = images.shape
    whole = extent = images.new_tensor([width, height])
    points = _warped_grid(warps, size)  # (B, n, S, S, 2), pixels
    level = _pyramid_level(points, size)  # (B, n)
    if frames is not None:
        low, high = (frames[..., None, None, own] for own in (slice(2), slice(2, 4)))
        framed = torch.minimum(torch.maximum(points, low + 0.5), high - 0.5)
        is_whole = (high - low >= extent).all(dim=-1, keepdim=True)  # (B, n, 1, 1, 1)
        points = torch.where(is_whole, points, framed)
    shifted = images - GRAY if padding == "gray" else images
    result = images.new_zeros(batch, warps.shape[1], channels, size, size)
    for depth in range(int(level.max().item()) + 1):
        chosen = (level == depth).nonzero()  # (M, 2): image and cutout of this level
        if len(chosen):
            image, cutout = chosen.unbind(dim=1)
            grid = points[image, cutout] / extent * 2 - 1  # (M, S, S, 2) in [-1, 1]
            tiles, grid = (shifted, grid) if not wrap else _wrapped(shifted, grid, wrap)
            drawn = F.grid_sample(
                tiles[image], grid, padding_mode=PADDING_MODES[padding], align_corners=False
            )
            result = result.index_put((image, cutout), drawn)
        if min(shifted.shape[-2:]) > 1 and wrap:
            shifted, extent = _halved(shifted, wrap), whole
        elif min(shifted.shape[-2:]) > 1:
            shifted = F.avg_pool2d(shifted, 2, ceil_mode=True, count_include_pad=False)
            # Where a side is odd, the level covers more pixels than the image has.
            extent = images.new_tensor(shifted.shape[:-3:-1]) * 2 ** (depth + 1)
    return result + GRAY if padding == "gray" else result


def _wrapped(images: Tensor, grid: Tensor, wrap: str) -> tuple[Tensor, Tensor]:
    """Return images (B, 3, H, W) with a pixel of their other end at each end, and a grid of them.

    Args:
        images: of one level of a pyramid.
        grid: (M, S, S, 2), x and y in units of [-1, 1]; it may reach far outside.
        wrap: axes along which the images go on at their other end.
    """
    moved = list(grid.unbind(dim=-1))
    for axis, name in enumerate("xy"):
        if name in wrap:
            length = images.shape[-1 - axis]
            inside = torch.remainder(moved[axis] + 1, 2) - 1
            moved[axis] = inside * (length / (length + 2))
            images = torch.cat(
                [
                    images.narrow(-1 - axis, length - 1, 1),
                    images,
                    images.narrow(-1 - axis, 0, 1),
                ],
                dim=-1 - axis,
            )
    return images, torch.stack(moved, dim=-1)


def _halved(images: Tensor, wrap: str) -> Tensor:
    """Resample images to half their sides, so that every level covers the same pixels."""
    height, width = (-(-side // 2) for side in images.shape[-2:])
    return resample(images, height, width, wrap=wrap)


def _warped_grid(warps: Tensor, size: int) -> Tensor:
    axis = (torch.arange(size, device=warps.device, dtype=warps.dtype) + 0.5) / size * 2 - 1
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    grid = torch.stack([x, y, torch.ones_like(x)], dim=-1).view(-1, 3)  # (S·S, 3)
    points = grid @ warps.mT  # (B, n, S·S, 3)
    points = points[..., :2] / points[..., 2:].clamp_min(1e-3)
    return points.view(*warps.shape[:2], size, size, 2)


def _pyramid_level(points: Tensor, size: int) -> Tensor:
    """Return how often to halve the image so that a window samples every one to two pixels."""
    edge = (points[:, :, 0, -1] - points[:, :, 0, 0]).norm(dim=-1)  # (B, n)
    side = (points[:, :, -1, 0] - points[:, :, 0, 0]).norm(dim=-1)  # (B, n)
    scale = torch.sqrt((edge * side).clamp_min(1e-6)) / max(size - 1, 1)
    return scale.log2().add(0.5).floor().clamp(0, 8).long()


def upsampling_matrix(length: int, size: int, like: Tensor, *, padding: str = "edge") -> Tensor:
    """Return the matrix (size, length) that stretches an axis of `length` cells to `size`."""
    zero = like.new_zeros(1)
    matrices = interpolation_matrices(
        zero, zero + length, length=length, size=size, padding=padding
    )
    return matrices[0]


def resample(images: Tensor, height: int, width: int, *, wrap: str = "") -> Tensor:
    """Resample images or maps (B, C, H, W) whole to (B, C, height, width), anti-aliased.

    Args:
        images: of any number of channels.
        height: of the result.
        width: likewise.
        wrap: axes, `x`, `y` or `xy`, along which they go on at their other end.
    """
    down, across = (WRAP if axis in wrap else "edge" for axis in "yx")
    rows = upsampling_matrix(images.shape[-2], height, images, padding=down)
    columns = upsampling_matrix(images.shape[-1], width, images, padding=across)
    return rows @ images @ columns.mT
