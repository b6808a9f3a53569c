"""The recipe inside a picture: everything needed to make it again, and how files carry it.

PNG keeps it as text, JPEG and WebP in XMP (formerly in EXIF's UserComment). For other programs,
PNG and UserComment have the text `parameters`; all formats also carry, in XMP, the IPTC mark of
pictures made by a trained model (https://cv.iptc.org/newscodes/digitalsourcetype/).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from vqclip.config.choices import MINI
from vqclip.config.job import RETIRED, SKETCH
from vqclip.config.layers import Assignment, merge
from vqclip.config.option import plain
from vqclip.config.schema import Config
from vqclip.errors import ImageError, OutputError
from vqclip.files.images import reason_of
from vqclip.files.jsontable import JsonTable
from vqclip.files.mark import mark, marked_recipe
from vqclip.machine.device import Processor
from vqclip.outputs.parameters import parameters_of

KEYWORD = "vqclip"
PARAMETERS = "parameters"
"""Name of the text that other programs read."""
UNICODE = b"UNICODE\x00"
EARLIER = "{".encode("utf-16-le")
"""Begins the recipe in a UserComment of version 0.4 and earlier."""
PACKAGES = ("vqclip", "torch", "open_clip_torch", "taming-transformers", "pillow")
XMP_KEYWORD = "XML:com.adobe.xmp"
BEFORE = {"targets": "text"}
"""What was done before there was a choice, where a recipe does not say."""
BANK = f"bank {MINI}"
"""What the hash of the pictures stood under that the small pair started from before version 1."""


@dataclass(frozen=True)
class Recipe:
    """What a picture was made from.

    Attributes:
        config: resolved, with the picture's own prompts and seed.
        models: SHA-256 of each local weights file.
        versions: of the program and of the libraries that compute.
        device: the kind of device that computed it.
        pictures: SHA-256 of each picture it starts from or aims at, by its path.
        processor: the CPU that computed it; None for other devices, and where it is not known.
    """

    config: Config
    models: Mapping[str, str]
    versions: Mapping[str, str]
    device: str
    pictures: Mapping[str, str] = field(default_factory=dict)
    processor: Processor | None = None

    def to_json(self) -> str:
        """Return one line of JSON, the same for the same recipe."""
        return json.dumps(self.to_table(), ensure_ascii=False)

    def to_table(self) -> dict[str, Any]:
        """Return what `to_json` writes."""
        content: dict[str, Any] = {
            "config": self.config.to_dict(),
            "models": dict(self.models),
            "versions": dict(self.versions),
            "device": self.device,
        }
        if self.pictures:
            content["pictures"] = dict(self.pictures)
        if self.processor is not None:
            content["cpu"] = self.processor.kind
            content["threads"] = self.processor.threads
        return content

    def assignments(self, origin: str) -> list[Assignment]:
        """Return the settings as assignments written in `origin`, to be followed by changes."""
        return [Assignment(key, value, origin) for key, value in plain(self.config).items()]

    @classmethod
    def from_json(cls, text: str, origin: str) -> Recipe:
        """Read what `to_json` wrote, checked like any configuration.

        A recipe may come from a stranger: where files go and come from is never taken from it.

        Raises:
            OutputError: it is not a recipe.
            ConfigError: a key or value in it is not allowed.
        """
        try:
            table = JsonTable.parse(text)
            own = JsonTable.of(table.content.get("config"), "config").content
            models, texts = table.text_table("models"), table.text_table("versions")
            settings = as_today({**BEFORE, **own}, models)
            if isinstance(settings.get("palette"), str):
                raise ValueError("palette: a recipe holds its colors, never a file")
            device, pictures = table.text("device"), table.text_table("pictures")
            processor = None
            if table.has("threads") or table.has("cpu"):
                processor = Processor(table.whole("threads"), table.text("cpu"))
        except ValueError as error:
            raise OutputError(f"the recipe in {origin} is damaged: {error}") from error
        config = merge([Assignment(key, value, origin) for key, value in settings.items()])
        return cls(config.without_places(), models, texts, device, pictures, processor)


def as_today(settings: Mapping[str, Any], models: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings of a recipe of version 0 in the keys of today; others stay as they are.

    What began in the bank begins as today; what began without it still begins without a sketch.

    Args:
        settings: of a picture, in plain form.
        models: SHA-256 of each file that it was made with, by name.
    """
    start = settings.get("start")
    if not isinstance(start, Mapping) or SKETCH[0] in start:
        return dict(settings)
    kept = {key: value for key, value in start.items() if key not in RETIRED}
    if kept.get("kind") == "nearest":
        kept["kind"] = "auto"
    elif settings.get("vqgan") == MINI and kept.get("kind") == "auto" and BANK not in models:
        kept["kind"] = "smooth"
    return {**settings, "start": kept}


def versions() -> dict[str, str]:
    """Return the versions of the packages that decide what a picture looks like."""
    return {package: _version(package) for package in PACKAGES}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # runs from its source, without an installation
        return "unknown"


def encode(image: Image.Image, recipe: Recipe, *, format: str, quality: int) -> bytes:
    """Encode a picture with its recipe; the same picture and recipe give the same bytes.

    Args:
        image: RGB.
        recipe: goes into the file.
        format: `png`, `jpg` or `webp`.
        quality: of jpg and webp, 1 to 100; webp is lossless at 100.
    """
    text = recipe.to_json()
    prompts = " | ".join(str(prompt) for prompt in recipe.config.all_prompts())
    parameters = parameters_of(recipe.config, recipe.models, recipe.versions["vqclip"])
    buffer = BytesIO()
    if format == "png":
        info = PngInfo()
        info.add_itxt(KEYWORD, text)
        info.add_itxt(XMP_KEYWORD, mark(prompts))
        info.add_text(PARAMETERS, parameters)
        image.save(buffer, "PNG", pnginfo=info, optimize=True)
        return buffer.getvalue()
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = prompts.encode("ascii", "replace").decode()
    exif[ExifTags.Base.Software] = f"vqclip {recipe.versions['vqclip']}"
    directory = exif.get_ifd(ExifTags.IFD.Exif)
    directory[ExifTags.Base.UserComment] = UNICODE + parameters.encode("utf-16-be")
    xmp = mark(prompts, recipe=text).encode()
    settings: dict[str, Any] = {"quality": quality, "exif": exif, "xmp": xmp}
    if format == "webp":
        image.save(buffer, "WEBP", lossless=quality == 100, method=6, **settings)
    else:
        image.save(buffer, "JPEG", subsampling=0, **settings)
    return buffer.getvalue()


def read(path: Path) -> Recipe:
    """Read the recipe of a picture.

    Raises:
        ImageError: the file is missing or not a picture.
        OutputError: there is no recipe in it, or a damaged one.
        ConfigError: the recipe asks for what this version does not know.
    """
    text = embedded_text(path)
    if text is None:
        raise OutputError(f"{path} holds no recipe: it was not made by vqclip, or was re-saved")
    return Recipe.from_json(text, str(path))


def embedded_text(path: Path) -> str | None:
    """Return the recipe of a picture as it stands in the file, or None.

    Raises:
        ImageError: the file is missing or not a picture.
    """
    if not path.is_file():
        raise ImageError(f"there is no picture {path}")
    try:
        with Image.open(path) as image:
            image.load()
            text = image.info.get(KEYWORD) or marked_recipe(image.info.get("xmp"))
            comment = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment)
    except Exception as error:  # Pillow's readers raise what a broken file makes of them
        raise ImageError(f"{path} is not a picture that can be read: {reason_of(error)}") from error
    if isinstance(comment, bytes) and comment.startswith(UNICODE + EARLIER):
        text = text or comment[len(UNICODE) :].decode("utf-16-le", "replace")
    return text if isinstance(text, str) else None
