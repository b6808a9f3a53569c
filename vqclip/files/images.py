"""Pictures as files, PIL images and tensors; the only place where ranges and orders change."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps, UnidentifiedImageError

from vqclip.errors import ImageError
from vqclip.files.paths import user_path

if TYPE_CHECKING:  # opening pictures loads no torch
    from torch import Tensor

WHITE = (255, 255, 255)
SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff"),
    *(".ppm", ".pgm", ".pbm", ".pnm", ".tga", ".ico", ".jp2", ".qoi"),
)
"""Files in a folder that are taken for pictures; a file given by its name may have any suffix."""
HEIC = (".heic", ".heif", ".hif")
"""Files of a format of cameras and telephones that Pillow does not read."""
HEIC_REASON = (
    "a HEIC picture, which cannot be read: save it as JPEG or PNG, or install 'vqclip[heic]'"
)
MOST_8_BIT, MOST_16_BIT = 255, 65535
"""Largest values of pixels."""
LONGEST_REASON = 200
"""Characters of a reason that are shown."""


def to_signed(images: Tensor) -> Tensor:
    """Map [0, 1], the range of this program, to [-1, 1], the range of VQGANs."""
    return images * 2 - 1


def from_signed(images: Tensor) -> Tensor:
    """Map [-1, 1], the range of VQGANs, to [0, 1], the range of this program."""
    return (images + 1) / 2


def round_up(size: int, factor: int) -> int:
    """Return the smallest multiple of `factor` that is at least `size`."""
    return -(-size // factor) * factor


def load_image(path: Path, content: bytes | None = None) -> Image.Image:
    """Open a picture as RGB: turned upright, alpha laid on white, CMYK and 16 bits converted.

    Args:
        path: the file.
        content: the bytes of the file, where they were read before.

    Raises:
        ImageError: the file is missing, not a picture, truncated, or too large to be one.
    """
    if path.suffix.lower() in HEIC:
        reads_heic()
    if content is None:
        path = user_path(path)
    if content is None and not path.is_file():
        raise ImageError(f"there is no picture {path}")
    try:
        with Image.open(path if content is None else BytesIO(content)) as file:
            image = ImageOps.exif_transpose(file)
            image.format = file.format  # which a copy lacks
            return to_rgb(image)
    except UnidentifiedImageError as error:
        if path.suffix.lower() in HEIC and not reads_heic():
            raise ImageError(f"{path} is {HEIC_REASON}") from error
        raise ImageError(f"{path} is not a picture in a format that can be read") from error
    except ImageError as error:
        raise ImageError(f"the picture {path} cannot be read: {error}") from error
    except Exception as error:  # Pillow's readers raise what a broken file makes of them
        raise ImageError(f"the picture {path} cannot be read: {reason_of(error)}") from error


@lru_cache(maxsize=1)
def reads_heic() -> bool:
    """Say whether HEIC pictures can be read, and let Pillow do so: pillow-heif is an extra."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return False
    register_heif_opener()
    return True


def reason_of(error: Exception) -> str:
    """Return why a picture cannot be read, on one line."""
    return " ".join(str(error).split())[:LONGEST_REASON] or type(error).__name__


def to_rgb(image: Image.Image) -> Image.Image:
    """Turn a picture of any mode into RGB, alpha laid on white.

    Raises:
        ImageError: its values have no fixed range.
    """
    if image.mode == "I" and image.format == "TIFF":
        extrema: Any = image.getextrema()
        low, high = extrema
        if low < 0 or not MOST_8_BIT < high <= MOST_16_BIT:
            raise ImageError(
                f"its values are numbers of 32 bits, here from {low} to {high}, which have no "
                "fixed range: save it with 8 or 16 bits"
            )
    if image.mode.startswith("I"):  # 16 bits per pixel
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("RGB")
    if image.mode == "F":
        raise ImageError("pictures of floating-point values have no fixed range: save it as PNG")
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, WHITE), layer).convert("RGB")
    return image.convert("RGB")


def fit(image: Image.Image, width: int, height: int) -> Image.Image:
    """Scale and crop the middle of a picture to exactly (width, height); never stretch it."""
    return ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)


def to_tensor(image: Image.Image) -> Tensor:
    """Turn an RGB picture into a tensor (1, 3, H, W) in [0, 1]."""
    import torch

    pixels = torch.frombuffer(bytearray(image.convert("RGB").tobytes()), dtype=torch.uint8)
    pixels = pixels.view(image.height, image.width, 3).permute(2, 0, 1)  # (3, H, W)
    return pixels[None].float() / 255  # (1, 3, H, W)


def to_pil(image: Tensor) -> Image.Image:
    """Turn a tensor (3, H, W) in [0, 1] into an RGB picture; values outside are clamped."""
    import torch

    levels = image.detach().float().clamp(0, 1).mul(255).round().to(torch.uint8)
    levels = levels.permute(1, 2, 0).contiguous().cpu()  # (H, W, 3)
    size = (levels.shape[1], levels.shape[0])
    return Image.frombytes("RGB", size, bytes(levels.flatten().tolist()))
