"""The training of a VQGAN: it learns, it is the same again, it continues, it keeps what it must."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from typer.testing import CliRunner

from tests.tiny import write_clip
from vqclip.config.layers import configs_folder
from vqclip.errors import ConfigError, VqclipError
from vqclip.models.load import load_vqgan
from vqclip.models.weights.checkpoints import read_vqgan
from vqclip.training.generator.vqgan_settings import VqganSettings
from vqclip.training.generator.windows import Windows
from vqclip.training.run import CHECKPOINT, command, read_settings
from vqclip.training.shards import Pictures, write_shard
from vqclip.training.vqgan import WEIGHTS, begin, main, train

TINY = (
    "steps=4 batch=2 crop=32 warmup=0 learning_rate=0.003 average=0 log_every=2 checkpoint_every=2 "
    "architecture.ch_mult=[1,1] architecture.z_channels=8 architecture.codes=12 "
    "architecture.code_size=6 codebook.start=2 codebook.batches=2 codebook.revive_every=1 "
    "codebook.noise=0.5 losses.perceptual=0.1 adversary.weight=0.5 adversary.start=0 "
    "adversary.lead=1 adversary.ramp=1 adversary.width=8 adversary.layers=1 adversary.lecam=0.1 "
    "validation.every=2 validation.pictures=4 validation.shown=2"
)


class Silent:
    """A bar that shows nothing and may break down after some steps."""

    def __init__(self, steps: range, breaks: int | None = None, **_: Any) -> None:
        self.steps, self.breaks = steps, breaks

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __iter__(self) -> Iterator[int]:
        for done, step in enumerate(self.steps):
            if done == self.breaks:
                raise KeyboardInterrupt
            yield step

    def set_postfix(self, values: dict[str, float]) -> None:
        assert values["l1"] > 0


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("data")
    rng = np.random.RandomState(0)
    for split in ("train", "held-out"):
        coarse = rng.randint(0, 255, (8, 4, 4, 3)).astype(np.uint8)
        write_shard(folder / split, 0, coarse.repeat(8, 1).repeat(8, 2), [("x",)] * 8)
    write_clip(folder / "clip")
    return folder


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Callable[..., Path]:
    """Train in a folder, with changes as `key=value`; return the folder."""

    def make(name: str, *changes: str, breaks: int | None = None) -> Path:
        words = [*TINY.split(), f"perceptor={data / 'clip'}", *changes]
        settings = read_settings(VqganSettings, None, words)
        train(settings, data, tmp_path / name, bar=lambda *a, **k: Silent(*a, breaks=breaks, **k))
        return tmp_path / name

    return make


def figures(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}


def test_a_few_steps_lower_the_losses(run) -> None:
    folder = run("run", "steps=12", "validation.every=12", "adversary.weight=0", "codebook.noise=0")
    lines = figures(folder)
    assert lines[-1]["step"] == 12
    held_out = [line["held_out"] for line in lines if "held_out" in line]
    assert held_out[-1]["l1"] < 0.8 * held_out[0]["l1"]
    assert lines[-2]["commitment"] > 0
    assert (folder / "sheets" / "step-000012.png").is_file()


def test_a_seed_gives_one_vqgan_and_another_seed_another(run) -> None:
    first, again, other = run("a"), run("b"), run("c", "seed=1")
    assert contents(first) == contents(again)
    assert (first / WEIGHTS).read_bytes() != (other / WEIGHTS).read_bytes()


@pytest.mark.parametrize("done", [3, 1])
def test_a_run_that_broke_down_ends_with_the_same_bytes(run, done: int) -> None:
    whole = run("whole")
    with pytest.raises(KeyboardInterrupt):
        run("broken", breaks=done)
    assert contents(run("broken")) == contents(whole)
    assert contents(run("broken")) == contents(whole), "a run that is done is left as it is"


def test_the_adversary_has_a_finite_say_after_its_warm_up(run) -> None:
    lines = [line for line in figures(run("run", "log_every=1")) if "l1" in line]
    assert "adversary" not in lines[0]
    assert "adversary" not in lines[1]
    assert 0 < lines[2]["adaptive_weight"] < 1e4
    assert lines[0]["discriminator"] == pytest.approx(1, abs=0.2)


@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor")  # torch's own tracing
def test_a_compiled_run_learns_the_same(run, monkeypatch) -> None:
    compiled = torch.nn.Module.compile

    def traced(module: torch.nn.Module, **settings: Any) -> None:
        compiled(module, backend="aot_eager", **settings)  # needs no compiler of C++

    monkeypatch.setattr(torch.nn.Module, "compile", traced)
    settings = ("crop=16", "log_every=1")
    plain, traces = (figures(run(one, *settings, f"compile={one}")) for one in ("false", "true"))
    assert any("adaptive_weight" in line for line in traces)
    for line, trace in zip(plain, traces, strict=True):
        assert trace.keys() == line.keys()
        if "l1" in line:
            assert trace["l1"] == pytest.approx(line["l1"], rel=1e-3)


def test_the_decoder_alone_leaves_the_codes_as_they_are(run) -> None:
    start = run("start") / WEIGHTS
    decoder = run("decoder", "trainable=decoder", f"start_from={start}") / WEIGHTS
    before, after = read_vqgan(start), read_vqgan(decoder)
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert {name.split(".")[0] for name in changed} == {"decoder", "post_quant_conv"}


def test_all_of_it_continues_from_weights_with_their_codes(run) -> None:
    start = run("start") / WEIGHTS
    folder = run("more", f"start_from={start}", "steps=1", "learning_rate=0")
    before, after = read_vqgan(start), read_vqgan(folder / WEIGHTS)
    moved = before["quantize.embedding.weight"] != after["quantize.embedding.weight"]
    assert moved.any()
    same = [name for name in before if name.startswith(("encoder", "decoder"))]
    assert all(torch.equal(before[name], after[name]) for name in same)


def test_layers_grow_from_a_smaller_vqgan_where_they_fit(run) -> None:
    start, deeper = run("start") / WEIGHTS, "architecture.ch_mult=[1,1,1]"
    still = ("steps=2", "learning_rate=0", deeper)
    before, grown = (
        read_vqgan(start),
        read_vqgan(run("grown", f"grow_from={start}", *still) / WEIGHTS),
    )
    new = read_vqgan(run("new", *still) / WEIGHTS)
    outer = [name for name in before if ".down.0." in name or ".up.0." in name]
    assert outer
    assert all(torch.equal(before[name], grown[name]) for name in outer)
    assert not any(torch.equal(before[name], new[name]) for name in outer if "conv" in name)
    inner = [name for name in grown if ".down.2." in name]
    assert inner
    assert all(torch.equal(new[name], grown[name]) for name in inner)
    codes = "quantize.embedding.weight"
    assert not torch.equal(before[codes], grown[codes])


def test_weights_come_from_one_place(run) -> None:
    with pytest.raises(ConfigError, match="start_from and grow_from: give one of them"):
        run("both", "start_from=mini", "grow_from=mini")


def test_what_is_written_loads_and_says_what_it_is(run, data: Path) -> None:
    folder = run("run", "architecture.attention=[16]", "architecture.resolution=32")
    vqgan, _ = load_vqgan(str(folder / WEIGHTS))
    assert (vqgan.factor, tuple(vqgan.codebook.shape)) == (2, (12, 6))
    assert vqgan.decode(vqgan.quantize(vqgan.encode(torch.rand(1, 3, 16, 20)))).shape[2:] == (
        16,
        20,
    )
    params = yaml.safe_load((folder / "vqgan.yaml").read_text())["model"]["params"]
    assert (params["n_embed"], params["embed_dim"]) == (12, 6)
    assert params["ddconfig"]["attn_resolutions"] == [16]
    assert params["ddconfig"]["ch_mult"] == [1, 1]
    assert any(".attn.0.q" in name for name in read_vqgan(folder / WEIGHTS))


def test_weights_of_another_architecture_are_refused(run) -> None:
    start = run("start") / WEIGHTS
    with pytest.raises(ConfigError, match="architecture: .* has .*codes=12.*codes=16"):
        run("other", f"start_from={start}", "architecture.codes=16")


def test_a_run_that_diverges_says_so(run) -> None:
    with pytest.raises(VqclipError, match="step 1 is not finite"):
        run("run", "losses.l1=1e40")


def test_windows_are_parts_of_pictures_by_seed_and_number(data: Path) -> None:
    pictures, cpu = Pictures(data / "train"), torch.device("cpu")
    windows = Windows(pictures, batch=5, side=8, seed=3)
    first, second = windows.batch(0, cpu), windows.batch(1, cpu)
    again = Windows(pictures, batch=5, side=8, seed=3)
    assert torch.equal(again.batch(1, cpu), second)
    assert torch.equal(again.batch(0, cpu), first)
    assert first.shape == (5, 3, 8, 8)
    assert not torch.equal(first, second)
    known = set(np.unique(pictures.pixels(range(8)).reshape(-1, 3), axis=0).sum(axis=1).tolist())
    levels = (first * 255).round().permute(0, 2, 3, 1).reshape(-1, 3).sum(dim=1)
    assert set(levels.int().tolist()) <= known
    with pytest.raises(ConfigError, match="crop: 64"):
        Windows(pictures, batch=1, side=64, seed=0)


@pytest.mark.parametrize(
    "name", ["vqgan", "vqgan-f16", "vqgan-f16-cpu", "vqgan-more", "vqgan-decoder"]
)
def test_the_recipes_are_settings_of_taming_networks(name: str) -> None:
    settings = read_settings(VqganSettings, configs_folder() / "training" / f"{name}.yaml")
    with torch.device("meta"):
        vqgan = begin(settings)
    assert vqgan.factor == (16 if "f16" in name else 8)


def test_the_command_trains_and_tells_mistakes(data: Path, tmp_path: Path) -> None:
    app, runner = command(main), CliRunner()
    words = [str(data), str(tmp_path / "run"), *TINY.split(), f"perceptor={data / 'clip'}"]
    config = tmp_path / "empty.yaml"
    config.write_text("")
    done = runner.invoke(app, [*words, "--config", str(config)])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "run" / CHECKPOINT).is_file()
    wrong = runner.invoke(app, [*words, "seeed=1", "seed=2", "--config", str(config)])
    assert wrong.exit_code == 2
    assert "did you mean 'seed'?" in wrong.output
    other = runner.invoke(app, [*words, "seed=2", "--config", str(config)])
    assert other.exit_code == 2
    assert "seed: 0, not 2" in other.output
