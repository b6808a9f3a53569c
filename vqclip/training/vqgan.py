"""Train a VQGAN: `python -m vqclip.training.vqgan DATA OUTPUT --config FILE [KEY=VALUE ...]`.

DATA is the folder that `python -m vqclip.training.data` wrote. OUTPUT gets vqgan.safetensors and
vqgan.yaml, log.jsonl, sheets of held-out pictures, and a checkpoint from which the same command
continues.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Optional

import torch
import typer
import yaml
from torch import Tensor
from tqdm import tqdm

from vqclip.config.choices import MINI
from vqclip.config.shelves import configs_folder
from vqclip.errors import ConfigError
from vqclip.files.atomic import write
from vqclip.machine.device import resolve_device
from vqclip.machine.interrupt import interruptible
from vqclip.models.load import load_perceptors
from vqclip.models.perceptor import ClipPerceptor
from vqclip.models.shipped import MINI_FOLDER
from vqclip.models.taming import TamingVQGAN
from vqclip.models.weights.architecture import infer_architecture
from vqclip.models.weights.checkpoints import write_vqgan
from vqclip.models.weights.forms import weights_file
from vqclip.training.commands import read_settings, reported_errors, start
from vqclip.training.generator.autoencoder import VqganTraining
from vqclip.training.generator.growth import fit_output, grow, widen
from vqclip.training.generator.teacher import check_fit
from vqclip.training.generator.validation import Validation
from vqclip.training.generator.vqgan_settings import ArchitectureSettings, VqganSettings
from vqclip.training.generator.windows import Windows
from vqclip.training.run import TrainingFolder
from vqclip.training.shards import Pictures

WEIGHTS, ARCHITECTURE = "vqgan.safetensors", "vqgan.yaml"
FREE = frozenset(
    {
        "checkpoint_every",
        "minutes",
        *(f"validation.{key}" for key in ("every", "pictures", "shown")),
    }
)
"""Keys that do not affect the weights."""
SAVED = 50.0
"""Seconds between checkpoints of a training that is measured in minutes, at least."""
FITTED = 64
"""Pictures to which the last layer is fitted before a training with a teacher."""
CONFIG = configs_folder() / "training" / "vqgan.yaml"


def begin(settings: VqganSettings, teacher: TamingVQGAN | None = None) -> TamingVQGAN:
    """Return the VQGAN of the settings, random or with the weights from which it continues.

    Raises:
        ConfigError: those weights have another architecture, or other codes than the teacher.
        CheckpointError: they are missing or damaged.
    """
    wanted = settings.architecture.build()
    if settings.start_from is None:
        with torch.random.fork_rng():
            torch.manual_seed(settings.seed)
            vqgan = TamingVQGAN(wanted)
        if settings.grow_from is not None:
            grow(vqgan, TamingVQGAN.from_file(weights_of(settings.grow_from)))
        if teacher is not None:
            check_fit(teacher, vqgan)
            widen(vqgan, teacher)
        return vqgan
    if settings.grow_from is not None:
        raise ConfigError("start_from and grow_from: only one of them is allowed")
    path = weights_of(settings.start_from)
    vqgan = TamingVQGAN.from_file(path)
    _check_architecture(path, asdict(infer_architecture(vqgan.state_dict())), asdict(wanted))
    if teacher is not None:
        check_fit(teacher, vqgan)
        if not torch.equal(teacher.codebook, vqgan.codebook):
            raise ConfigError(f"teacher: its codes are not those of {path}")
    return vqgan


def _check_architecture(path: Path, own: dict[str, object], wanted: dict[str, object]) -> None:
    differing = [name for name in wanted if own[name] != wanted[name]]
    if differing:
        weights, settings = (
            ", ".join(f"{name}={table[name]}" for name in differing) for table in (own, wanted)
        )
        raise ConfigError(f"architecture: {path} has {weights}, but the settings have {settings}")


def weights_of(name: str) -> Path:
    """Return the file of the weights of a VQGAN: a path, or `mini`."""
    return weights_file(MINI_FOLDER / WEIGHTS if name == MINI else Path(name))


def export(folder: Path, vqgan: TamingVQGAN, architecture: ArchitectureSettings) -> None:
    """Write the weights in half precision, and the architecture in taming's format.

    Raises:
        OutputError: the folder cannot be written.
    """
    tensors = {
        name: tensor.detach().half().cpu().contiguous()
        for name, tensor in vqgan.state_dict().items()
    }
    ddconfig = write_vqgan(folder / WEIGHTS, tensors).ddconfig()
    ddconfig |= {"resolution": architecture.resolution}
    ddconfig |= {"ch_mult": architecture.ch_mult, "attn_resolutions": architecture.attention}
    params = {"embed_dim": architecture.code_size, "n_embed": architecture.codes}
    model = {"target": "taming.models.vqgan.VQModel", "params": {**params, "ddconfig": ddconfig}}
    write(folder / ARCHITECTURE, yaml.safe_dump({"model": model}, sort_keys=False).encode())


class Means:
    """Means of scalars over the steps since the means were last taken."""

    def __init__(self, sums: dict[str, Tensor] | None = None) -> None:
        self.sums = sums or {}

    def add(self, values: dict[str, Tensor]) -> None:
        """Add the values of a step."""
        for name, value in values.items():
            pair = torch.stack([value, torch.ones_like(value)])
            self.sums[name] = self.sums[name].to(pair) + pair if name in self.sums else pair

    def take(self) -> dict[str, float]:
        """Return the means to five digits, and start over."""
        pairs = {name: pair.tolist() for name, pair in self.sums.items()}
        self.sums = {}
        return {name: float(f"{total / count:.5g}") for name, (total, count) in pairs.items()}


def prepare(settings: VqganSettings, data: Path) -> tuple[VqganTraining, Validation]:
    """Load the pictures and models of a training that has not begun."""
    device = resolve_device(settings.device)
    torch.set_num_threads(settings.threads)
    train_set, held_out = Pictures(data / "train"), Pictures(data / "held-out")
    windows = Windows(
        train_set,
        batch=settings.batch,
        side=settings.crop,
        seed=settings.seed,
        growing=settings.minutes > 0,
    )
    (perceptor,), _ = load_perceptors([settings.perceptor], device=device)
    if not isinstance(perceptor, ClipPerceptor):
        raise ConfigError(f"perceptor: {settings.perceptor!r} is not a CLIP of open_clip")
    teacher = None
    if settings.teacher is not None:
        teacher = TamingVQGAN.from_file(weights_of(settings.teacher))
    training = VqganTraining(
        settings,
        begin(settings, teacher),
        windows,
        perceptor=perceptor if settings.losses.perceptual > 0 else None,
        device=device,
        teacher=teacher,
    )
    return training, Validation(held_out, settings, perceptor)


def train(
    settings: VqganSettings, data: Path, output: Path, stop: threading.Event
) -> Iterator[tuple[int, dict[str, float]]]:
    """Train, or continue, to the end; once `stop` is set, save and end after the step.

    Yields:
        The number of finished steps, and the mean losses since they were last logged; none where
        they were not logged.

    Raises:
        VqclipError: settings, pictures or weights are not usable, or the training diverged.
    """
    training, validation = prepare(settings, data)
    folder = TrainingFolder(output, settings, FREE)
    state = folder.open()
    means = Means(state.pop("means") if state else None)
    if state:
        training.load_state_dict(state)
    else:
        begin_decoder(training)
        folder.log(0, {"held_out": validation.measure(training, output)})
    saved, last = time.monotonic(), training.step > 0 and training.finished
    while not last:
        means.add(training.advance())
        step, last, stopping = training.step, training.finished, stop.is_set()
        losses = means.take() if step % settings.log_every == 0 or last else {}
        if losses:
            folder.log(step, losses)
        late = settings.minutes > 0 and time.monotonic() - saved > SAVED
        if step % settings.checkpoint_every == 0 or late or last or stopping:
            save(folder, training, means)
            saved = time.monotonic()
        if step % settings.validation.every == 0 or last:
            folder.log(step, {"held_out": validation.measure(training, output)})
        yield step, losses
        if stopping:
            return


def begin_decoder(training: VqganTraining) -> None:
    """Fit the last layer of a decoder that draws more pixels than its teacher's."""
    teacher = training.teacher
    if teacher is None or teacher.shrink == 1 or training.settings.start_from is not None:
        return

    def pairs() -> Iterator[tuple[Tensor, Tensor]]:
        for index in range(-(-FITTED // training.settings.batch)):
            images = training.windows.batch(-1 - index, training.device)
            yield teacher.vqgan.quantize(teacher.tokens(images)), images

    fit_output(training.vqgan, pairs())
    for average, parameter in zip(training.averages, training.parameters, strict=True):
        average.copy_(parameter.detach())


def save(folder: TrainingFolder[VqganSettings], training: VqganTraining, means: Means) -> None:
    """Write the checkpoint and the averaged weights.

    Raises:
        OutputError: the folder cannot be written.
        VqclipError: the training diverged.
    """
    folder.save({**training.state_dict(), "means": means.sums})
    with training.averaged() as vqgan:
        export(folder.path, vqgan, training.settings.architecture)


def main(
    data: Annotated[Path, typer.Argument(help="Folder that vqclip.training.data wrote.")],
    output: Annotated[Path, typer.Argument(help="Folder of the run, new or to be continued.")],
    overrides: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Argument(metavar="KEY=VALUE", help="Settings that replace those of the file."),
    ] = None,
    config: Annotated[Path, typer.Option(help="A YAML file.")] = CONFIG,
) -> None:
    """Train a VQGAN, or continue its training."""
    with reported_errors(), interruptible() as stop:
        settings = read_settings(VqganSettings, config, overrides or [])
        with tqdm(total=settings.steps, unit="step", mininterval=1.0) as bar:
            for step, losses in train(settings, data, output, stop):
                bar.update(step - bar.n)
                if losses:
                    bar.set_postfix({name: losses[name] for name in ("l1", "gradient")})
    if bar.n < settings.steps and stop.is_set():
        raise typer.Exit(stop.exit_code)


if __name__ == "__main__":
    start(main)
