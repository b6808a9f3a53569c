"""The judge: closed forms, the right picture, and one measure in a series and an evaluation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.discs import COLORS, disc, write_discs
from tests.running import draw, invoke
from tests.tiny import TinyPerceptor, tiny_models
from vqclip.config.prompt import Prompt, parse_prompts
from vqclip.errors import ImageError
from vqclip.perception.embedder import Embedder
from vqclip.perception.ranking import Judge
from vqclip.runs.modelcache import ModelCache
from vqclip.runs.picture import read_pictures


def test_cosines_are_the_mean_over_perceptors_by_weight(tmp_path: Path) -> None:
    paths = write_discs(tmp_path)
    embedders = Embedder(TinyPerceptor(8)), Embedder(TinyPerceptor(12, seed=1))
    found = Judge(embedders, (3.0, 1.0)).cosines(paths, ["a fox", "fog"])
    tables = []
    for embedder in embedders:
        views = torch.cat([embedder.overview(Image.open(path).convert("RGB")) for path in paths])
        words = embedder.perceptor.encode_text(["a fox", "fog"])
        tables.append(embedder.perceptor.encode_image(views) @ words.T)
    torch.testing.assert_close(found, 0.75 * tables[0] + 0.25 * tables[1])


def test_a_score_is_the_mean_cosine_by_the_weights_of_the_prompts(tiny) -> None:
    judge = Judge((tiny,))
    pictures = [disc("red"), disc("blue")]
    table = judge.cosines(pictures, ["a fox", "fog", "night"]).tolist()
    scores = judge.scores(pictures, [parse_prompts("a fox | fog:-0.5"), parse_prompts("night")])
    assert scores[0] == pytest.approx((table[0][0] - 0.5 * table[0][1]) / 1.5, abs=2e-6)
    assert scores[1] == pytest.approx(table[1][2], abs=2e-6)


def test_the_picture_of_an_image_prompt_is_nearest_to_it(tiny, tmp_path: Path) -> None:
    paths = write_discs(tmp_path)
    prompts = [[Prompt(str(paths[1]), "image")]] * 3
    scores = Judge((tiny,)).scores([disc(color) for color in COLORS], prompts)
    assert max(scores) == scores[1]


def test_the_judge_prefers_the_right_picture() -> None:
    judge = Judge((Embedder.load("mini-judge", device="cpu"),))
    pictures = [disc(color) for color in COLORS]
    for index, color in enumerate(COLORS):
        scores = judge.scores(pictures, [parse_prompts(f"a {color} circle")] * 3)
        assert scores.index(max(scores)) == index


def test_perceptors_that_guide_judge_by_their_weights() -> None:
    models = tiny_models(8, 12)
    judge = Judge.of_models(models, device=torch.device("cpu"), precision="auto")
    assert [embedder.perceptor for embedder in judge.embedders] == list(models.perceptors)
    assert judge.weights == models.perceptor_weights
    reduced = Judge.of_models(models, device=torch.device("cpu"), precision="bfloat16")
    assert [embedder.amp for embedder in reduced.embedders] == [True, True]


def test_a_picture_that_cannot_be_read_is_named(tiny, tmp_path: Path) -> None:
    paths = write_discs(tmp_path)
    paths[1].write_bytes(b"no picture")
    with pytest.raises(ImageError, match="green"):
        Judge((tiny,)).cosines(paths, ["a fox"])


def test_a_series_and_an_evaluation_measure_the_same(plan_of, clip, tmp_path: Path) -> None:
    text = f"judge: {clip}\nmatrix: {{subjects: [a fox, a hen]}}\n"
    plan = plan_of(text)
    run, _ = draw(plan, cache=ModelCache("cpu", plan.judge))
    _, drawn = read_pictures(run.plan.folder)
    scores = {picture.name: picture.score for picture in drawn}
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("a fox\na hen\n")
    folder = tmp_path / "evaluated"
    words = ["eval", str(prompts), "--pictures", str(run.plan.folder), "--judge", str(clip)]
    invoke([*words, "--device", "cpu", "--output", str(folder), "--quiet"])
    report = json.loads((folder / "report.json").read_text())
    cosines = {Path(entry["file"]).stem: entry["cosine"] for entry in report["pictures"]}
    assert cosines == pytest.approx(scores, abs=2e-6)
    assert len(cosines) == 2
