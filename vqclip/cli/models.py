"""Commands about models: list, info, download, verify, rm, convert."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vqclip.cli.console import app, say
from vqclip.cli.options import ModelDir, Quiet

if TYPE_CHECKING:
    from vqclip.models.fetch.catalogue import Entry
    from vqclip.models.fetch.store import Store

models = typer.Typer(no_args_is_help=True, help="The models: list, fetch, check, convert.")
app.add_typer(models, name="models")

Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="As `vqclip models list`.")]


@models.command("list")
def show_list(model_dir: ModelDir = None) -> None:
    """List the models that have a name, and which of them are here."""
    from vqclip.models.fetch.catalogue import recommended, vqgans
    from vqclip.models.fetch.store import Store

    store = Store.at(model_dir)
    print("VQGANs (vqgan=NAME)")
    print(f"  {'mini':<20}{'inside the package':<52}here")
    for entry in vqgans().values():
        here = "here" if store.path(entry).is_file() else "-"
        size = _megabytes(entry.files[0].about) if entry.files else "?"
        print(f"  {entry.name:<20}{size:>8}  {entry.state:<42}{here:<6}{entry.good_for}")
    print("\nPerceptors (perceptors=[NAME, ...]); any NAME:TAG of open_clip works")
    for one in recommended():
        here = "here" if perceptor_files(one.name, model_dir) else "-"
        cost = f"time {one.cost:g}"
        print(f"  {one.name:<32}{one.megabytes:>5} MB  {cost:<10}{here:<6}{one.good_for}")
    print(f"\nfolder of VQGANs: {store.folder}")


@models.command()
def info(
    name: Annotated[str, typer.Argument(help="As `vqclip models list`.")],
    model_dir: ModelDir = None,
) -> None:
    """Print all that is known of a model: what for, licence, addresses, hashes."""
    from vqclip.models.fetch.catalogue import find, recommended
    from vqclip.models.fetch.store import Store

    if is_perceptor(name):
        from vqclip.models.perceptor import known_as

        known = {one.name: one for one in recommended()}.get(name)
        facts = known_as(name)
        print(f"{name}\n  hub: {facts['hf_hub'].rstrip('/')}")
        print(f"  activation: {'QuickGELU' if facts.get('quick_gelu') else 'GELU'}")
        if known:
            print(f"  good for: {known.good_for}\n  licence: {known.licence}")
            print(f"  memory: {known.megabytes} MB; time of a cutout: {known.cost:g} x ViT-B-32")
        for path in perceptor_files(name, model_dir):
            print(f"  here: {path}")
        return
    store, entry = Store.at(model_dir), find(name)
    print(f"{name}\n  good for: {entry.good_for}\n  trained on: {entry.trained_on}")
    print("  licence of the weights: " + entry.licence)
    print("  the terms of the training pictures are not addressed by any source")
    known_of = ", ".join(f"{key} {value}" for key, value in entry.architecture.items())
    print(f"  architecture: {known_of or 'read from the file'}")
    _print_files(store, entry)


def _print_files(store: Store, entry: Entry) -> None:
    for file in entry.files:
        print(f"  {file.url}\n    {_megabytes(file.about)}, {file.state}")
        expected = store.expected(entry, file)
        if expected:
            print(f"    sha256 {expected}")
    if not entry.files:
        print(f"  by hand: {store.by_hand(entry)}")
    path, record = store.path(entry), store.record(entry)
    print(f"  {'here' if path.is_file() else 'not here; would be'}: {path}")
    if path.is_file() and record["source"]:
        print(f"    from {record['source']}\n    sha256 {record['slim']}")


@models.command()
def download(names: Names, model_dir: ModelDir = None, quiet: Quiet = False) -> None:
    """Fetch models now, so that drawing needs no network."""
    from tqdm.auto import tqdm

    from vqclip.models.fetch.catalogue import find
    from vqclip.models.fetch.download import Silent
    from vqclip.models.fetch.store import Store

    bars = Silent if quiet else tqdm
    for name in names:
        if is_perceptor(name):
            from vqclip.models.fetch import hub
            from vqclip.models.perceptor import find_weights

            folder = _folder(model_dir)
            if name.startswith(hub.SCHEME):
                repo = name.removeprefix(hub.SCHEME)
                print(hub.snapshot(repo, model_dir=folder, bars=bars))
            else:
                print(find_weights(name, model_dir=folder, bars=bars))
        else:
            print(Store.at(model_dir).obtain(find(name), bars=bars))


@models.command()
def verify(names: Names, model_dir: ModelDir = None) -> None:
    """Read models that are here in full, and compare them with their hashes."""
    from vqclip.errors import CheckpointError
    from vqclip.models.fetch import hub
    from vqclip.models.fetch.catalogue import find
    from vqclip.models.fetch.store import Store

    for name in names:
        if is_perceptor(name):
            paths = perceptor_files(name, model_dir)
            if not paths:
                fetched = f"fetch it with: vqclip models download {name}"
                raise CheckpointError(f"{name} is not downloaded; {fetched}")
            for path in paths:
                print(f"{name}: right, sha256 {hub.verify(path)}")
        else:
            store, entry = Store.at(model_dir), find(name)
            architecture = store.verify(entry)
            digest = store.record(entry)["slim"] or "not on record"
            print(f"{name}: right, {architecture}, sha256 {digest}")


@models.command("rm")
def remove(names: Names, model_dir: ModelDir = None) -> None:
    """Remove downloaded models; their hashes stay on record."""
    from vqclip.models.fetch import hub
    from vqclip.models.fetch.catalogue import find
    from vqclip.models.fetch.store import Store

    for name in names:
        if is_perceptor(name):
            removed = hub.remove(_repository(name), _folder(model_dir))
        else:
            removed = Store.at(model_dir).remove(find(name))
        for path in removed:
            say(f"removed {path}")
        if not removed:
            say(f"{name} was not here")


@models.command()
def convert(
    source: Annotated[Path, typer.Argument(help="A checkpoint of any published form.")],
    target: Annotated[Path, typer.Argument(help="The slim file, ending in .safetensors.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the target.")] = False,
) -> None:
    """Write a VQGAN checkpoint as slim safetensors: the generator alone, tensors alone."""
    from vqclip.models.weights.convert import convert as slim

    architecture = slim(source, target, overwrite=overwrite)
    say(f"{architecture}; {source.stat().st_size:,} -> {target.stat().st_size:,} bytes")
    print(target)


def is_perceptor(name: str) -> bool:
    """Tell a perceptor's name, `NAME:TAG` or `hf-hub:ORG/REPO`, from a VQGAN's."""
    if name.startswith("hf-hub:"):
        return name.count("/") == 1
    return ":" in name


def perceptor_files(name: str, model_dir: str | None) -> list[Path]:
    """The weights of a perceptor that are here."""
    from vqclip.models.fetch import hub

    return hub.cached(_repository(name), _folder(model_dir))


def _repository(name: str) -> str:
    if name.startswith("hf-hub:"):
        return name.removeprefix("hf-hub:")
    from vqclip.models.perceptor import known_as

    return str(known_as(name)["hf_hub"]).rpartition("/")[0]


def _folder(model_dir: str | None) -> Path | None:
    return None if model_dir is None else Path(model_dir).expanduser()


def _megabytes(size: int | None) -> str:
    return f"{size / 10**6:,.0f} MB" if size else "? MB"
