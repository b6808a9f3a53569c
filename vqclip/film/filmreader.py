"""Frames of a film of any kind, or of a folder of pictures, and the recipe that a film carries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageSequence

from vqclip.errors import FilmError, ImageError, did_you_mean, shown
from vqclip.files.images import SUFFIXES, load_image, reason_of, to_rgb
from vqclip.files.paths import natural_key, user_path
from vqclip.film.formats import WITH_SOUND
from vqclip.film.frame import Frame, FrameSource
from vqclip.film.videosource import VideoSource, metadata_of

CHAINS = (".gif", ".png", ".apng", ".webp")
"""Suffixes of films that are chains of pictures; Pillow reads them."""
FOLDER_RATE = 12.0
"""Frames per second of a folder, unless told otherwise."""
UNTOLD = 0.1
"""Seconds of a frame of a GIF that does not say."""


def open_frames(path: Path, *, fps: float | None = None) -> FrameSource:
    """Open a film, or a folder of pictures in natural order (frame2 before frame10).

    Args:
        path: the film or folder.
        fps: frames per second of a folder.

    Raises:
        ConfigError: PyAV is missing.
        FilmError: it does not exist, is no film, has no frames, or is truncated.
    """
    path = user_path(path)
    if path.is_dir():
        return FolderSource(path, fps or FOLDER_RATE)
    if not path.is_file():
        beside = [other.name for other in path.parent.glob("*")] if path.parent.is_dir() else []
        raise FilmError(
            f"there is no film or folder {shown(str(path))}{did_you_mean(path.name, beside)}"
        )
    return ChainSource(path) if path.suffix.lower() in CHAINS else VideoSource(path)


class FolderSource:
    """Pictures of a folder, not of those below it; attributes as in `FrameSource`.

    Raises:
        FilmError: there is none, or the first one cannot be read.
    """

    has_sound = False

    def __init__(self, path: Path, fps: float) -> None:
        self.path, self.fps = path, fps
        pictures = [
            file
            for file in path.iterdir()
            if file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file()
        ]
        self._files = sorted(pictures, key=natural_key)
        if not pictures:
            raise FilmError(f"{path} has no frames: there are no pictures in it")
        self.count, self.seconds = len(pictures), len(pictures) / fps
        self.size = self._load(0).size

    def __iter__(self) -> Iterator[Frame]:
        for index in range(self.count):
            yield Frame(index, self._load(index), index / self.fps, 1 / self.fps)

    def _load(self, index: int) -> Image.Image:
        try:
            return load_image(self._files[index])
        except ImageError as error:
            raise FilmError(f"frame {index + 1} of {self.path}: {error}") from error


class ChainSource:
    """Frames of an animated GIF, PNG or WebP; attributes as in `FrameSource`.

    Raises:
        FilmError: it is a still picture, or none, or damaged.
    """

    has_sound = False

    def __init__(self, path: Path) -> None:
        self.path = path
        lengths, first = [], None
        for image, seconds in self._read():
            first = first or image
            lengths.append(seconds)
        if first is None or len(lengths) < 2:
            raise FilmError(f"{path} is a still picture, not a film")
        self.count, self.seconds, self.size = len(lengths), sum(lengths), first.size
        self.fps = self.count / self.seconds

    def __iter__(self) -> Iterator[Frame]:
        time = 0.0
        for index, (image, seconds) in enumerate(self._read()):
            yield Frame(index, image, time, seconds)
            time += seconds

    def _read(self) -> Iterator[tuple[Image.Image, float]]:
        count = 0
        try:
            with Image.open(self.path) as file:
                for image in ImageSequence.Iterator(file):
                    image.load()  # which is when a WebP says how long it is shown
                    seconds = float(image.info.get("duration") or 0) / 1000
                    yield to_rgb(image), seconds or UNTOLD
                    count += 1
        except Exception as error:  # Pillow's readers raise what a broken file makes of them
            what = f"is truncated or damaged after frame {count}" if count else "is no film"
            raise FilmError(f"{self.path} {what}: {reason_of(error)}") from error


def recipe_text(path: Path) -> str:
    """Return the recipe that a video or GIF carries; empty: it carries none.

    PNG and WebP carry it as pictures do.

    Raises:
        ConfigError: PyAV is missing.
        FilmError: it is no film.
    """
    if path.suffix.lower().removeprefix(".") in WITH_SOUND:
        return metadata_of(path).get("comment", "")
    try:
        with Image.open(path) as file:
            comment = file.info.get("comment", b"")
    except Exception as error:  # Pillow's readers raise what a broken file makes of them
        raise FilmError(f"{path} is no film that can be read: {reason_of(error)}") from error
    text = comment.decode("utf-8", "replace") if isinstance(comment, bytes) else str(comment)
    return text[max(0, text.find("{")) :]
