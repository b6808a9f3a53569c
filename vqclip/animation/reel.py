"""The folder of a film that is being drawn: whole frames, and the state after the last of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from vqclip.errors import ConfigError, OutputError
from vqclip.files.atomic import try_folder, write
from vqclip.files.images import load_image, to_pil
from vqclip.files.mark import mark
from vqclip.machine.memory import pass_on
from vqclip.models.weights.pickles import check_archive
from vqclip.outputs.claims import Claims
from vqclip.outputs.recipe import KEYWORD, XMP_KEYWORD

STATE, OWNER = "state.pt", "animation.json"
SUFFIX = ".frames"
PATTERN = "[0-9]" * 6 + ".png"


class Reel:
    """Frames of one film as PNG files, and a checkpoint that is written after every frame.

    A frame is written before the checkpoint. So a process that is killed at any moment continues
    after the last whole frame; a frame that the checkpoint does not know is drawn again, equal.

    Args:
        folder: of the frames.
        id: of the animation.
        claims: keep other processes away, see `open`.
    """

    def __init__(self, folder: Path, id: str, claims: Claims) -> None:
        self.folder, self.id, self._claims = folder, id, claims

    @classmethod
    def open(cls, folder: Path, id: str, *, replace: bool = False) -> Reel:
        """Open or make the folder of a film.

        Args:
            folder: of the frames.
            id: of the animation.
            replace: whether the frames of another film are deleted.

        Raises:
            OutputError: the folder cannot be written to, or another process draws into it.
            ConfigError: it holds something else.
        """
        check_folder(folder, id, replace=replace)
        try_folder(folder)
        claims = Claims(folder, hidden=True)
        if not claims.take("film"):
            raise OutputError(f"{folder} is being drawn by another process")
        reel = cls(folder, id, claims)
        if reel.owner() != id:
            reel.clear()
            write(folder / OWNER, json.dumps({"animation": id}).encode())
        return reel

    def close(self) -> None:
        """Let other processes draw here."""
        self._claims.give_all_back()

    def owner(self) -> str | None:
        """Return the id of the animation whose frames are here, or None."""
        return owner_of(self.folder)

    def path(self, number: int) -> Path:
        """Return the path of a frame."""
        return self.folder / f"{number:06d}.png"

    def write_frame(self, number: int, image: Tensor, recipe: str, prompts: str) -> None:
        """Write a frame (3, H, W) in [0, 1] with its recipe.

        Raises:
            OutputError: the folder cannot be written to.
        """
        info = PngInfo()
        info.add_itxt(KEYWORD, recipe)
        info.add_itxt(XMP_KEYWORD, mark(prompts))
        buffer = BytesIO()
        to_pil(image).save(buffer, "PNG", pnginfo=info)
        write(self.path(number), buffer.getvalue())

    def write_state(self, state: dict[str, Any]) -> None:
        """Write what is needed to continue.

        Raises:
            OutputError: the folder cannot be written to.
        """
        buffer = BytesIO()
        torch.save({"animation": self.id, "state": state}, buffer)
        write(self.folder / STATE, buffer.getvalue())

    def read_state(self) -> dict[str, Any] | None:
        """Return what is needed to continue, or None at the beginning, or where it is damaged.

        Only tensors and plain values are read, never code.
        """
        path = self.folder / STATE
        if not path.is_file():
            return None
        try:
            content = _load(path)
        except OutputError:
            return None
        if not isinstance(content, dict) or content.get("animation") != self.id:
            return None
        state = content.get("state")
        return state if isinstance(state, dict) and self._has_frames(state) else None

    def _has_frames(self, state: dict[str, Any]) -> bool:
        """Return whether every frame that a state knows is here; nobody has deleted some."""
        numbers = state.get("numbers")
        return isinstance(numbers, list) and all(
            isinstance(number, int) and self.path(number).is_file() for number in numbers
        )

    def images(self, numbers: range) -> Iterator[Image.Image]:
        """Yield frames, one at a time.

        Raises:
            ImageError: one is missing or damaged.
        """
        for number in numbers:
            yield load_image(self.path(number))

    def clear(self) -> None:
        """Delete the frames and the state, and nothing else."""
        for path in [*self.folder.glob(PATTERN), self.folder / STATE, self.folder / OWNER]:
            path.unlink(missing_ok=True)

    def finish(self, *, keep: range | None) -> None:
        """Delete what is no longer needed after the film was written.

        Args:
            keep: numbers of the frames that stay; None: the folder goes.
        """
        (self.folder / STATE).unlink(missing_ok=True)
        if keep is None:
            self.clear()
            self.close()
            with suppress(OSError):  # it holds files of somebody else
                self.folder.rmdir()
            return
        for path in self.folder.glob(PATTERN):
            if int(path.stem) not in keep:
                path.unlink(missing_ok=True)
        self.close()


def _load(path: Path) -> object:
    try:
        check_archive(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many kinds
        pass_on(error)
        raise OutputError(f"{path} is damaged") from error


def owner_of(folder: Path) -> str | None:
    """Return the id of the animation whose frames are in a folder, or None."""
    try:
        content = json.loads((folder / OWNER).read_text("utf-8"))
        return str(content["animation"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def check_folder(folder: Path, id: str, *, replace: bool) -> None:
    """Make sure, without changing anything, that frames of an animation may go to a folder.

    Raises:
        ConfigError: it holds frames of another animation, or other files where frames would go.
    """
    if not folder.is_dir():
        return
    owner = owner_of(folder)
    if owner is None and any(folder.glob(PATTERN)):
        raise ConfigError(f"{folder} holds pictures that are no frames of this film: name another")
    if owner not in (None, id) and not replace:
        raise ConfigError(
            f"{folder} holds frames of another animation, or of this one before it was changed: "
            "delete it, or give --overwrite or another --output"
        )
