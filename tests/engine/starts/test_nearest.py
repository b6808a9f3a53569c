"""The bank of pictures to start from: its file, its choices, and what is drawn from it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch.nn import functional as F

from tests.tiny import TinyPerceptor, TinyVQGAN, tiny_models
from vqclip.config.choices import MINI, PICTURE_NOISE, START_NOISE
from vqclip.config.prompt import parse_prompts
from vqclip.engine.build import build
from vqclip.engine.starts import STARTS, Canvas, Start
from vqclip.engine.starts.init_image import init_image
from vqclip.engine.starts.nearest import KEEP_INIT, RECOLOR, choose, latent_of_codes, rank
from vqclip.engine.starts.picturebank import (
    Bank,
    Owners,
    all_hashes,
    find_bank,
    read_bank,
    write_bank,
)
from vqclip.engine.starts.wording import BESIDE, COLOR_SHARE, POWER
from vqclip.engine.targets import encode_prompts
from vqclip.errors import CheckpointError, ConfigError
from vqclip.images import to_tensor
from vqclip.models.load import load_models
from vqclip.randomness import Streams, stream


def tiny_bank(count: int = 8) -> Bank:
    generator = torch.Generator().manual_seed(1)
    codes = torch.randint(16, (count, 4, 4), generator=generator)
    captions = tuple(f"a fox number {'abcdefgh'[k] * 3}" for k in range(count))
    return Bank(codes, torch.randn(count, 12, generator=generator), captions)


def streams(*seeds: int) -> Streams:
    return Streams([stream(seed, "init") for seed in seeds])


def canvas(*seeds: int, bank: Bank | None = None) -> Canvas:
    prompts = [parse_prompts("a fox") for _ in seeds]
    targets = [encode_prompts(TinyPerceptor(), prompts, device=torch.device("cpu"))]
    return Canvas(TinyVQGAN(), streams(*seeds), 16, 16, prompts, targets, bank, pool=3)


def start(kind: str, *seeds: int, bank: Bank | None = None) -> Start:
    return STARTS[kind](canvas(*seeds, bank=bank))


def test_a_bank_is_read_as_it_was_written(tmp_path: Path) -> None:
    path, bank = tmp_path / "bank.safetensors", tiny_bank()
    write_bank(path, bank, Owners("a" * 64, "b" * 64))
    found = read_bank(path, Owners("a" * 64, "b" * 64))
    assert torch.equal(found.codes, bank.codes)
    torch.testing.assert_close(found.embeddings, bank.embeddings, atol=2e-3, rtol=0)
    assert found.captions == bank.captions


@pytest.mark.parametrize("owner", ["vqgan", "perceptor"])
def test_a_bank_of_other_weights_is_refused(tmp_path: Path, owner: str) -> None:
    path = tmp_path / "bank.safetensors"
    write_bank(path, tiny_bank(), Owners("a" * 64, "a" * 64))
    with pytest.raises(CheckpointError, match=f"another {owner}"):
        read_bank(path, replace(Owners("a" * 64, "a" * 64), **{owner: "c" * 64}))


def test_a_damaged_or_missing_bank_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bank.safetensors"
    with pytest.raises(CheckpointError, match="not a bank"):
        read_bank(path, Owners("", ""))
    path.write_bytes(b"no bank")
    with pytest.raises(CheckpointError, match="not a bank"):
        read_bank(path, Owners("", ""))


def test_agreement_is_the_share_of_a_text_by_powers_of_rarity() -> None:
    bank = Bank(torch.zeros(3, 1, 1).long(), torch.zeros(3, 2), ("a red fox", "red cats", "a cat"))
    rare, common = math.log(1 + 3 / 1) ** POWER, math.log(1 + 3 / 2) ** POWER  # fox; a, red, cat
    torch.testing.assert_close(bank.wording.agreement("Red Cat!"), torch.tensor([0.5, 1.0, 0.5]))
    expected = torch.tensor([1.0, common / (common + rare), 0.0])
    torch.testing.assert_close(bank.wording.agreement("red fox"), expected)
    assert bank.wording.agreement("zarquon").tolist() == [0, 0, 0]
    assert bank.wording.agreement("").tolist() == [0, 0, 0]


def test_what_stands_after_with_counts_less() -> None:
    bank = Bank(torch.zeros(2, 1, 1).long(), torch.zeros(2, 2), ("a rabbit", "fog"))
    expected = torch.tensor([1, BESIDE]) / (1 + BESIDE)
    torch.testing.assert_close(bank.wording.agreement("rabbit with fog"), expected)
    assert bank.wording.agreement("fog, rabbit").tolist() == [0.5, 0.5]


def test_numbers_that_nobody_asked_for_are_more_foreign_than_colors() -> None:
    captions = ("a red fox", "two foxes", "a small fox")
    bank = Bank(torch.zeros(3, 1, 1).long(), torch.zeros(3, 2), captions)
    color, two, small = bank.wording.foreign(["fox", "foxes", "a"]).tolist()
    assert color < small < two


def test_the_order_of_words_is_that_of_pairs_without_colors_and_articles() -> None:
    captions = (
        "a red cat left of the blue dog (kitty left of puppy)",
        "a dog left of a cat",
        "a bird at the top",
    )
    bank = Bank(torch.zeros(3, 1, 1).long(), torch.zeros(3, 2), captions)
    pair, shared = math.log(1 + 3 / 1), math.log(1 + 3 / 2)  # cat left, of dog; left of
    found = bank.wording.order("pink cats left of a green dog")
    torch.testing.assert_close(found, torch.tensor([1, shared / (2 * pair + shared), 0]))
    assert (
        bank.wording.order("kitty left").tolist()
        == bank.wording.order("zarquon").tolist()
        == [0, 0, 0]
    )
    first = rank(bank, {"a white dog left of a cat": 1.0}, torch.zeros(2), 1)
    assert first.tolist() == [1]


def test_what_a_caption_says_beside_all_texts_is_foreign() -> None:
    bank = Bank(torch.zeros(2, 1, 1).long(), torch.zeros(2, 2), ("a red fox (animal)", "a cat"))
    own = [math.log(1 + 2 / 2), math.log(1 + 2 / 1)]  # a; red, fox, cat
    assert bank.wording.foreign(["a red fox"]).tolist() == pytest.approx([0, own[1] / sum(own)])
    red = COLOR_SHARE * own[1]
    assert bank.wording.foreign(["fox", "a cat"]).tolist() == pytest.approx(
        [red / (own[0] + red + own[1]), 0]
    )


def test_words_come_first_and_the_direction_decides_between_equals() -> None:
    captions = ("a red fox", "a blue fox", "a blue fox", "a cat")
    bank = Bank(torch.zeros(4, 1, 1).long(), torch.eye(4), captions)
    direction = torch.tensor([1.0, 0.1, 0.2, 0.0])
    assert rank(bank, {"a blue fox": 1.0}, direction, 3).tolist() == [2, 1]
    assert rank(bank, {"a blue fox": 1.0}, direction, 1).tolist() == [2]
    assert rank(bank, {"a fox": 1.0, "red": -1.0}, direction, 1).tolist() == [2]
    # What one text names is not foreign for another.
    assert rank(bank, {"a fox": 1.0, "red": 0.1}, direction, 1).tolist() == [0]
    assert rank(bank, {}, torch.tensor([1.0, 0.9, 0.8, 0.7]), 99).tolist() == [0, 1]
    assert rank(bank, {}, torch.tensor([-1.2, -1.0, -1.1, -9.0]), 99).tolist() == [1, 2]


def test_the_seed_chooses_among_the_nearest_and_neighbours_do_not_matter() -> None:
    bank, direction = tiny_bank(), F.normalize(torch.randn(1, 12), dim=-1)
    prompts = [parse_prompts("a fox"), parse_prompts("number")]
    nearest = rank(bank, {"a fox": 1.0}, direction[0], 3)
    allowed = {tuple(bank.codes[k].flatten().tolist()) for k in nearest}
    drawn = [choose(bank, prompts[:1], direction, streams(seed), pool=3) for seed in range(12)]
    assert {tuple(one.flatten().tolist()) for one in drawn} == allowed
    both = choose(bank, prompts[::-1], direction.expand(2, -1), streams(4, 5), pool=3)
    assert torch.equal(both[1:], drawn[5])


def test_a_picture_of_its_own_size_is_its_codes() -> None:
    vqgan, codes = TinyVQGAN(), tiny_bank().codes[:2]
    z = latent_of_codes(vqgan, codes, height=16, width=16)
    assert torch.equal(z, vqgan.codebook[codes].permute(0, 3, 1, 2))


def test_a_picture_of_another_shape_is_cropped_about_its_center() -> None:
    vqgan = TinyVQGAN()
    codes = torch.zeros(1, 4, 4, dtype=torch.long)
    codes[:, 1:3] = 5  # the middle rows of cells
    wide = latent_of_codes(vqgan, codes, height=16, width=32)
    middle = vqgan.decode(vqgan.codebook[torch.full((1, 4, 8), 5)].permute(0, 3, 1, 2))
    expected = vqgan.encode(middle.clamp(0, 1))
    torch.testing.assert_close(wide[..., 1:3, :], expected[..., 1:3, :], atol=0.05, rtol=0)


def test_auto_takes_the_bank_where_there_is_one() -> None:
    near, smooth = start("auto", 0, bank=tiny_bank()), start("auto", 0)
    assert (near.noise, near.recolor, near.keep_init) == (PICTURE_NOISE, RECOLOR, KEEP_INIT)
    assert torch.equal(near.latent, start("nearest", 0, bank=tiny_bank()).latent)
    assert (smooth.noise, smooth.recolor, smooth.keep_init) == (START_NOISE, 0, 0)
    assert torch.equal(smooth.latent, start("smooth", 0, bank=tiny_bank()).latent)


def test_nearest_without_a_bank_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match="brings pictures"):
        start("nearest", 0)


def test_an_image_is_the_start_of_all(tmp_path: Path) -> None:
    path, image = tmp_path / "init.png", Image.new("RGB", (16, 16), (200, 40, 90))
    image.save(path)
    found = init_image(canvas(0, 1), path)
    assert (found.noise, found.recolor, found.keep_init) == (PICTURE_NOISE, 0, 0)
    expected = TinyVQGAN().encode(to_tensor(image)).expand(2, -1, -1, -1)
    torch.testing.assert_close(found.latent, expected)


def test_a_picture_from_the_bank_is_the_same_alone_and_beside_others(make_job) -> None:
    jobs = [make_job(seed=seed, width=20, start__candidates=2) for seed in range(3)]
    together = build(tiny_models(), jobs, bank=tiny_bank())
    alone = build(tiny_models(), jobs[1:2], bank=tiny_bank())
    for generation in (together, alone):
        list(generation)
    torch.testing.assert_close(together.images()[1:2], alone.images(), atol=1e-4, rtol=0)


def test_the_shipped_bank_fits_the_shipped_pair_and_shows_what_is_asked() -> None:
    models = load_models(MINI, {MINI: 1.0})
    bank = find_bank(models)
    assert bank is not None
    assert f"bank {MINI}" in all_hashes(models)
    assert int(bank.codes.max()) < len(models.generator.codebook)
    for color, channel in (("red", 0), ("green", 1), ("blue", 2)):
        text = f"a {color} square on a black background"
        direction = models.perceptors[0].encode_text([text])[0]
        nearest = rank(bank, {text: 1.0}, direction, 1)
        assert text == bank.captions[int(nearest)]
        codes = bank.codes[nearest]
        latent = latent_of_codes(models.generator, codes, height=128, width=128)
        picture = models.generator.decode(latent)
        assert int(picture.mean(dim=(0, 2, 3)).argmax()) == channel


def test_a_word_in_parentheses_counts_less_and_does_not_lengthen_the_caption() -> None:
    captions = ("a fox by a lake", "a hen by a lake (pond)", "a hen by a pond", "a cat")
    bank = Bank(torch.zeros(4, 2, 2, dtype=torch.long), torch.zeros(4, 3), captions)
    pond, lake = (
        bank.wording.agreement("a hen by a pond"),
        bank.wording.agreement("a hen by a lake"),
    )
    assert pond.argmax() == 2
    assert pond[1] > pond[0]
    assert lake.tolist()[:2] == [lake[0], 1.0]
    plain = replace(bank, captions=(captions[0], "a hen by a lake", *captions[2:]))
    assert plain.wording.agreement("a pond")[1] < bank.wording.agreement("a pond")[1] < pond[2]
    assert torch.equal(plain.wording.foreign(["a lake"])[:1], bank.wording.foreign(["a lake"])[:1])


def test_a_picture_of_the_bank_is_kept_unless_something_else_is_asked_for(make_job) -> None:
    for asked, found in ((None, True), (0, False), (2, True)):
        job = make_job(losses__keep_init=asked)
        last = build(tiny_models(), [job], bank=tiny_bank()).advance()
        assert ("keep_init" in last.losses[0].terms) == found
    assert "keep_init" not in build(tiny_models(), [make_job()]).advance().losses[0].terms
