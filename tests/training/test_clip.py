"""The training of a small CLIP: what it sees, learns, keeps and writes."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F
from typer.testing import CliRunner

from vqclip.models.load import load_perceptors
from vqclip.randomness import stream
from vqclip.training import clip as training
from vqclip.training.perceptor.attack import attack
from vqclip.training.perceptor.batches import Batch, batches, draw_batch, wrong_caption
from vqclip.training.perceptor.contrastive import AttackSettings, ClipSettings, Trainer
from vqclip.training.perceptor.encoder import ImageTower, TextTower, build, vocabulary, with_unknown
from vqclip.training.perceptor.retrieval import (
    by_attribute,
    embed_images,
    embed_texts,
    first,
    unknown_shift,
)
from vqclip.training.perceptor.views import ViewSettings, mirrored, views
from vqclip.training.run import command
from vqclip.training.shards import Pictures, write_shard

COLORS = {"red": (220, 30, 30), "green": (30, 160, 50), "blue": (30, 60, 220)}
TINY = ClipSettings(
    embed_dim=8,
    size=16,
    steps=6,
    batch=6,
    warmup=0,
    learning_rate=5e-3,
    validate_every=3,
    save_every=3,
    image=ImageTower(timm="", layers=[1], width=16, patch=8, head_width=8),
    text=TextTower(context_length=12, width=8, heads=2, layers=1),
)
NOTHING = torch.zeros(4, 0, dtype=torch.bool)
SENTENCES = [f"a picture of {name}" for name in COLORS]


def write_pictures(folder: Path, count: int = 12) -> None:
    rng = np.random.RandomState(0)
    for split in ("train", "held-out"):
        names = [list(COLORS)[row % 3] for row in range(count)]
        pixels = np.array([COLORS[name] for name in names], np.uint8)[:, None, None]
        pixels = pixels + rng.randint(0, 20, (count, 32, 32, 3)).astype(np.uint8)
        write_shard(folder / split, 0, pixels, [(f"a picture of {name}", name) for name in names])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_pictures(tmp_path / "data")
    return tmp_path / "data"


def test_steps_lower_the_loss(data: Path) -> None:
    pictures = Pictures(data / "train")
    settings = replace(TINY, batch=3, steps=40)
    trainer = Trainer(settings, SENTENCES, torch.device("cpu"))
    (batch,) = batches(pictures, 0, size=3, first=0, last=1)
    losses = [trainer.step(batch, step) for step in range(4)]
    assert losses[3] < losses[0]


def test_a_training_that_stops_goes_on_with_the_same_bytes(data: Path, tmp_path: Path) -> None:
    def run(folder: str, *words: str) -> bytes:
        settings = ["image.timm=", "image.layers=[1]", "image.width=16", "image.patch=8"]
        settings += ["image.head_width=8", "text.context_length=12", "text.width=8"]
        settings += ["text.heads=2", "text.layers=1", "embed_dim=8", "size=16", "batch=4"]
        settings += ["steps=4", "save_every=2", "validate_every=2", "warmup=1"]
        done = CliRunner().invoke(
            command(training.main), [str(data), str(tmp_path / folder), *settings, *words]
        )
        assert done.exit_code == 0, done.output
        return (tmp_path / folder / "clip" / "open_clip_model.safetensors").read_bytes()

    whole = run("whole")
    stopped = Trainer.step

    def stop(self: Trainer, batch: object, step: int) -> float:
        if step == 3:
            raise KeyboardInterrupt
        return stopped(self, batch, step)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "step", stop)
        with pytest.raises(AssertionError):
            run("halves")
    assert not (tmp_path / "halves" / "clip").exists()
    assert run("halves") == whole
    assert run("other", "seed=1") != whole
    run("part", "--until", "2")
    assert run("part") == whole
    assert len({run("swaps", "swaps=0"), run("naming", "naming=0"), whole}) == 3
    lines = (tmp_path / "halves" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["step"] for line in lines] == [2, 4]
    (perceptor,), _ = load_perceptors([str(tmp_path / "whole" / "clip")])
    assert perceptor.size == 16
    assert perceptor.unknown_words("a picture of purple") == ("purple",)
    assert perceptor.encode_image(torch.rand(2, 3, 16, 16)).shape == (2, 8)


def test_bad_settings_are_named_all_at_once(data: Path, tmp_path: Path) -> None:
    words = [str(data), str(tmp_path / "run"), "batsch=3", "attack.share=2"]
    done = CliRunner().invoke(command(training.main), words)
    assert done.exit_code == 2
    assert "did you mean 'batch'" in done.output
    assert "attack.share: 2" in done.output
    assert not (tmp_path / "run").exists()


def test_a_batch_depends_on_seed_and_step_alone(data: Path) -> None:
    pictures = Pictures(data / "train")
    chain = list(batches(pictures, 5, size=4, first=0, last=4))
    alone = draw_batch(pictures, 5, size=4, step=2)
    assert np.array_equal(chain[2].pixels, alone.pixels)
    assert chain[2].captions == alone.captions
    epoch = np.concatenate([one.pixels for one in chain[:3]])
    assert len({one.tobytes() for one in np.sort(epoch.reshape(12, -1), axis=1)}) == 12


def test_a_wrong_caption_is_wrong_in_one_thing() -> None:
    chance = random.Random(0)
    wrong = {wrong_caption("a red cat on a blue background", chance) for _ in range(400)}
    assert "a red cat on a blue background" not in wrong
    assert any("dog" in one or "puppy" in one for one in wrong)
    assert "a blue cat on a red background" in wrong
    assert wrong_caption("Christ on a donkey", chance) == ""


def test_wrong_captions_are_learned_to_be_wrong() -> None:
    settings = replace(
        TINY, batch=4, steps=100, learning_rate=0.02, naming=0, attack=AttackSettings(0.0)
    )
    pixels = np.array([COLORS["red"], COLORS["blue"]] * 2, np.uint8)[:, None, None]
    pixels = pixels + np.zeros((4, 32, 32, 3), np.uint8)
    said, other = ("red cat", "blue cat"), ("blue cat", "red cat")
    trainer = Trainer(settings, [*said, "green"], torch.device("cpu"))
    for step in range(60):
        trainer.step(Batch(pixels, said * 2, other * 2, (), NOTHING), step)
    contrast = trainer.averaged()
    images = torch.from_numpy(pixels[:2]).permute(0, 3, 1, 2).float() / 255
    seen = embed_images(contrast, images)
    right, wrong = embed_texts(contrast, said), embed_texts(contrast, other)
    assert ((seen * right).sum(dim=1) > (seen * wrong).sum(dim=1)).all()


def test_a_picture_is_mirrored_unless_its_caption_names_a_side() -> None:
    pixels = np.arange(2 * 2 * 2 * 3, dtype=np.uint8).reshape(2, 2, 2, 3)
    turned = mirrored(pixels, ["a cat", "a cat on the left"], [True, True])
    assert np.array_equal(turned[0], pixels[0, :, ::-1])
    assert np.array_equal(turned[1], pixels[1])
    assert np.array_equal(mirrored(pixels, ["a cat"] * 2, [False, False]), pixels)


def test_a_view_without_any_change_is_the_picture_itself() -> None:
    still = ViewSettings(smallest=1, largest=1, whole=0, turn=0, blur=0, color=0, noise=0)
    images = torch.full((2, 3, 32, 32), 0.25)
    images[1, 0] = 0.75
    seen = views(images, 16, still, stream(0, "views"))
    torch.testing.assert_close(seen, F.avg_pool2d(images, 2))
    noisy = views(images, 16, replace(still, noise=0.5), stream(0, "views"))
    assert not torch.allclose(noisy, seen, atol=0.01)


def test_an_attack_climbs_and_stays_in_its_ball() -> None:
    images, wanted = torch.rand(4, 3, 8, 8), torch.rand(4, 3, 8, 8)

    def loss(seen: torch.Tensor) -> torch.Tensor:
        return (seen - wanted).square().sum()

    moved = attack(loss, images, radius=0.5, steps=3, generator=stream(0, "attack"))
    lengths = (moved - images).flatten(1).norm(dim=1)
    assert (lengths <= 0.5 + 1e-5).all()
    assert loss(moved) > loss(images)
    torch.testing.assert_close(lengths, torch.full((4,), 0.5), atol=1e-3, rtol=0)
    assert torch.equal(
        moved, attack(loss, images, radius=0.5, steps=3, generator=stream(0, "attack"))
    )


def test_a_word_of_no_caption_says_nothing_and_stays_so() -> None:
    torch.manual_seed(0)
    contrast = build(TINY.architecture, SENTENCES)
    table = contrast.model.token_embedding.weight
    tokens = contrast.tokens(["a picture of red", "zebra"])
    strange = tokens[1, 1]
    assert not contrast.known[strange]
    assert table[strange].abs().sum() == 0
    contrast.texts(tokens).sum().backward()
    assert table.grad[strange].abs().sum() == 0
    assert table.grad[tokens[0, 1]].abs().sum() > 0
    assert unknown_shift(contrast, SENTENCES) < unknown_shift_of_known(contrast)


def unknown_shift_of_known(contrast) -> float:
    plain = embed_texts(contrast, SENTENCES)
    longer = embed_texts(contrast, [f"{one} red blue green red" for one in SENTENCES])
    return 1 - float((plain * longer).sum(dim=1).mean())


def test_a_word_is_replaced_by_an_unknown_one() -> None:
    contrast = build(TINY.architecture, SENTENCES)
    tokens = contrast.tokens(SENTENCES)
    assert torch.equal(with_unknown(tokens, contrast.known, 0.0, stream(0, "w")), tokens)
    changed = with_unknown(tokens, contrast.known, 1.0, stream(0, "w"))
    differs = changed != tokens
    assert differs.sum(dim=1).tolist() == [1, 1, 1]
    assert not contrast.known[changed[differs]].any()
    marks = tokens >= len(contrast.known) - 2
    assert not (differs & marks).any()


def test_figures_of_unit_vectors_in_closed_form() -> None:
    texts = torch.eye(4)
    assert first(texts, texts) == 1
    assert first(texts[[1, 0, 2, 3]], texts) == 0.5
    assert vocabulary(["a red cat", "Red"]) == ["red", "a", "cat"]


def test_the_accuracy_of_an_attribute_is_one_for_its_own_text_and_zero_for_another() -> None:
    torch.manual_seed(0)
    captions = ["a red star on a blue background", "a pink cat on a gray background"]
    contrast = build(TINY.architecture, [*captions, "green"])
    own = embed_texts(contrast, captions)
    right = by_attribute(contrast, own, captions)
    assert set(right) == {"color", "shape", "thing"}
    assert right["color"] == {"accuracy": 1.0, "chance": 0.0833, "count": 2}
    assert right["shape"]["count"] == right["thing"]["count"] == 1
    wrong = embed_texts(contrast, ["a green star on a blue background"] * 2)
    assert by_attribute(contrast, wrong[:1], captions[:1])["color"]["accuracy"] == 0
