"""The command that says what this machine has, and what would be slow on it and why: doctor."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from vqclip.cli.console import app, status
from vqclip.cli.options import ModelDir

if TYPE_CHECKING:
    from vqclip.models.fetch.store import Store

LIBRARIES = ("torch", "torchvision", "open_clip_torch", "taming-transformers", "pillow", "typer")
EXTRAS = {
    "ray": "series on a cluster",
    "av": "films",
    "gradio": "the page for the browser",
    "pillow_heif": "HEIC pictures",
    "transformers": "texts of SigLIP models",
}
"""Modules that are optional, and what for."""
LITTLE_MEMORY, LITTLE_DISK = 2e9, 2e9
"""Free bytes below which something may fail."""


@app.command()
def doctor(model_dir: ModelDir = None) -> None:
    """Say what this machine has: versions, devices, memory, models, and what would be slow."""
    status("looking ...")
    from vqclip.models.fetch.store import Store

    store = Store.at(model_dir)
    sections = {
        "versions": list(versions()),
        "devices": list(devices()),
        "folders": list(folders(store)),
        "models": list(models_here(store, model_dir)),
        "advice": list(advice(store)) or ["nothing to mend"],
    }
    for title, lines in sections.items():
        print(title)
        for line in lines:
            print(f"  {line}")


def versions() -> Iterator[str]:
    """Yield the versions of the program, of Python and of libraries; then what is optional."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    yield f"vqclip {_version('vqclip')}, Python {platform.python_version()}, {system}"
    yield ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)
    for module, purpose in EXTRAS.items():
        yield f"{module}: {'installed' if find_spec(module) else 'not installed'} ({purpose})"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def devices() -> Iterator[str]:
    """Yield what can compute, with its memory, and which of it `auto` takes."""
    import torch

    from vqclip.machine.device import own_processor, resolve_device
    from vqclip.runs.capacity import reachable_bytes

    processor, cores = own_processor(), os.cpu_count() or 1
    free = reachable_bytes(torch.device("cpu")) / 1e9
    yield (
        f"cpu: {cores} cores, {processor.threads} threads in use, {processor.kind}, "
        f"{free:.1f} GB of memory free"
    )
    for index in range(torch.cuda.device_count()):
        found = torch.cuda.get_device_properties(index)
        free, whole = (size / 1e9 for size in torch.cuda.mem_get_info(index))
        yield f"cuda:{index}: {found.name}, {free:.1f} of {whole:.1f} GB of memory free"
    if torch.backends.mps.is_available():
        yield "mps: the GPU of this Mac"
    yield f"--device auto takes {resolve_device('auto')}"


def folders(store: Store) -> Iterator[str]:
    """Yield where files go, how large they are, and the room on the disk."""
    from vqclip.config.shelves import user_shelf
    from vqclip.models.fetch.cache import cache_folder
    from vqclip.models.fetch.home import home, offline

    places = {
        "downloaded VQGANs": store.folder,
        "downloaded perceptors": cache_folder(None),
        "embeddings and paces": home(),
        "your styles": user_shelf("style"),
        "your presets": user_shelf("preset"),
    }
    for name, folder in places.items():
        size = f"{_size(folder) / 1e6:,.0f} MB" if folder.is_dir() else "nothing yet"
        yield f"{name}: {folder} ({size})"
    yield f"free on the disk of this folder: {shutil.disk_usage('.').free / 1e9:.1f} GB"
    yield f"network: {'forbidden by the environment' if offline() else 'allowed'}"


def _size(folder: Path) -> int:
    """Return the bytes of the files below a folder; links count once, with what they lead to."""
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    )


def models_here(store: Store, model_dir: str | None) -> Iterator[str]:
    """Yield the models that need no download."""
    from vqclip.models.fetch.cache import downloaded_weights
    from vqclip.models.fetch.catalogue import catalogue
    from vqclip.models.shipped import MINI_FOLDER

    inside = sorted(path.name for path in MINI_FOLDER.iterdir() if path.suffix == ".safetensors")
    yield f"inside the package: mini ({', '.join(inside)}), clip, judge"
    known, folder = catalogue(), None if model_dir is None else Path(model_dir)
    names = [entry.name for entry in known.vqgans.values() if store.path(entry).is_file()]
    names += [
        entry.name
        for entry in known.perceptors.values()
        if downloaded_weights(entry.repository, folder)
    ]
    yield f"downloaded: {', '.join(names) or 'none'}"


def advice(store: Store) -> Iterator[str]:
    """Yield what would be slow, or fail, and why."""
    import torch

    from vqclip.runs.capacity import reachable_bytes

    cores, threads = os.cpu_count() or 1, torch.get_num_threads()
    gpu = torch.cuda.is_available() or torch.backends.mps.is_available()
    if not gpu:
        yield (
            "no GPU: the small pair takes seconds to minutes, presets for real weights take "
            "minutes (--preset fast) to an hour (--preset imagenet)"
        )
    if not gpu and torch.version.cuda and sys.platform == "linux":
        yield (
            f"torch is built for CUDA {torch.version.cuda}, which this machine does not use: the "
            "CPU-only wheel takes gigabytes less of the disk"
        )
    if threads < cores and not gpu:
        yield f"{threads} of {cores} cores are used: OMP_NUM_THREADS or a container limits them"
    if reachable_bytes(torch.device("cpu")) < LITTLE_MEMORY:
        yield "little memory is free: a smaller --size and --preset draft take less"
    if shutil.disk_usage(_existing(store.folder)).free < LITTLE_DISK:
        yield f"little room on the disk of {store.folder}: --model-dir puts models elsewhere"


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
