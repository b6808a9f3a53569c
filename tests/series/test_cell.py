"""Cells: which layer wins, and the jobs they become."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.series.writing import node_of
from vqclip.config.layers import Assignment, parse_override
from vqclip.errors import Mistakes
from vqclip.series.cell import Cell, Resolver
from vqclip.series.plan import make_plan
from vqclip.series.table import read_table


def cell(*tables: str) -> Cell:
    mistakes = Mistakes()
    layers = [read_table(node_of(table), "x.yaml", mistakes) for table in tables]
    mistakes.check()
    return Cell({}, tuple(layers), "x.yaml, line 1")


def jobs(place: Cell, *overrides: str, folder: Path = Path()):
    mistakes = Mistakes()
    resolver = Resolver(folder, [parse_override(word) for word in overrides])
    found = resolver.jobs(place, mistakes)
    assert mistakes.messages == []
    return found


def mistakes_in(place: Cell) -> list[str]:
    mistakes = Mistakes()
    assert Resolver(Path()).jobs(place, mistakes) == []
    return mistakes.messages


def test_the_strongest_layer_wins() -> None:
    (job,) = jobs(
        cell("{prompt: a, preset: draft, steps: 5, seed: 1}", "{prompt: b, steps: 6}", "{seed: 2}"),
        "width=64",
    )
    assert [str(prompt) for prompt in job.prompts] == ["b"]
    assert (job.seed, job.config.steps, job.config.width) == (2, 6, 64)
    assert job.config.cutouts.count == 8  # of the preset


def test_styles_of_the_defaults_stay() -> None:
    place = cell("{prompt: a, style: night}", "{style: oil}", "{style: pencil}")
    assert [style.value for style in place.styles] == ["night", "pencil"]
    assert [style.value for style in cell("{style: night}", "{style: none}").styles] == ["night"]


def test_a_subject_alone_is_a_prompt() -> None:
    (job,) = jobs(cell("{steps: 3}", "{subject: a fox}"))
    assert [str(prompt) for prompt in job.prompts] == ["a fox"]
    assert job.seed == 0


def test_templates_know_style_seed_and_lists(tmp_path) -> None:
    (tmp_path / "light.txt").write_text("# of the day\nat dusk\n")
    place = cell("{prompt: 'a {thing}, {style}, {seed}, __light__', thing: x, style: oil, seed: 7}")
    (job,) = jobs(place, folder=tmp_path)
    assert job.prompts[0].content == "an oil painting of a x, oil, 7, at dusk"


def test_choices_follow_seed_and_fields_alone() -> None:
    text = "{prompt: '{a|b|c|d}{a|b|c|d}{a|b|c|d}', seeds: 0-9, steps: %s, style: %s}"
    drawn = [
        [str(job.prompts[0]) for job in jobs(cell(text % settings))]
        for settings in ((3, "none"), (4, "vivid"))
    ]
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) > 1


def test_the_picture_to_start_from_is_a_template() -> None:
    (job,) = jobs(cell("{prompt: a, start.image: '{thing}.png', thing: fox}"))
    assert job.config.start.image == "fox.png"


def test_equal_settings_are_merged_once() -> None:
    resolver, mistakes = Resolver(Path()), Mistakes()
    first, second = resolver.jobs(cell("{prompt: '{seed}', seeds: 1-2}"), mistakes)
    assert first.config is second.config
    assert first.batch == second.batch
    assert first.prompts != second.prompts


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("{steps: 3}", "x.yaml, line 1: there is no prompt"),
        ("{prompt: 'a:0'}", "x.yaml, line 1: the weight of the prompt 'a' is 0"),
        ("{prompt: '{x}'}", "x.yaml, line 1: unknown field {x}"),
        ("{prompt: a, preset: drft}", "x.yaml, line 1: unknown preset 'drft'"),
        ("{prompt: a, style: oill}", "x.yaml, line 1: unknown style 'oill'"),
        ("{prompt: a, steps: x}", "x.yaml, line 1: steps: 'x' is not a whole number"),
        ("{prompt: a, cutouts: {cont: 3}}", "x.yaml, line 1: unknown key 'cutouts.cont'"),
    ],
)
def test_mistakes_know_their_line(table, message) -> None:
    (found,) = mistakes_in(cell(table))
    assert found.startswith(message)


def test_a_mistake_of_every_seed_is_told_once() -> None:
    assert len(mistakes_in(cell("{prompt: a, seeds: 0-9, steps: x, preset: drft}"))) == 2


def test_files_are_looked_for_beside_the_series_first(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("a.png", "b.png", "c.png", "w.ckpt"):
        (folder / name).touch()
    (folder / "clip" / "own").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.png").touch()
    text = (
        "defaults:\n  start.image: a.png\n  vqgan: w.ckpt\n"
        "  perceptors: [local-dir:clip/own, {name: clip/own, weight: 2}, ViT-B-32:openai]\n"
        "  style_prompts: [a.png, {image: c.png}]\n"
        "jobs:\n  - prompt: [a fox, {image: b.png}]\n  - {prompt: x, start.image: here.png}\n"
    )
    (folder / "s.yaml").write_text(text)
    first, second = make_plan(Path("run/s.yaml")).jobs
    assert first.config.start.image == "run/a.png"
    assert first.config.vqgan == "run/w.ckpt"
    names = [choice.name for choice in first.config.perceptors]
    assert names == ["local-dir:run/clip/own", "run/clip/own", "ViT-B-32:openai"]
    assert [prompt.content for prompt in first.prompts] == [
        "a fox",
        "run/b.png",
        "a.png",
        "run/c.png",
    ]
    assert second.config.start.image == "here.png"
    monkeypatch.chdir(folder)
    assert make_plan(Path("s.yaml")).jobs[0].config.start.image == "a.png"


def test_paths_of_the_command_line_count_from_the_current_folder(tmp_path, monkeypatch) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "a.png").touch()
    (tmp_path / "run" / "s.yaml").write_text("jobs: [{prompt: a fox}]")
    monkeypatch.chdir(tmp_path)
    given = [Assignment("start.image", "a.png", "start.image=a.png")]
    (picture,) = make_plan(Path("run/s.yaml"), overrides=given).jobs
    assert picture.config.start.image == "a.png"
