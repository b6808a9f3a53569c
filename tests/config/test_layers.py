"""Layers of configuration, their traps, and mistakes reported all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqclip.config.layers import Assignment, load_config, merge, parse_override, read_yaml_text
from vqclip.config.prompt import Prompt
from vqclip.config.schema import Config
from vqclip.config.shelves import preset_names, style_names
from vqclip.config.values import schedule
from vqclip.errors import ConfigError


def load(*words: str) -> Config:
    return load_config(assignments=[parse_override(word) for word in words])


def messages(*words: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(*words)
    return caught.value.messages


@pytest.mark.parametrize("preset", preset_names())
@pytest.mark.parametrize("style", style_names())
def test_every_style_combines_with_every_preset(preset: str, style: str) -> None:
    config = load_config(
        preset=preset, styles=[style], assignments=[parse_override("prompts=a fox")]
    )
    assert "a fox" in config.all_prompts()[0].content
    assert config != load_config(preset=preset, assignments=[parse_override("prompts=a fox")])


def test_there_are_presets_and_styles() -> None:
    assert {"default", "draft", "quality"} <= set(preset_names())
    assert {"oil", "watercolor", "pixel-art", "pencil"} <= set(style_names())
    assert len(style_names()) >= 8


def test_styles_add_up() -> None:
    config = load_config(styles=["oil", "night"], assignments=[parse_override("prompts=a fox:2")])
    assert [str(prompt) for prompt in config.all_prompts()] == [
        "a fox at night:2",
        "an oil painting:0.3",
        "the night sky:0.2",
    ]


def test_later_layers_win(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("steps: 7\ncutouts: {count: 3}\n")
    config = load_config(
        preset="draft", files=[path], assignments=[parse_override("cutouts.count=5")]
    )
    assert (config.steps, config.cutouts.count, config.optimizer.warmup) == (7, 5, 2)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("optimizer.learning_rate=1e-2", 0.01),
        ("output.trace=off", False),
        ("output.trace=yes", True),
        ("steps=007", 7),
        ("start.image=null", None),
        ("start.image=off", "off"),
        ("output.folder=12:30", "12:30"),
        ("output.folder=a=b", "a=b"),
        ("prompts=[no, 12:30]", (Prompt("no"), Prompt("12:30"))),
        ("prompts=a ${oc.env:HOME} b", (Prompt("a ${oc.env:HOME} b"),)),
        (r"prompts=a \${x}", (Prompt(r"a \${x}"),)),
    ],
)
def test_values_mean_what_their_key_makes_of_them(word: str, value: object) -> None:
    found: object = load(word)
    for part in word.partition("=")[0].split("."):
        found = getattr(found, part)
    assert found == value


def test_all_mistakes_are_reported_at_once() -> None:
    found = messages("stpes=3", "optimizer.name=adm", "width=7", "augmentations=[fluip]")
    assert len(found) == 4
    text = "\n".join(found)
    for hint in ("did you mean 'steps'", "did you mean 'adam'", "16 to 8192", "mean 'flip'"):
        assert hint in text


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("learning_rate=1", "did you mean 'optimizer.learning_rate'"),
        ("steps=-1", "1 to 1000000"),
        ("steps=1.5", "steps"),
        ("steps=true", "steps"),
        ("steps=[1]", "one value"),
        ("cutouts=3", "section"),
        ("width=1000000", "8192"),
        ("latent.noise=x", "a number, or a table"),
        ("latent.noise={2: 1}", "from 0 to 1"),
        ("template=oil", "{}"),
        ("perceptors=[]", "at least one"),
        ("cutouts.min_size=2", "max_size"),
        ("prompts=[{txt: a}]", "mean 'text'"),
        ("prompts=a:0", "weight"),
    ],
)
def test_impossible_values_are_refused(word: str, part: str) -> None:
    assert part in messages(word)[0]


def test_messages_name_the_file_and_the_line(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("steps: 7\ncutouts:\n  cont: 3\nseed: -4\n")
    with pytest.raises(ConfigError) as caught:
        load_config(files=[path])
    first, second = caught.value.messages
    assert f"{path}, line 3:" in first
    assert f"{path}, line 4:" in second


@pytest.mark.parametrize("text", ["steps: 1\nsteps: 2\n", "- a\n", "steps: [1\n"])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="my.yaml"):
        read_yaml_text(text, "my.yaml")


def test_unknown_presets_and_styles_are_named() -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(preset="drft", styles=["oill"])
    assert "did you mean 'draft'" in caught.value.messages[0]
    assert "did you mean 'oil'" in caught.value.messages[1]


def test_a_table_is_its_section() -> None:
    config = load("cutouts={count: 3, padding: gray}")
    assert (config.cutouts.count, config.cutouts.padding) == (3, "gray")
    assert "did you mean 'cutouts.count'" in messages("cutouts={cont: 3}")[0]


def test_python_values_need_no_words() -> None:
    settings = {
        "prompts": ("a fox", {"text": "fog", "weight": -1}),
        "steps": 7,
        "latent": {"noise": {0: 1, 1: 0}},
        "start": {"image": None, "noise": None},
        "output": {"folder": Path("x")},
    }
    config = merge([Assignment(key, value, "") for key, value in settings.items()])
    assert config.prompts == (Prompt("a fox"), Prompt("fog", weight=-1))
    assert config.latent.noise == schedule({0: 1, 1: 0})
    assert config.output.folder == "x"
    with pytest.raises(ConfigError) as caught:
        merge([Assignment("stpes", 3, ""), Assignment("steps", object(), "")])
    assert caught.value.messages == (
        "unknown key 'stpes'; did you mean 'steps'?",
        "steps: allowed are texts, numbers, lists and tables",
    )


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("steps=abc", "steps=abc: steps: 'abc' is not a whole number"),
        ("optimizer.final=x", "optimizer.final=x: optimizer.final: 'x' is not a number"),
        ("output.trace=si", "output.trace=si: output.trace: 'si' is neither true nor false"),
        ("steps=???", "steps=???: steps: '???' is not a whole number"),
        ("steps=${x}", "steps=${x}: steps: '${x}' is not a whole number"),
    ],
)
def test_messages_are_in_our_words(word, message) -> None:
    (found,) = messages(word)
    assert found.startswith(f"{message} (")  # what the key is about, and its default
    assert "such as" in found


@pytest.mark.parametrize("text", ["???", "${oc.env:HOME}", "a \\${x}", "${", "$${a}", "\\"])
def test_what_omegaconf_reads_is_plain_text(text) -> None:
    assert load(f"prompts={text}").prompts == (Prompt(text),)
    assert load(f"start.image={text}").start.image == text
    both = merge([Assignment("style_prompts", [{"text": text}], "") for _ in range(2)])
    assert both.style_prompts == (Prompt(text), Prompt(text))


def test_what_a_later_layer_replaces_is_no_mistake() -> None:
    assert load("steps=abc", "steps=3").steps == 3
    assert (
        load("latent.noise=[1]", "latent.noise={0: 1, 1: 0}", "latent.noise=2").latent.noise(0.5)
        == 2
    )


def test_each_added_prompt_knows_where_it_was_written(tmp_path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("steps: 3\nstyle_prompts: [{text: a, weight: x}]\n")
    with pytest.raises(ConfigError) as caught:
        load_config(files=[path], assignments=[parse_override("style_prompts=b:0")])
    first, second = caught.value.messages
    assert first.startswith(f"{path}, line 2: style_prompts[0]: the weight of a prompt")
    assert second.startswith("style_prompts=b:0: style_prompts[1]: the weight of the prompt 'b'")


@pytest.mark.parametrize("text", ["{a} dog {b}", "[b] of {}", "{} and {}", "'[' {a}", "{a}{b}"])
def test_texts_with_brackets_are_texts(text) -> None:
    assert parse_override(f"template={text}").value == text


@pytest.mark.parametrize("text", ["[a, b]]", "{a: b}}", "{a: [}", "[a: b: c]"])
def test_lists_that_do_not_close_are_refused(text) -> None:
    with pytest.raises(ConfigError, match="is not a list or table of YAML"):
        parse_override(f"perceptors={text}")


def test_brackets_within_quotes_do_not_count() -> None:
    assert parse_override("prompts=['a ] b', \"c } d\"]").value == ["a ] b", "c } d"]
