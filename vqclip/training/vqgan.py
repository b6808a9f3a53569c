"""Train a VQGAN: `python -m vqclip.training.vqgan DATA OUTPUT --config FILE [KEY=VALUE ...]`.

DATA is what `python -m vqclip.training.data` drew. OUTPUT gets vqgan.safetensors and vqgan.yaml,
log.jsonl, sheets of held-out pictures, and the checkpoint from which the same command continues.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import torch
import typer
import yaml
from torch import Tensor
from tqdm import tqdm

from vqclip.config.choices import MINI
from vqclip.config.layers import configs_folder
from vqclip.device import resolve_device
from vqclip.errors import ConfigError
from vqclip.files import atomic, write
from vqclip.images import to_pil
from vqclip.interrupt import interruptible
from vqclip.models.load import load_perceptors
from vqclip.models.perceptor import ClipPerceptor
from vqclip.models.shipped import MINI_FOLDER
from vqclip.models.taming import TamingVQGAN
from vqclip.models.weights.architecture import infer_architecture
from vqclip.models.weights.checkpoints import write_vqgan
from vqclip.models.weights.forms import weights_file
from vqclip.training.generator.autoencoder import VqganTraining
from vqclip.training.generator.reconstruction import compare, pair_sheet
from vqclip.training.generator.vqgan_settings import ArchitectureSettings, VqganSettings
from vqclip.training.generator.windows import Windows
from vqclip.training.run import INTERRUPTED, RunFolder, command, plainly, read_settings
from vqclip.training.shards import Pictures

WEIGHTS, ARCHITECTURE, SHEETS = "vqgan.safetensors", "vqgan.yaml", "sheets"
FREE = frozenset(
    {"checkpoint_every", *(f"validation.{key}" for key in ("every", "pictures", "shown"))}
)
"""Keys that change nothing of what is learned."""
CONFIG = configs_folder() / "training" / "vqgan.yaml"
AT_ONCE, COLUMNS = 16, 8


def begin(settings: VqganSettings) -> TamingVQGAN:
    """Make the VQGAN of the settings, random or with the weights it starts from.

    Raises:
        ConfigError: those weights have another architecture.
        CheckpointError: they are missing or damaged.
    """
    wanted = settings.architecture.build()
    if settings.start_from is None:
        with torch.random.fork_rng():
            torch.manual_seed(settings.seed)
            vqgan = TamingVQGAN(wanted)
        if settings.grow_from is not None:
            grow(vqgan, TamingVQGAN.from_file(weights_of(settings.grow_from)))
        return vqgan
    if settings.grow_from is not None:
        raise ConfigError("start_from and grow_from: give one of them")
    path = weights_of(settings.start_from)
    vqgan = TamingVQGAN.from_file(path)
    found = infer_architecture(vqgan.state_dict())
    if found != wanted:
        raise ConfigError(f"architecture: {path} has {found!r}, but the settings {wanted!r}")
    return vqgan


def weights_of(name: str) -> Path:
    """Return the file of the weights of a VQGAN: a path, or `mini`."""
    return weights_file(MINI_FOLDER / WEIGHTS if name == MINI else Path(name))


def grow(vqgan: TamingVQGAN, smaller: TamingVQGAN) -> None:
    """Take from another architecture the layers whose names and shapes fit, but not the codes.

    Taming numbers its resolutions from the picture inwards, so the outer ones fit a deeper one.
    """
    for name, one in vqgan.state_dict().items():
        found = smaller.state_dict().get(name)
        if found is not None and found.shape == one.shape and not name.startswith("quantize."):
            one.copy_(found)


def export(folder: Path, vqgan: TamingVQGAN, architecture: ArchitectureSettings) -> None:
    """Write the weights in half precision, and the architecture as taming has it.

    Raises:
        OutputError: the folder cannot be written.
    """
    tensors = {
        name: one.detach().half().cpu().contiguous() for name, one in vqgan.state_dict().items()
    }
    ddconfig = write_vqgan(folder / WEIGHTS, tensors).ddconfig()
    ddconfig |= {"resolution": architecture.resolution}
    ddconfig |= {"ch_mult": architecture.ch_mult, "attn_resolutions": architecture.attention}
    params = {"embed_dim": architecture.code_size, "n_embed": architecture.codes}
    model = {"target": "taming.models.vqgan.VQModel", "params": {**params, "ddconfig": ddconfig}}
    write(folder / ARCHITECTURE, yaml.safe_dump({"model": model}, sort_keys=False).encode())


class Means:
    """Means of scalars over the steps since they were last taken."""

    def __init__(self, sums: dict[str, Tensor] | None = None) -> None:
        self.sums = sums or {}

    def add(self, values: dict[str, Tensor]) -> None:
        """Add the values of a step."""
        for name, value in values.items():
            pair = torch.stack([value, torch.ones_like(value)])
            self.sums[name] = self.sums[name].to(pair) + pair if name in self.sums else pair

    def take(self) -> dict[str, float]:
        """Return the means to five digits, and begin anew."""
        pairs = {name: one.tolist() for name, one in self.sums.items()}
        self.sums = {}
        return {name: float(f"{total / count:.5g}") for name, (total, count) in pairs.items()}


class Validation:
    """Held-out pictures, and what is measured on them."""

    def __init__(self, pictures: Pictures, settings: VqganSettings, perceptor: Any) -> None:
        count = min(settings.validation.pictures, len(pictures))
        pixels = torch.from_numpy(pictures.pixels(range(count)))
        self.images = pixels.permute(0, 3, 1, 2).float() / 255  # (N, 3, H, H)
        self.settings, self.perceptor = settings, perceptor

    def measure(self, training: VqganTraining, folder: Path) -> dict[str, float]:
        """Return the figures of the averaged weights, to five digits, and write a sheet."""
        chosen = self.settings.validation
        images = self.images.to(training.device)
        with training.averaged():
            figures = compare(
                torch.split(images, AT_ONCE),
                training.reconstruct,
                codes=self.settings.architecture.codes,
                perceptor=self.perceptor,
            )
            if chosen.shown:
                x = images[: chosen.shown]
                parts = [training.reconstruct(part)[0].float() for part in torch.split(x, AT_ONCE)]
                sheet = pair_sheet(x, torch.cat(parts), columns=min(COLUMNS, len(x)))
                with atomic(folder / SHEETS / f"step-{training.step:06d}.png") as path:
                    to_pil(sheet).save(path, "PNG")
        return {name: float(f"{value:.5g}") for name, value in figures.items()}


def train(settings: VqganSettings, data: Path, output: Path, *, bar: Any = tqdm) -> bool:
    """Train, or continue, to the last step or Ctrl-C; return whether it came to the end.

    Raises:
        VqclipError: settings, pictures or weights are not as they should be, or it diverged.
    """
    device = resolve_device(settings.device)
    torch.set_num_threads(settings.threads)
    train_set, held_out = Pictures(data / "train"), Pictures(data / "held-out")
    windows = Windows(train_set, batch=settings.batch, side=settings.crop, seed=settings.seed)
    (perceptor,), _ = load_perceptors([settings.perceptor], device=device)
    assert isinstance(perceptor, ClipPerceptor)
    seen = perceptor if settings.losses.perceptual > 0 else None
    training = VqganTraining(settings, begin(settings), windows, perceptor=seen, device=device)
    validation = Validation(held_out, settings, perceptor)
    folder = RunFolder(output, settings, FREE)
    state = folder.open()
    means = Means(state.pop("means") if state else None)
    if state:
        training.load_state_dict(state)
    else:
        folder.log(0, {"held_out": validation.measure(training, output)})
    steps = range(training.step, settings.steps)
    with interruptible() as stop, bar(steps, initial=training.step, total=settings.steps) as shown:
        for _ in shown:
            means.add(training.advance())
            step, last = training.step, training.step == settings.steps
            if step % settings.log_every == 0 or last:
                folder.log(step, taken := means.take())
                shown.set_postfix({name: taken[name] for name in ("l1", "gradient")})
            if step % settings.validation.every == 0 or last:
                folder.log(step, {"held_out": validation.measure(training, output)})
            if step % settings.checkpoint_every == 0 or last or stop.is_set():
                folder.save({**training.state_dict(), "means": means.sums})
                with training.averaged() as vqgan:
                    export(output, vqgan, settings.architecture)
            if stop.is_set() and not last:
                return False
    return True


def main(
    data: Annotated[Path, typer.Argument(help="Folder of the pictures.")],
    output: Annotated[Path, typer.Argument(help="Folder of the run.")],
    changes: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Argument(help="KEY=VALUE ..., after the file."),
    ] = None,
    config: Annotated[Path, typer.Option(help="A YAML file.")] = CONFIG,
) -> None:
    """Train a VQGAN, or continue its training."""
    with plainly():
        done = train(read_settings(VqganSettings, config, changes or []), data, output)
    if not done:
        raise typer.Exit(INTERRUPTED)


if __name__ == "__main__":
    command(main)()
