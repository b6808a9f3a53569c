"""Fields: names of the user's own, which templates must use."""

from __future__ import annotations

from tests.series.writing import mistakes_of, plan_of, prompts_of


def test_a_plural_is_the_singular_of_a_template(tmp_path) -> None:
    plan = plan_of(
        tmp_path,
        """\
        defaults: {prompt: "a {color} {boats}"}
        matrix:
          colors: [red, blue]
          boats: [ship]
          exclude: [{colors: blue}]
        jobs: [{color: green, boats: raft}]
        """,
    )
    assert prompts_of(plan) == ["a red ship", "a green raft"]
    assert plan.axes == {"color": ("red", "blue"), "boats": ("ship",)}
    assert plan.jobs[0].labels == {"color": "red", "boats": "ship"}


def test_a_field_that_no_template_uses_is_a_mistake(tmp_path) -> None:
    (message,) = mistakes_of(tmp_path, "defaults: {prompt: a, stesp: 3}")
    assert message == (
        "many.yaml, line 1: unknown key 'stesp': it is no key of the configuration, and no prompt "
        "uses {stesp}; did you mean 'steps'?"
    )


def test_settings_may_use_fields(tmp_path) -> None:
    text = 'defaults: {prompt: a, start.image: "{file}.png"}\nmatrix: {files: [x, y]}'
    images = [picture.config.start.image for picture in plan_of(tmp_path, text).jobs]
    assert images == ["x.png", "y.png"]


def test_a_size_is_a_setting_unless_a_template_uses_it(tmp_path) -> None:
    text = 'defaults: {{prompt: "{}", width: 200, height: 50}}\nmatrix: {{size: [square, "2:1"]}}'
    settings = [picture.config for picture in plan_of(tmp_path, text.format("a fox")).jobs]
    assert [(config.width, config.height) for config in settings] == [(100, 100), (142, 70)]
    plan = plan_of(tmp_path, text.format("a {size} fox"))
    assert prompts_of(plan) == ["a square fox", "a 2:1 fox"]
    assert {picture.config.width for picture in plan.jobs} == {200}
