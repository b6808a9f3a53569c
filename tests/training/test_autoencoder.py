"""The training of a VQGAN, step by step: it learns what it should, and leaves the rest alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.tiny import write_clip
from tests.training.pairs import TINY_VQGAN, write_blocks
from vqclip.errors import VqclipError
from vqclip.models.load import load_perceptors
from vqclip.models.taming import TamingVQGAN
from vqclip.randomness import stream
from vqclip.training.commands import read_settings
from vqclip.training.generator.autoencoder import VqganTraining
from vqclip.training.generator.codebook import k_means
from vqclip.training.generator.vqgan_settings import VqganSettings
from vqclip.training.generator.windows import Windows
from vqclip.training.shards import Pictures

Begin = Callable[..., VqganTraining]


@pytest.fixture(scope="module")
def begin(tmp_path_factory: pytest.TempPathFactory) -> Begin:
    """Begin a training with changes as `key=value`."""
    folder: Path = tmp_path_factory.mktemp("data")
    write_blocks(folder)
    pictures = Pictures(folder / "train")
    (perceptor,), _ = load_perceptors([str(write_clip(folder / "clip"))])

    def make(*changes: str) -> VqganTraining:
        settings = read_settings(VqganSettings, None, [*TINY_VQGAN, *changes])
        with torch.random.fork_rng():
            torch.manual_seed(settings.seed)
            vqgan = TamingVQGAN(settings.architecture.build())
        windows = Windows(pictures, batch=settings.batch, side=settings.crop, seed=settings.seed)
        features: Any = perceptor if settings.losses.perceptual else None
        teacher = None
        if settings.teacher:
            teacher = TamingVQGAN(replace(settings.architecture, ch_mult=[1]).build()).eval()
            vqgan.quantize = teacher.requires_grad_(False).quantize
        cpu = torch.device("cpu")
        return VqganTraining(
            settings, vqgan, windows, perceptor=features, device=cpu, teacher=teacher
        )

    return make


def weights(training: VqganTraining) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in training.vqgan.state_dict().items()}


def error(training: VqganTraining, x: torch.Tensor) -> float:
    with training.averaged():
        return float((training.reconstruct(x)[0] - x).abs().mean())


def test_a_few_steps_lower_the_error_of_reconstructions(begin: Begin) -> None:
    training = begin("steps=40", "adversary.weight=0", "codebook.noise=0", "losses.perceptual=0")
    x = training.windows.batch(99, torch.device("cpu"))
    before = error(training, x)
    losses = [training.advance() for _ in range(12)]
    assert error(training, x) < 0.9 * before
    assert [float(loss["commitment"]) > 0 for loss in losses] == [False] * 2 + [True] * 10


def test_the_first_codes_are_cluster_centers_of_the_tokens(begin: Begin) -> None:
    still = ("learning_rate=0", "codebook.decay=0.9999", "codebook.revive_every=100")
    training = begin("losses.perceptual=0", "adversary.weight=0", *still)
    used = []
    for _ in range(3):
        used.append(training.quantised)
        training.advance()
    assert used == [False, False, True]
    x = torch.cat([training.windows.batch(-1 - index, training.device) for index in range(2)])
    tokens = training.vqgan.encode(x).permute(0, 2, 3, 1).flatten(0, 2)
    centers = k_means(tokens, 12, stream(0, "k-means"))
    torch.testing.assert_close(training.vqgan.codebook.detach(), centers, atol=0.01, rtol=0)


def test_a_seed_gives_one_training_and_a_state_continues_it(begin: Begin) -> None:
    whole, part, rest = begin(), begin(), begin()
    for _ in range(3):
        whole.advance()
    for _ in range(2):
        part.advance()
    rest.load_state_dict(part.state_dict())
    rest.advance()
    assert rest.step == 3
    for name, tensor in weights(whole).items():
        assert torch.equal(tensor, rest.vqgan.state_dict()[name]), name


def test_the_adversary_takes_part_after_its_lead(begin: Begin) -> None:
    training = begin("adversary.ramp=1", "codebook.start=9")
    first, second, third = (training.advance() for _ in range(3))
    assert "adversary" not in {*first, *second}
    assert 0 < third["adaptive_weight"] < 1e4
    assert float(first["discriminator"]) == pytest.approx(1, abs=0.2)


def test_the_decoder_alone_leaves_the_codes_as_they_are(begin: Begin) -> None:
    training = begin("trainable=decoder", "start_from=mini")
    before = weights(training)
    training.advance()
    after = weights(training)
    changed = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"decoder", "post_quant_conv"}


def test_codes_move_while_the_networks_rest(begin: Begin) -> None:
    training = begin("start_from=mini", "learning_rate=0", "losses.perceptual=0")
    before = weights(training)
    training.advance()
    after = weights(training)
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"quantize.embedding.weight"}


def test_a_teacher_keeps_the_codes_while_both_networks_learn(begin: Begin) -> None:
    training = begin(
        "teacher=x", "steps=40", "adversary.weight=0", "losses.perceptual=0", "codebook.noise=0"
    )
    x = training.windows.batch(99, torch.device("cpu"))
    before, wrong = weights(training), error(training, x)
    first = training.advance()
    for _ in range(11):
        last = training.advance()
    after = weights(training)
    changed = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"encoder", "decoder", "quant_conv", "post_quant_conv"}
    assert error(training, x) < wrong
    assert last["commitment"] < first["commitment"]
    assert 0 <= training.teacher.agreement(training.vqgan, x) <= 1
    expected = training.teacher.codes(training.teacher.tokens(x)).flatten()
    assert torch.equal(training.reconstruct(x)[1], expected)


def test_the_averaged_weights_are_lent_and_taken_back(begin: Begin) -> None:
    training = begin("average=0.9", "losses.perceptual=0", "adversary.weight=0")
    start = weights(training)["decoder.conv_out.bias"]
    training.advance()
    own = weights(training)["decoder.conv_out.bias"]
    with training.averaged() as vqgan:
        lent = vqgan.decoder.conv_out.bias.detach().clone()
    # After one update the decay is 2 / 11.
    torch.testing.assert_close(lent, start.lerp(own, 9 / 11))
    assert torch.equal(training.vqgan.decoder.conv_out.bias, own)


def test_a_training_that_diverges_says_so(begin: Begin) -> None:
    with pytest.raises(VqclipError, match="step 1 is not finite"):
        begin("losses.l1=1e40", "losses.perceptual=0").advance()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor")  # torch's own tracing
def test_a_compiled_training_learns_the_same(begin: Begin, monkeypatch) -> None:
    compiled = torch.nn.Module.compile

    def traced(module: torch.nn.Module, **settings: Any) -> None:
        compiled(module, backend="aot_eager", **settings)  # needs no compiler of C++

    monkeypatch.setattr(torch.nn.Module, "compile", traced)
    plain, traces = begin(), begin("compile=true")
    for _ in range(4):
        expected, losses = plain.advance(), traces.advance()
        assert losses.keys() == expected.keys()
        assert float(losses["l1"]) == pytest.approx(float(expected["l1"]), rel=1e-3)
    assert "adaptive_weight" in losses
