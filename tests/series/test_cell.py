"""Cells: which layer wins, and the jobs they become."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.series.writing import node_of
from vqclip.config.layers import parse_override
from vqclip.errors import Mistakes
from vqclip.series.cell import Cell, Resolver
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
    assert first.config is not second.config
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
