"""The measure: ranks in closed form, a wrong picture is a miss, mistakes are sentences."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from vqclip.config.layers import Assignment, configs_folder
from vqclip.config.values import Augmentation, augmentation
from vqclip.errors import ConfigError
from vqclip.evaluation.comparison import make_plan, make_settings
from vqclip.evaluation.examination import examine, make_questions
from vqclip.evaluation.gathering import of_folder
from vqclip.evaluation.promptlist import distractors, read_prompt_list
from vqclip.evaluation.ranks import Drawn, Question, Verdict, judge, rank_of, summarize
from vqclip.evaluation.report import lines_of
from vqclip.evaluation.swaps import Attributes, read_attributes
from vqclip.perception.embedder import Embedder
from vqclip.views.verdicts import draw_verdicts
from vqclip.world.captions.attributes import ATTRIBUTES

COLORS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255)}
KINDS = Attributes({"color": (("red",), ("green",), ("blue",))})


class ColorJudge:
    """Sees the mean color of a picture, reads the first color of a text: all is known."""

    size, context_length, logit_scale = 4, 16, 1.0

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        named = [next(word for word in text.split() if word in COLORS) for text in texts]
        return torch.tensor([COLORS[name] for name in named]) / 255

    def encode_image(self, cutouts: Tensor) -> Tensor:
        return torch.nn.functional.normalize(cutouts.mean(dim=(2, 3)) + 1e-9, dim=-1)

    def words_cut_off(self, text: str) -> str:
        return ""

    def unknown_words(self, text: str) -> tuple[str, ...]:
        return ()


def painted(folder: Path, prompt: str, color: str) -> Drawn:
    path = folder / f"{prompt} as {color}.png"
    Image.new("RGB", (8, 8), COLORS[color]).save(path)
    return Drawn("painter", prompt, path)


def verdicts_on(drawn: Sequence[Drawn], guides=None, load=None):
    prompts = list(dict.fromkeys(one.prompt for one in drawn))
    texts = [f"a {name} ball" for name in COLORS]
    questions = make_questions(prompts, texts, count=99, attributes=KINDS)
    return examine(drawn, questions, Embedder(ColorJudge(), "known"), guides or {}, load)


def test_a_rank_counts_what_is_not_below() -> None:
    assert rank_of(0.5, torch.tensor([0.1, 0.4])) == 1
    assert rank_of(0.5, torch.tensor([0.5, 0.4])) == 2
    assert rank_of(0.5, torch.tensor([0.6, 0.5, 0.7])) == 4
    assert rank_of(0.5, torch.tensor([math.nan])) == 2
    assert rank_of(math.nan, torch.tensor([0.1, 0.2])) == 3


def test_figures_in_closed_form() -> None:
    texts = ["a", "b", "c", "d"]
    table = torch.tensor([[0.9, 0.1, 0.2, 0.9], [0.3, 0.2, 0.1, 0.0], [0.1, 0.2, 0.4, 0.0]])
    questions = [Question("a", ("b", "c")), Question("b", ("a", "c")), Question("c", ("a", "b"))]
    found = judge(table, texts, questions)
    assert [one.rank for one in found] == [1, 2, 1]
    assert [one.best for one in found] == ["a", "a", "c"]
    sums = summarize(found, questions)
    assert (sums.pictures, sums.hits) == (3, 2)
    assert sums.r_precision == pytest.approx(2 / 3)
    assert sums.standard_error == pytest.approx(math.sqrt(2 / 27))
    assert sums.reciprocal_rank == pytest.approx((1 + 0.5 + 1) / 3)
    assert sums.cosine == pytest.approx((0.9 + 0.2 + 0.4) / 3)
    tied = judge(table[:1], texts, [Question("a", ("b", "d"))])
    assert (tied[0].rank, tied[0].best) == (2, "d")


def test_a_wrong_picture_is_a_miss(tmp_path: Path) -> None:
    right = [painted(tmp_path, f"a {name} ball", name) for name in COLORS]
    assert [one.verdict.rank for one in verdicts_on(right)] == [1, 1, 1]
    wrong = [*right[:2], painted(tmp_path, "a blue ball", "green")]
    judged = verdicts_on(wrong)
    assert [one.verdict.hit for one in judged] == [True, True, False]
    assert judged[2].verdict.best == "a green ball"
    assert [one.verdict.kept for one in judged] == [(True,), (True,), (False,)]
    (line,) = lines_of(judged)
    assert line.judge.attributes["color"].accuracy == pytest.approx(2 / 3)
    assert line.judge.attributes["color"].chance == pytest.approx(1 / 3)
    sheet = draw_verdicts(judged)
    frames = [sheet.getpixel((6 + 134 * index + 1, 7)) for index in range(3)]
    assert [one == (214, 40, 40) for one in frames] == [False, False, True]


def test_the_guide_is_asked_of_its_own_pictures_alone(tmp_path: Path) -> None:
    drawn = [painted(tmp_path, "a red ball", "red"), painted(tmp_path, "a blue ball", "green")]
    asked = []

    def load(name: str) -> Embedder:
        asked.append(name)
        return Embedder(ColorJudge(), name)

    judged = verdicts_on(drawn, {"painter": {"one": 1.0, "two": 0.5}, "nobody": {"three": 1}}, load)
    assert asked == ["one", "two"]
    assert [one.guide.rank for one in judged] == [one.verdict.rank for one in judged]
    assert lines_of(judged)[0].agreement == 1


def test_distractors_are_always_the_same_and_never_the_prompt() -> None:
    texts = [f"prompt {index}" for index in range(200)]
    chosen = distractors("prompt 7", texts, 99)
    assert len(set(chosen)) == 99
    assert "prompt 7" not in chosen
    assert distractors("prompt 7", texts[::-1], 99) == chosen
    assert distractors("prompt 8", texts, 99) != chosen
    assert set(distractors("prompt 7", texts[:5], 99)) == {f"prompt {k}" for k in range(5)}
    assert len(set(chosen) & set(distractors("prompt 7", [*texts, "another"], 99))) >= 98


def test_words_are_swapped_for_others_of_their_kind(tmp_path: Path) -> None:
    path = tmp_path / "kinds.yaml"
    path.write_text(
        "color: [red, orange, black]\nstyle: [black and white photo of, oil painting of]\n"
        "hour: [[at sunset, at dusk], at night]\n"
    )
    kinds = read_attributes(path)
    photo, color, hour = kinds.swaps("A black and white photo of a red house at dusk")
    assert (photo.attribute, photo.phrase) == ("style", "black and white photo of")
    assert photo.texts == ("An oil painting of a red house at dusk",)
    assert color.texts == (
        "A black and white photo of an orange house at dusk",
        "A black and white photo of a black house at dusk",
    )
    assert hour.texts == ("A black and white photo of a red house at night",)
    assert not kinds.swaps("a blackbird")
    path.write_text("left alone: [with stars]\nshape: [stars, rings]\n")
    kinds = read_attributes(path)
    assert [one.phrase for one in kinds.swaps("two stars at night with stars")] == ["stars"]
    assert not kinds.swaps("a meadow with stars")
    path.write_text("color: [red]\nhour: [at night, [at dusk, '']]\nx: [a, b]\ny: [c, a]\n")
    with pytest.raises(ConfigError) as caught:
        read_attributes(path)
    assert len(caught.value.messages) == 3


def test_a_prompt_list_names_each_mistake_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# two\n\n a red  ball \na clock at 12:30\n", encoding="utf-8")
    found = read_prompt_list(path)
    assert (found.name, found.texts) == ("list", ("a red ball", "a clock at 12:30"))
    path.write_text("a fox\na hen\na fox\na fox:2\na | b\n")
    with pytest.raises(ConfigError) as caught:
        read_prompt_list(path)
    assert [one.split(":")[0][-1] for one in caught.value.messages] == ["3", "4", "5"]
    for text, reason in (("\n# a fox\n", "no prompt"), ("a fox\n", "one prompt")):
        path.write_text(text)
        with pytest.raises(ConfigError, match=reason):
            read_prompt_list(path)


def test_the_lists_that_are_shipped_can_be_read_and_have_attributes() -> None:
    kinds = read_attributes(configs_folder() / "eval" / "attributes.yaml")
    for path in (configs_folder() / "eval").glob("*.txt"):
        texts = read_prompt_list(path).texts
        asked = [kinds.swaps(text) for text in texts]
        assert sum(map(bool, asked)) >= 0.9 * len(texts)
        for text, swaps in zip(texts, asked, strict=True):
            assert all(one != text for swap in swaps for one in swap.texts)


def test_the_words_that_are_shipped_are_those_of_the_world_of_the_small_pair() -> None:
    kinds = read_attributes(configs_folder() / "eval" / "attributes.yaml")
    known = {phrase for values in kinds.values.values() for value in values for phrase in value}
    world = {word for sets in ATTRIBUTES.values() for words in sets for word in words}
    assert world <= known


def test_settings_are_presets_with_and_without_variants() -> None:
    found = make_settings(
        presets=["draft", "quality"],
        assignments=[Assignment("steps", "9", "steps=9")],
        variants=["latent.levels=1 latent.average=0"],
    )
    assert [one.name for one in found] == [
        "draft",
        "draft latent.levels=1 latent.average=0",
        "quality",
        "quality latent.levels=1 latent.average=0",
    ]
    assert [one.config.latent.levels == 1 for one in found] == [False, True, False, True]
    assert {one.config.steps for one in found} == {9}
    spaced = "augmentations=[{name: noise, strength: 0.1}, flip]  steps=5"
    (_, varied) = make_settings(presets=["draft"], variants=[spaced])
    assert varied.config.augmentations == (Augmentation("noise", 0.1), augmentation("flip"))
    assert varied.config.steps == 5
    with pytest.raises(ConfigError) as caught:
        make_settings(presets=["drft", "draft"], variants=["seed=3", "'", "steps=30"])
    text = str(caught.value)
    for part in ("did you mean 'draft'", "seed is set by --seeds", "--vary", "same setting"):
        assert part in text


def test_the_plan_has_every_setting_prompt_and_seed_once(tmp_path: Path) -> None:
    settings = make_settings(presets=["draft", "default"], styles=["oil"])
    plan = make_plan("x", settings, ["a fox", "a hen"], [0, 5], folder=tmp_path)
    assert len({one.id for one in plan.jobs}) == len({one.name for one in plan.jobs}) == 8
    assert len({one.batch for one in plan.jobs}) == 2
    first = plan.jobs[1]
    assert first.labels == {"prompt": "a fox", "setting": "draft", "seed": "5"}
    assert first.job.seed == 5
    assert "a fox" in first.job.prompts[0].content
    assert len(first.job.prompts[0].content) > len("a fox")


def test_a_folder_of_pictures_has_captions(tmp_path: Path) -> None:
    for name in COLORS:
        painted(tmp_path, "x", name)
    files = {f"a {name} ball": f"x as {name}.png" for name in COLORS}
    (tmp_path / "captions.json").write_text(json.dumps({**files, "a red ball": ["x as red.png"]}))
    drawn, others = of_folder(tmp_path, ["a blue ball", "a red ball"])
    assert [one.prompt for one in drawn] == ["a blue ball", "a red ball"]
    assert len(others) == 1
    assert all(one.verdict.hit for one in verdicts_on(drawn))
    with pytest.raises(ConfigError, match="none of 3"):
        of_folder(tmp_path, ["a fox"])
    with pytest.raises(ConfigError, match="no picture or folder"):
        of_folder(tmp_path / "none", ["a fox"])


def test_a_share_without_misses_has_no_error() -> None:
    sums = summarize([Verdict(0.5, 1, "a")] * 3, [Question("a", ("b",))] * 3)
    assert (sums.r_precision, sums.standard_error, sums.attributes) == (1, 0, {})
