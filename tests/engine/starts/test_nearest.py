"""The start from the bank: which picture is chosen, and what is made of it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from tests.tiny import TinyPerceptor, TinyVQGAN, tiny_bank, tiny_models
from vqclip.config.choices import MINI, PICTURE_NOISE, START_NOISE
from vqclip.config.prompt import parse_prompts
from vqclip.engine.build import build
from vqclip.engine.starts import STARTS, Canvas, Start
from vqclip.engine.starts.nearest import KEEP_INIT, RECOLOR, choose, latent_of_codes, rank
from vqclip.engine.starts.picturebank import Bank, find_bank
from vqclip.engine.targets import encode_prompts
from vqclip.errors import ConfigError
from vqclip.models.load import load_models
from vqclip.randomness import Streams, stream


def streams(*seeds: int) -> Streams:
    return Streams([stream(seed, "init") for seed in seeds])


def start(kind: str, *seeds: int, bank: Bank | None = None) -> Start:
    """Starts of foxes, 16 x 16 pixels."""
    prompts = [parse_prompts("a fox") for _ in seeds]
    targets = [encode_prompts(TinyPerceptor(), prompts, device=torch.device("cpu"))]
    canvas = Canvas(TinyVQGAN(), streams(*seeds), 16, 16, prompts, targets, bank, pool=3)
    return STARTS[kind](canvas)


def bank_of(captions: tuple[str, ...], embeddings: Tensor) -> Bank:
    return Bank(torch.zeros(len(captions), 1, 1).long(), embeddings, captions)


def test_words_come_first_and_the_direction_decides_between_equals() -> None:
    captions = ("a red fox", "a blue fox", "a blue fox", "a cat")
    bank = bank_of(captions, torch.eye(4))
    direction = torch.tensor([1.0, 0.1, 0.2, 0.0])
    assert rank(bank, {"a blue fox": 1.0}, direction, 3).tolist() == [2, 1]
    assert rank(bank, {"a blue fox": 1.0}, direction, 1).tolist() == [2]
    assert rank(bank, {"a fox": 1.0, "red": -1.0}, direction, 1).tolist() == [2]
    # What one text names is not foreign for another.
    assert rank(bank, {"a fox": 1.0, "red": 0.1}, direction, 1).tolist() == [0]
    assert rank(bank, {}, torch.tensor([1.0, 0.9, 0.8, 0.7]), 99).tolist() == [0, 1]
    assert rank(bank, {}, torch.tensor([-1.2, -1.0, -1.1, -9.0]), 99).tolist() == [1, 2]


def test_the_order_of_words_tells_left_from_right() -> None:
    bank = bank_of(("a cat left of a dog", "a dog left of a cat"), torch.zeros(2, 2))
    assert rank(bank, {"a white dog left of a cat": 1.0}, torch.zeros(2), 1).tolist() == [1]


def test_the_seed_chooses_among_the_nearest_and_neighbours_do_not_matter() -> None:
    bank, direction = tiny_bank(), F.normalize(torch.ones(1, 12), dim=-1)
    prompts = [parse_prompts("a fox"), parse_prompts("number")]
    nearest = rank(bank, {"a fox": 1.0}, direction[0], 3)
    allowed = {tuple(bank.codes[k].flatten().tolist()) for k in nearest}
    drawn = [choose(bank, prompts[:1], direction, streams(seed), pool=3) for seed in range(12)]
    assert {tuple(codes.flatten().tolist()) for codes in drawn} == allowed
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


def test_a_picture_of_the_bank_is_kept_unless_something_else_is_asked_for(make_job) -> None:
    for asked, found in ((None, True), (0, False), (2, True)):
        job = make_job(losses__keep_init=asked)
        last = build(tiny_models(), [job], bank=tiny_bank()).advance()
        assert ("keep_init" in last.losses[0].terms) == found
    assert "keep_init" not in build(tiny_models(), [make_job()]).advance().losses[0].terms
