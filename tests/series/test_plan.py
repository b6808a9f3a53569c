"""The plan of a series: every picture with a name and an identity of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.series.writing import mistakes_of, plan_of, prompts_of
from vqclip.config.shelves import configs_folder
from vqclip.errors import ConfigError
from vqclip.series.plan import check_inputs, derived, make_plan


def test_choices_do_not_follow_the_style(tmp_path) -> None:
    text = 'defaults: {prompt: "{a|b|c|d}{a|b|c|d}"}\nmatrix: {seeds: 0-5, steps: [3, 4]}'
    drawn = prompts_of(plan_of(tmp_path, text))
    assert drawn[::2] == drawn[1::2]
    assert len(set(drawn)) > 1


def test_the_matrix_is_every_combination_in_order(tmp_path) -> None:
    text = """
        defaults: {prompt: "a {subject}", preset: draft}
        matrix:
          subjects: [fox, hen]
          styles: [none, oil]
          seeds: 3-4
        """
    plan = plan_of(tmp_path, text)
    assert plan.axes == {"subject": ("fox", "hen"), "style": ("none", "oil"), "seed": ("3", "4")}
    assert len(plan.jobs) == 8
    assert prompts_of(plan)[0] == "a fox"
    assert prompts_of(plan)[-1] == "an oil painting of a hen | an oil painting:0.3"
    assert [picture.seed for picture in plan.jobs[:2]] == [3, 4]
    assert len({picture.batch for picture in plan.jobs}) == 2
    assert len({picture.name for picture in plan.jobs}) == 8
    assert plan.jobs[0].config.steps == 10
    assert plan.folder == Path("outputs/many")


def test_exclude_include_and_jobs(tmp_path) -> None:
    text = """
        defaults: {prompt: "a {subject}", steps: 5}
        matrix:
          subjects: [fox, hen]
          steps: [10, 20]
          exclude: [{subject: [hen], steps: 20}]
          include: [{subject: cow, steps: 30}]
        jobs:
          - {prompt: a sea, seeds: "1,2", name: the sea}
        """
    plan = plan_of(tmp_path, text)
    drawn = [
        (picture.prompts[0].content, picture.config.steps, picture.seed) for picture in plan.jobs
    ]
    assert drawn[:4] == [("a fox", 10, 0), ("a fox", 20, 0), ("a hen", 10, 0), ("a cow", 30, 0)]
    assert drawn[4:] == [("a sea", 5, 1), ("a sea", 5, 2)]
    assert plan.jobs[3].labels == {"subject": "cow", "steps": "30"}
    assert plan.jobs[4].name.startswith("the-sea_s1_")


def test_lists_and_tables_from_files(tmp_path) -> None:
    (tmp_path / "subjects.txt").write_text("# animals\nfox\n\nhen\n")
    (tmp_path / "color.txt").write_text("blue\n")
    (tmp_path / "more.csv").write_text(
        'prompt,seed,cutouts.count\n"a {red|red} sea, calm",7,\nb,,9\n'
    )
    text = """
        defaults: {prompt: "a __color__ {subject}"}
        matrix: {subjects: subjects.txt}
        jobs: more.csv
        """
    plan = plan_of(tmp_path, text)
    assert prompts_of(plan) == ["a blue fox", "a blue hen", "a red sea, calm", "b"]
    assert plan.jobs[2].seed == 7
    assert plan.jobs[3].config.cutouts.count == 9
    (tmp_path / "looks.csv").write_text("look,steps\nwide,3\ntall,4\n")
    plan = plan_of(tmp_path, 'defaults: {prompt: "{look} x"}\nmatrix: {looks: looks.csv}')
    assert [(picture.labels["looks"], picture.config.steps) for picture in plan.jobs] == [
        ("wide", 3),
        ("tall", 4),
    ]
    (tmp_path / "prompts.txt").write_text("a\nb\n")
    assert prompts_of(plan_of(tmp_path, "matrix: {prompts: prompts.txt}")) == ["a", "b"]


def test_the_command_line_is_above_the_file(tmp_path) -> None:
    text = "defaults: {steps: 9}\nmatrix: {subjects: [a, b], seeds: 0-3}"
    plan = plan_of(tmp_path, text, "steps=7", "output.folder=x", seeds=[5])
    assert [(picture.seed, picture.config.steps) for picture in plan.jobs] == [(5, 7), (5, 7)]
    assert plan.folder == Path("x/many")
    alone = plan_of(tmp_path, "defaults: {prompt: a}", seeds=[1, 2])
    assert [picture.seed for picture in alone.jobs] == [1, 2]
    found = mistakes_of(tmp_path, "matrix: {prompts: [a], steps: [1, 2]}", "steps=3")
    assert any("steps is an axis" in message for message in found)
    assert "--seeds" in mistakes_of(tmp_path, "matrix: {prompts: [a]}", "seed=3")[0]


def test_a_job_is_known_by_its_settings_alone(tmp_path) -> None:
    text = "matrix: {prompts: [a, b]}"
    ids = [picture.id for picture in plan_of(tmp_path, text).jobs]
    elsewhere = plan_of(tmp_path, text, "output.folder=x", "device=cpu", "output.trace=true")
    assert [picture.id for picture in elsewhere.jobs] == ids
    assert not {picture.id for picture in plan_of(tmp_path, text, "steps=9").jobs} & set(ids)


def test_every_mistake_at_once_with_its_line(tmp_path) -> None:
    text = """\
        nmae: x
        defaults:
          preset: drft
          stpes: 20
          cutouts: {cont: 3}
        matrix:
          subjects: [a house, a house]
          styles: [oil, watercolr]
          seeds: 9-0
          colors: []
          exclude:
            - {stile: oil}
        jobs:
          - {prompt: x, steps: -1}
          - 7
        candidates: 2
        keep: 5
        """
    found = mistakes_of(tmp_path, text)
    wanted = {
        1: "did you mean 'name'",
        3: "unknown preset 'drft'",
        4: "did you mean 'steps'",
        5: "did you mean 'cutouts.count'",
        7: "duplicate value 'a house'",
        8: "unknown style 'watercolr'",
        9: "not '9-0'",
        10: "matrix.colors: is empty",
        12: "unknown axis 'stile'",
        14: "steps: -1 is out of range",
        15: "a table of keys and values is needed",
        17: "keep: is above candidates",
    }
    for line, text in wanted.items():
        assert any(
            message.startswith(f"many.yaml, line {line}:") and text in message for message in found
        ), text


BAD = {
    "an unknown field": (
        'defaults: {prompt: "a {sbject}"}\nmatrix: {subjects: [x]}',
        "line 1: unknown field {sbject}",
    ),
    "a brace alone": ('defaults: {prompt: "a {"}', "line 1: '{' in 'a {' is no field"),
    "a missing word list": (
        "defaults: {prompt: a __none__}",
        "line 1: the list none.txt cannot be read",
    ),
    "a missing list": (
        "matrix: {subjects: none.txt}",
        "line 1: matrix.subjects: the list none.txt",
    ),
    "no value": ("matrix: {styles: oil}", "is a list, or the name of a .txt"),
    "an empty matrix": ("matrix: {}", "there is no picture to draw"),
    "all excluded": ("matrix: {subjects: [a], exclude: [{subject: a}]}", "there is no picture"),
    "an exclude of nothing": (
        "matrix: {subjects: [a], exclude: [{subject: b}]}",
        "no cell subject b",
    ),
    "a matrix that is a list": ("matrix: [1]", "line 1: matrix: is a table of axes"),
    "the same picture twice": ("jobs:\n- {prompt: a}\n- {prompt: a}", "line 3: a_s0_"),
    "nothing to draw": ("defaults: {steps: 3}", "there is no prompt"),
    "a key twice": ("defaults: {steps: 3, steps: 4}", "duplicate key 'steps'"),
    "no YAML": ("defaults: [", "is not YAML"),
    "an empty file": ("", "is empty"),
    "a folder as name": (
        "name: ../x\ndefaults: {prompt: a}",
        "line 1: name: is the name of a folder",
    ),
    "many candidates": ("candidates: 0\ndefaults: {prompt: a}", "candidates: allowed is a number"),
    "a bad prompt": ('jobs:\n- {prompt: "a:0"}', "line 2: the weight of the prompt"),
    "seed and seeds": (
        "defaults: {prompt: a, seed: 1, seeds: 2}",
        "seeds: the table has seed",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_mistakes_name_the_line_and_the_key(tmp_path, case: str) -> None:
    text, wanted = BAD[case]
    assert any(wanted in message for message in mistakes_of(tmp_path, text)), mistakes_of(
        tmp_path, text
    )


def test_candidates_have_seeds_of_their_own(tmp_path) -> None:
    plan = plan_of(tmp_path, "candidates: 3\nkeep: 2\nmatrix: {prompts: [a, b]}")
    assert len(plan.jobs) == 6
    assert len({picture.seed for picture in plan.jobs}) == 3
    assert len({picture.group for picture in plan.jobs}) == 2
    assert plan.jobs[0].seed == 0


@pytest.mark.parametrize("path", sorted((configs_folder() / "series").glob("*.yaml")), ids=str)
def test_the_examples_can_be_drawn(path: Path) -> None:
    assert make_plan(path).jobs


def test_a_picture_forwards_what_its_job_knows(tmp_path) -> None:
    (picture,) = plan_of(tmp_path, "defaults: {prompt: a fox, seed: 3, steps: 7}").jobs
    job = picture.job
    assert (picture.id, picture.batch, picture.seed) == (job.id, job.batch, 3)
    assert (picture.prompts, picture.config) == (job.prompts, job.config)
    assert picture.name == f"a-fox_s3_{job.id[:6]}"
    assert picture.group == job.id


def test_further_candidates_have_the_seeds_they_always_had() -> None:
    assert [derived(0, 1), derived(0, 2), derived(7, 1)] == [1805635240, 627120349, 3059713487]


def test_duplicates_are_counted_where_they_are_many(tmp_path) -> None:
    text = "jobs:\n" + "- {prompt: a}\n" * 30
    found = mistakes_of(tmp_path, text)
    assert len(found) == 21
    assert found[0].startswith("many.yaml, line 3: a_s0_")
    assert "is the same picture as that of many.yaml, line 2" in found[0]
    assert "and 9 more duplicate pictures" in found


def test_a_series_has_one_folder(tmp_path) -> None:
    text = "jobs: [{prompt: a, output.folder: x}, {prompt: b, output.folder: y}]"
    (message,) = mistakes_of(tmp_path, text)
    assert "many.yaml: output.folder: is one for a series, not" in message
    assert len(make_plan(tmp_path / "many.yaml", folder=tmp_path).jobs) == 2


def test_files_that_do_not_exist_are_named_once_with_their_line(tmp_path) -> None:
    text = """
        defaults: {start.image: no.png, vqgan: no.ckpt}
        matrix: {subjects: [a fox, a cow]}
        jobs:
          - {prompt: [a hen, {image: aim.png}], vqgan: mini}
        """
    with pytest.raises(ConfigError) as caught:
        check_inputs(plan_of(tmp_path, text).jobs)
    assert [message.replace(f"{tmp_path}/", "") for message in caught.value.messages] == [
        "many.yaml, line 3: there is no picture no.png",
        "many.yaml, line 3: the weights file no.ckpt does not exist",
        "many.yaml, line 5: there is no picture no.png",
        "many.yaml, line 5: there is no picture aim.png",
    ]
