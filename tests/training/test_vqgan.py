"""The command that trains a VQGAN: it starts, continues, grows, exports and reports mistakes."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from threading import Event

import pytest
import torch
import yaml
from typer.testing import CliRunner

from tests.tiny import write_clip
from tests.training.pairs import TINY_VQGAN, write_blocks
from vqclip.errors import ConfigError
from vqclip.models.load import load_vqgan
from vqclip.models.weights.checkpoints import read_vqgan
from vqclip.training.commands import command, read_settings
from vqclip.training.generator.vqgan_settings import VqganSettings
from vqclip.training.run import CHECKPOINT
from vqclip.training.vqgan import WEIGHTS, Means, main, train

Run = Callable[..., Path]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("data")
    write_blocks(folder)
    write_clip(folder / "clip")
    return folder


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Run:
    """Train in a folder, with changes as `key=value`, and break off after some steps if asked."""

    def make(name: str, *changes: str, steps: int | None = None) -> Path:
        settings = settings_of(data, *changes)
        deque(islice(train(settings, data, tmp_path / name, Event()), steps), maxlen=0)
        return tmp_path / name

    return make


@pytest.fixture(scope="module")
def start(data: Path) -> Path:
    """The weights of a VQGAN whose codes are in use."""
    settings = settings_of(data, "steps=1", "codebook.start=0")
    deque(train(settings, data, data / "start", Event()), maxlen=0)
    return data / "start" / WEIGHTS


def settings_of(data: Path, *changes: str) -> VqganSettings:
    words = [*TINY_VQGAN, f"perceptor={data / 'clip'}", *changes]
    return read_settings(VqganSettings, None, words)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}


def test_a_run_that_broke_off_ends_with_the_same_bytes(run: Run) -> None:
    whole = contents(run("whole"))
    for steps in (1, 3):  # before and after the first checkpoint
        name = f"broken after {steps}"
        assert contents(run(name, steps=steps)) != whole
        assert contents(run(name)) == whole
    assert contents(run(name)) == whole, "a finished run is left as it is"


def test_a_run_that_is_stopped_saves_and_continues(run: Run, data: Path, tmp_path: Path) -> None:
    stop, steps = Event(), []
    for step, _ in train(settings_of(data), data, tmp_path / "stopped", stop):
        steps.append(step)
        if step == 1:
            stop.set()
    assert steps == [1, 2]  # the event is seen at the end of the next step
    assert (tmp_path / "stopped" / CHECKPOINT).is_file()
    assert contents(run("stopped")) == contents(run("whole"))


def test_the_log_has_losses_and_metrics_of_held_out_pictures(run: Run) -> None:
    folder = run("run", "steps=2", "log_every=1")
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [0, 1, 2, 2]
    assert set(lines[-1]["held_out"]) >= {"l1", "psnr", "ssim", "frechet", "codes_used"}
    assert lines[1]["l1"] > 0
    assert (folder / "sheets" / "step-000002.png").is_file()


def test_a_training_continues_from_weights_and_their_codes(run: Run, start: Path) -> None:
    folder = run("more", f"start_from={start}", "steps=1", "learning_rate=0")
    before, after = read_vqgan(start), read_vqgan(folder / WEIGHTS)
    networks = [name for name in before if name.startswith(("encoder", "decoder"))]
    assert all(torch.equal(before[name], after[name]) for name in networks)


def test_layers_grow_from_a_smaller_vqgan_where_they_fit(run: Run, start: Path) -> None:
    still = ("steps=1", "learning_rate=0", "architecture.ch_mult=[1,1,1]")
    before = read_vqgan(start)
    grown = read_vqgan(run("grown", f"grow_from={start}", *still) / WEIGHTS)
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


def test_a_vqgan_that_keeps_the_codes_of_a_smaller_one(run: Run, start: Path) -> None:
    words = (f"teacher={start}", "architecture.ch_mult=[1,1,1]", "steps=1", "minutes=5")
    folder = run("taught", *words)
    before, after = read_vqgan(start), read_vqgan(folder / WEIGHTS)
    codes = "quantize.embedding.weight"
    assert torch.equal(before[codes], after[codes])
    assert load_vqgan(str(folder / WEIGHTS))[0].factor == 4
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    assert 0 <= lines[-1]["held_out"]["same_codes"] <= 100
    with pytest.raises(ConfigError, match="teacher: codes, their dimensions"):
        run("other", *words, "architecture.codes=16")


def test_a_training_in_minutes_ends_in_time_and_may_get_more(run: Run, data: Path) -> None:
    folder = run("short", "steps=100000", "minutes=0.001")
    first = torch.load(folder / CHECKPOINT)
    assert first["step"] < 100
    assert first["spent"] >= 0.06
    run("short", "steps=100000", f"minutes={first['spent'] / 60 + 0.001}")
    assert torch.load(folder / CHECKPOINT)["step"] > first["step"]


def test_weights_come_from_one_place(run: Run) -> None:
    with pytest.raises(ConfigError, match="start_from and grow_from: only one of them is allowed"):
        run("both", "start_from=mini", "grow_from=mini")


def test_weights_of_another_architecture_are_refused(run: Run, start: Path) -> None:
    with pytest.raises(ConfigError, match="architecture: .* has codes=12, but .* codes=16$"):
        run("other", f"start_from={start}", "architecture.codes=16")


def test_what_is_written_loads_and_says_what_it_is(run: Run) -> None:
    folder = run("run", "steps=1", "architecture.attention=[16]", "architecture.resolution=32")
    vqgan, _ = load_vqgan(str(folder / WEIGHTS))
    assert (vqgan.factor, tuple(vqgan.codebook.shape)) == (2, (12, 6))
    images = vqgan.decode(vqgan.quantize(vqgan.encode(torch.rand(1, 3, 16, 20))))
    assert images.shape[2:] == (16, 20)
    params = yaml.safe_load((folder / "vqgan.yaml").read_text())["model"]["params"]
    assert (params["n_embed"], params["embed_dim"]) == (12, 6)
    assert params["ddconfig"]["attn_resolutions"] == [16]
    assert params["ddconfig"]["ch_mult"] == [1, 1]
    assert any(".attn.0.q" in name for name in read_vqgan(folder / WEIGHTS))


def test_means_are_over_the_steps_in_which_a_loss_occurred() -> None:
    means = Means()
    means.add({"l1": torch.tensor(1.0)})
    means.add({"l1": torch.tensor(2.0), "adversary": torch.tensor(5.0)})
    assert Means(means.sums).take() == {"l1": 1.5, "adversary": 5}
    assert means.take() == {"l1": 1.5, "adversary": 5}
    assert means.take() == {}


def test_the_command_trains_and_reports_mistakes(data: Path, tmp_path: Path) -> None:
    app, runner = command(main), CliRunner()
    words = [str(data), str(tmp_path / "run"), *TINY_VQGAN, f"perceptor={data / 'clip'}", "steps=1"]
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
