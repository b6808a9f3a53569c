"""The forms of weights files: their endings, their first bytes and their places in folders."""

from __future__ import annotations

from pathlib import Path

from vqclip.errors import CheckpointError

SAFE = ".safetensors"
PICKLES = (".ckpt", ".pt", ".pth", ".bin")
FOLDER_FILES = (
    "diffusion_pytorch_model.safetensors",
    "model.safetensors",
    "diffusion_pytorch_model.bin",
    "pytorch_model.bin",
    "model.ckpt",
    "last.ckpt",
    "checkpoints/last.ckpt",
    "ckpts/last.ckpt",
)
"""The weights files in folders of diffusers and of training runs, in order of preference."""


LARGEST = 16 << 30
"""Largest size of a weights file in bytes: twice that of the largest published one."""


def weights_file(path: Path) -> Path:
    """Return the path of a file as it is, or that of the weights file in a folder.

    Raises:
        CheckpointError: there is no such file.
    """
    if path.is_dir():
        found = [path / name for name in FOLDER_FILES if (path / name).is_file()]
        if not found:
            raise CheckpointError(
                f"the folder {path} has no weights: expected one of {', '.join(FOLDER_FILES)}"
            )
        return found[0]
    if not path.is_file():
        raise CheckpointError(f"the weights file {path} does not exist")
    return path


def sniff(path: Path) -> str:
    """Return the form of a file by its first bytes: `.safetensors`, or `.ckpt` for any pickle.

    Raises:
        CheckpointError: it is neither; the message says what it most likely is.
    """
    with path.open("rb") as file:
        head = file.read(512)
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 100_000_000:
        return SAFE
    if head[:4] == b"PK\x03\x04" or head[:1] == b"\x80":
        return PICKLES[0]
    likely = ""
    if head.lstrip()[:1] == b"<":
        likely = "; it is a web page, perhaps a server's error message"
    elif head.startswith(b"version https://git-lfs"):
        likely = "; it is a Git LFS pointer, not the file that it stands for"
    elif not head:
        likely = "; it is empty"
    raise CheckpointError(
        f"{path} is damaged or not a weights file: allowed are {SAFE}, {', '.join(PICKLES)}{likely}"
    )
