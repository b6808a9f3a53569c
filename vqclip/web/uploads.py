"""Pictures that visitors upload: checked like pictures to start from, and kept as plain PNG."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

from PIL import Image

from vqclip.errors import ImageError
from vqclip.files.atomic import write
from vqclip.files.images import load_image
from vqclip.views.tiles import encode
from vqclip.web.allowance import Allowance
from vqclip.web.enclosure import UPLOADS, Enclosure


def keep_upload(path: Path, enclosure: Enclosure, allowance: Allowance) -> Path:
    """Check a file and keep its pixels, without anything else that it may hold.

    Args:
        path: the file.
        enclosure: the output folder.
        allowance: how large it may be.

    Returns:
        the path of the copy, as recipes name it.

    Raises:
        ImageError: it is too large, or no picture.
        OutputError: the folder cannot be written to.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ImageError("the file was not uploaded completely") from error
    if size > allowance.upload:
        raise ImageError(
            f"the file has {size / 1e6:.1f} MB, and at most {allowance.upload / 1e6:.0f} MB are "
            "allowed"
        )
    content = path.read_bytes()
    try:
        check_pixels(path, allowance)
        image = load_image(path, content)
    except ImageError as error:
        raise ImageError(str(error).replace(str(path), path.name)) from error
    image.info.clear()
    plain = encode(image, "PNG")
    name = f"{hashlib.sha256(plain).hexdigest()[:20]}.png"
    if not enclosure.own(UPLOADS, name).is_file():
        write(enclosure.own(UPLOADS, name), plain)
    return enclosure.given / enclosure.own(UPLOADS, name).relative_to(enclosure.root)


def check_pixels(path: Path, allowance: Allowance) -> None:
    """Refuse a picture of too many pixels, before they are decoded.

    Raises:
        ImageError: it has too many, or is no picture.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                width, height = image.size
    except Exception as error:  # Pillow's readers raise what a broken file makes of them
        raise ImageError(f"{path.name} is not a picture in a format that can be read") from error
    if width * height > allowance.upload_pixels:
        raise ImageError(
            f"the picture has {width}x{height} pixels, and at most "
            f"{allowance.upload_pixels / 1e6:.0f} million are allowed"
        )
