"""Commands for models: list, info, download, verify, rm, convert."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vqclip.cli.console import app, say
from vqclip.cli.options import ModelDir, Quiet
from vqclip.cli.pathtype import PATH
from vqclip.config.values import HUB_SCHEME, OPENAI, perceptor_name
from vqclip.files.paths import user_path

if TYPE_CHECKING:
    from vqclip.models.fetch.bars import Bars
    from vqclip.models.fetch.catalogue import VqganEntry
    from vqclip.models.fetch.store import Store

models = typer.Typer(no_args_is_help=True, help="List, download, verify and convert models.")
app.add_typer(models, name="models")

Name = Annotated[str, typer.Argument(help="A name, as `vqclip models list` prints it.")]
Names = Annotated[
    list[str],
    typer.Argument(metavar="NAME...", help="Names, as `vqclip models list` prints them."),
]


@models.command("list")
def show_list(model_dir: ModelDir = None) -> None:
    """List the models that have a name, and say which of them are downloaded."""
    from vqclip.config.choices import MINI, MINI_JUDGE
    from vqclip.models.fetch.cache import downloaded_weights
    from vqclip.models.fetch.catalogue import catalogue
    from vqclip.models.fetch.store import Store

    store, known, inside = Store.at(model_dir), catalogue(), "part of the package"
    print("VQGANs (vqgan=NAME)")
    print(f"  {MINI:<20}{inside}")
    for vqgan in known.vqgans.values():
        mark = _mark(store.path(vqgan).is_file())
        size = _megabytes(vqgan.files[0].about) if vqgan.files else "?"
        print(f"  {vqgan.name:<20}{size:>8}  {vqgan.state:<42}{mark:<12}{vqgan.good_for}")
    print("\nPerceptors (perceptors=[NAME, ...]); allowed is every NAME:TAG of open_clip")
    for name in (MINI, MINI_JUDGE):
        print(f"  {name:<32}{inside}")
    for perceptor in known.perceptors.values():
        mark = _mark(bool(downloaded_weights(perceptor.repository, _folder(model_dir))))
        size, cost = _megabytes(perceptor.megabytes * 10**6), f"time {perceptor.cost:g}"
        print(f"  {perceptor.name:<32}{size:>8}  {cost:<10}{mark:<12}{perceptor.good_for}")
    print(f"\nfolder of downloaded VQGANs: {store.folder}")


@models.command()
def info(name: Name, model_dir: ModelDir = None) -> None:
    """Print what is known of a model: what it is good for, licence, addresses, hashes."""
    from vqclip.config.choices import GENERATORS
    from vqclip.config.shelves import preset_names
    from vqclip.models.fetch.catalogue import find_vqgan
    from vqclip.models.fetch.store import Store

    if name not in GENERATORS and name in preset_names():
        _print_preset(name, model_dir)
    elif is_perceptor(name):
        _print_perceptor(perceptor_name(name), model_dir)
    else:
        _print_vqgan(name, Store.at(model_dir), find_vqgan(name))


def _print_preset(name: str, model_dir: str | None) -> None:
    """Print the models that a preset draws with."""
    from vqclip.config.layers import load_config
    from vqclip.config.shelves import named_file, opening
    from vqclip.models.presence import has_perceptor, has_vqgan

    config = load_config(preset=name)
    print(f"{name} is a preset: {opening(named_file('preset', name))}")
    mark = "downloaded" if has_vqgan(config.vqgan, model_dir) else "to download"
    print(f"  vqgan: {config.vqgan} ({mark})")
    for guide, weight in config.perceptor_weights().items():
        mark = "downloaded" if has_perceptor(guide, model_dir) else "to download"
        print(f"  perceptor: {guide}, weight {weight:g} ({mark})")
    print("  more of each: vqclip models info NAME")


def _print_perceptor(name: str, model_dir: str | None) -> None:
    from vqclip.models.fetch.catalogue import catalogue
    from vqclip.models.pretrained import find_pretrained, needs_quick_gelu

    repository = _repository(name)
    if name.startswith(HUB_SCHEME):
        quick_gelu = needs_quick_gelu(repository)
    else:
        quick_gelu = find_pretrained(name).quick_gelu
    print(f"{name}\n  repository: {repository}")
    print(f"  activation: {'QuickGELU' if quick_gelu else 'GELU'}")
    entry = catalogue().perceptors.get(name)
    if entry is not None:
        print(f"  good for: {entry.good_for}\n  licence: {entry.license}")
        print(f"  memory: {entry.megabytes:,} MB; time of a cutout: {entry.cost:g} x ViT-B-32")
    for path in _perceptor_files(name, model_dir):
        print(f"  downloaded: {path}")


def _print_vqgan(name: str, store: Store, entry: VqganEntry) -> None:
    print(f"{name}\n  good for: {entry.good_for}\n  trained on: {entry.trained_on}")
    print(f"  licence of the weights: {entry.license}")
    print("  no source states the terms of the training pictures")
    print(f"  architecture: {entry.signature or 'read from the file'}")
    for file in entry.files:
        print(f"  {file.url}\n    {_megabytes(file.about)}, {file.state}")
        expected = store.expected(entry, file)
        if expected:
            print(f"    sha256 {expected}")
    if not entry.files:
        print(f"  by hand: {store.advice(entry)}")
    path, record = store.path(entry), store.record(entry)
    print(f"  {'downloaded' if path.is_file() else 'not downloaded; would become'}: {path}")
    if path.is_file() and record.source:
        print(f"    from {record.source}\n    sha256 {record.slim}")


@models.command()
def download(names: Names, model_dir: ModelDir = None, quiet: Quiet = False) -> None:
    """Download models, so that drawing needs no network."""
    from tqdm.auto import tqdm

    from vqclip.models.fetch.bars import Silent

    for name in names:
        print(_download(name, model_dir, Silent if quiet else tqdm))


def _download(name: str, model_dir: str | None, bars: Bars) -> Path:
    from vqclip.models.fetch import hub
    from vqclip.models.fetch.catalogue import find_vqgan
    from vqclip.models.fetch.installation import obtain
    from vqclip.models.fetch.store import Store

    if not is_perceptor(name):
        return obtain(Store.at(model_dir), find_vqgan(name), bars=bars)
    if name.startswith(HUB_SCHEME):
        return hub.snapshot(_repository(name), model_dir=_folder(model_dir), bars=bars)
    from vqclip.models.pretrained import find_pretrained, obtain_weights

    return obtain_weights(find_pretrained(name), model_dir=_folder(model_dir), bars=bars)


@models.command()
def verify(names: Names, model_dir: ModelDir = None) -> None:
    """Read downloaded models in full, and compare them with their hashes."""
    from vqclip.errors import CheckpointError
    from vqclip.models.fetch import cache, installation
    from vqclip.models.fetch.catalogue import find_vqgan
    from vqclip.models.fetch.store import Store

    for name in names:
        if not is_perceptor(name):
            store, entry = Store.at(model_dir), find_vqgan(name)
            architecture = installation.verify(store, entry)
            digest = store.record(entry).slim
            known = f"sha256 {digest}" if digest else "no sha256 on record"
            print(f"{name}: verified, {architecture}, {known}")
            continue
        paths = _perceptor_files(name, model_dir)
        if not paths:
            raise CheckpointError(
                f"{name} is not downloaded; download it with: vqclip models download {name}"
            )
        for path in paths:
            print(f"{name}: verified, sha256 {cache.verify(path)}")


@models.command("rm")
def remove(names: Names, model_dir: ModelDir = None) -> None:
    """Remove downloaded models; their hashes stay on record."""
    from vqclip.models.fetch import cache
    from vqclip.models.fetch.catalogue import find_vqgan
    from vqclip.models.fetch.store import Store

    for name in names:
        if is_perceptor(name):
            removed = cache.remove(_repository(name), _folder(model_dir))
        else:
            removed = Store.at(model_dir).remove(find_vqgan(name))
        for path in removed:
            say(f"removed {path}")
        if not removed:
            say(f"{name} was not downloaded")


@models.command()
def convert(
    source: Annotated[
        Path, typer.Argument(parser=PATH, help="A checkpoint of any published form.")
    ],
    target: Annotated[
        Path, typer.Argument(parser=PATH, help="The slim file, ending in .safetensors.")
    ],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the target.")] = False,
) -> None:
    """Convert a VQGAN checkpoint to the slim form: the tensors of the generator alone."""
    from vqclip.models.convert import convert as to_slim

    architecture = to_slim(source, target, overwrite=overwrite)
    say(f"{architecture}; {source.stat().st_size:,} -> {target.stat().st_size:,} bytes")
    print(target)


def is_perceptor(name: str) -> bool:
    """Distinguish a perceptor's name, NAME:TAG, ViT-B/32 or hf-hub:ORG/REPO, from a VQGAN's."""
    if name.startswith(HUB_SCHEME):
        return name.count("/") == 1
    return ":" in name or OPENAI.fullmatch(name) is not None


def _perceptor_files(name: str, model_dir: str | None) -> list[Path]:
    """Return the downloaded weights of a perceptor."""
    from vqclip.models.fetch.cache import downloaded_weights

    return downloaded_weights(_repository(name), _folder(model_dir))


def _repository(name: str) -> str:
    """Return the repository of a perceptor on the hub."""
    if name.startswith(HUB_SCHEME):
        return perceptor_name(name).removeprefix(HUB_SCHEME)
    from vqclip.models.pretrained import find_pretrained

    return find_pretrained(name).repository


def _mark(downloaded: bool) -> str:
    return "downloaded" if downloaded else "-"


def _folder(model_dir: str | None) -> Path | None:
    return None if model_dir is None else user_path(model_dir)


def _megabytes(size: int | None) -> str:
    return f"{size / 10**6:,.0f} MB" if size else "? MB"
