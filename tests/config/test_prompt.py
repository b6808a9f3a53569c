"""The grammar of prompts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given

from tests.config import strategies
from vqclip.config.prompt import Prompt, parse_prompt, parse_prompts
from vqclip.config.prompttable import read_prompts, weight_notes
from vqclip.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a fox", Prompt("a fox")),
        (" a fox : 0.5 ", Prompt("a fox", weight=0.5)),
        ("a fox:-1:-0.2", Prompt("a fox", weight=-1, stop=-0.2)),
        ("a fox:1e-1", Prompt("a fox", weight=0.1)),
        ("a fox:1:-inf", Prompt("a fox")),
        ("Dune: Part Two", Prompt("Dune: Part Two")),
        ("Dune: Part Two:2", Prompt("Dune: Part Two", weight=2)),
        ("https://example.org/a.png", Prompt("https://example.org/a.png")),
        ("https://example.org:8080", Prompt("https://example.org:8080")),
        ("a clock at 12:30", Prompt("a clock at 12:30")),
        ("a clock at 12:30:2", Prompt("a clock at 12:30", weight=2)),
        ("12:30", Prompt("12:30")),
        ("a red house, 16:9", Prompt("a red house, 16:9")),
        ("a red house, 16:9:2", Prompt("a red house, 16:9:2")),
        ("a red house, 16:9 : 2", Prompt("a red house, 16:9", weight=2)),
        ("Psalm 23:4", Prompt("Psalm 23:4")),
        ("Psalm 23:-4", Prompt("Psalm 23", weight=-4)),
        ("year 2049 :2", Prompt("year 2049", weight=2)),
        ("year 2049 :2:0.5", Prompt("year 2049", weight=2, stop=0.5)),
        ("odds of 5:4:3", Prompt("odds of 5:4:3")),
        ("\u3000雪の家\u3000夜\u00a0", Prompt("雪の家 夜")),
        ("a fox\n  in the snow\n", Prompt("a fox in the snow")),
        ("soft\u00adhyphen\ufeff", Prompt("softhyphen")),
        ("👨\u200d👩\u200d👧 family", Prompt("👨\u200d👩\u200d👧 family")),
        ("two  spaces", Prompt("two  spaces")),
        ("nan", Prompt("nan")),
        ("a: b: 1: 2: 3", Prompt("a: b: 1", weight=2, stop=3)),
    ],
)
def test_numbers_are_taken_from_the_right_alone(text, expected) -> None:
    assert parse_prompt(text) == expected


@pytest.mark.parametrize(
    "text", ["", "  ", ":0.5", "a fox:0", "a fox:0:1", "a\x00b", "a\udcffb", "x" * 3000]
)
def test_what_is_no_prompt_is_refused(text) -> None:
    with pytest.raises(ConfigError):
        parse_prompt(text)


def test_the_clock_is_a_matter_of_texts() -> None:
    assert parse_prompt("3:10", kind="noise") == Prompt("3", "noise", weight=10)


def test_bars_separate_prompts() -> None:
    assert parse_prompts("a | b:2") == (Prompt("a"), Prompt("b", weight=2))
    for text in ("a |", "| a", "a || b"):
        with pytest.raises(ConfigError, match="empty"):
            parse_prompts(text)


def test_tables() -> None:
    assert read_prompts({"text": "a:0.5", "weight": "2"}) == (Prompt("a:0.5", weight=2),)
    assert read_prompts({"image": "x.png", "stop": -1}) == (Prompt("x.png", "image", stop=-1),)
    for prompt in (Prompt("a", weight=-2, stop=0.5), Prompt("7", "noise"), Prompt("x", "image")):
        assert read_prompts(prompt.to_plain()) == (prompt,)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ({"txt": "a"}, "did you mean 'text'"),
        ({"weight": 1}, "one of"),
        ({"text": "a", "image": "b"}, "one of"),
        ({"text": "a", "weight": "x"}, "weight"),
        ({"text": "a", "weight": math.nan}, "weight"),
        ({"text": "a", "stop": math.nan}, "stop"),
        ({"noise": "x"}, "seed"),
        ({"text": None}, "not None"),
        ({"text": False}, "not False"),
        (3, "text or a table"),
    ],
)
def test_bad_tables_are_refused(value, part) -> None:
    with pytest.raises(ConfigError, match=part):
        read_prompts(value)


@given(strategies.prompts)
def test_a_prompt_reads_back_as_it_was_written(prompt) -> None:
    assert read_prompts(prompt.to_plain()) == (prompt,)
    written = str(prompt) if prompt.kind == "text" else str(prompt).removeprefix(f"{prompt.kind} ")
    assert parse_prompt(written, kind=prompt.kind) == prompt


@pytest.mark.parametrize(
    ("prompt", "written"),
    [
        (Prompt("a fox"), "a fox"),
        (Prompt("fog", weight=0.5), "fog:0.5"),
        (Prompt("fog", weight=-2), "fog:-2"),
        (Prompt("fog", stop=-0.2), "fog:1:-0.2"),
        (Prompt("a clock at 12:30"), "a clock at 12:30"),
        (Prompt("room: 5"), "room: 5 :1:-inf"),
        (Prompt("1:2:3"), "1:2:3"),
        (Prompt("Psalm 23:4"), "Psalm 23:4"),
        (Prompt("Psalm 23:4", weight=0.5), "Psalm 23:4 :0.5"),
        (Prompt("a:0"), "a:0 :1:-inf"),
        (Prompt("x.png", "image", -0.5), "image x.png:-0.5"),
        (Prompt("7", "noise"), "noise 7"),
    ],
)
def test_prompts_are_written_in_their_own_grammar(prompt, written) -> None:
    assert str(prompt) == written


def test_a_template_takes_texts_that_attract() -> None:
    assert Prompt("a fox", weight=2).framed("an oil of {}") == Prompt("an oil of a fox", weight=2)
    for other in (Prompt("fog", weight=-1), Prompt("x.png", "image"), Prompt("7", "noise")):
        assert other.framed("an oil of {}") == other


def test_a_weight_that_is_read_from_a_text_is_noted() -> None:
    prompts = parse_prompts("a red house:2 | fog :0.5:-0.3 | a hen | year 2049")
    assert list(weight_notes(prompts)) == [
        "the prompt 'a red house' has the weight 2, read from its end",
        "the prompt 'fog' has the weight 0.5 and the stop -0.3, read from its end",
    ]
    tables = read_prompts({"text": "a red house:2", "weight": 3})
    assert list(weight_notes(tables)) == []


def test_where_a_weight_was_written_makes_no_other_prompt() -> None:
    (written,) = read_prompts("fog:0.5")
    (table,) = read_prompts({"text": "fog", "weight": 0.5})
    assert written == table
    assert (hash(written), written.to_plain()) == (hash(table), table.to_plain())


@pytest.mark.parametrize(
    ("value", "written"),
    [({"Dune": "Part Two"}, "'Dune: Part Two'"), ({"a": ""}, "'{a}'")],
)
def test_a_text_that_yaml_took_for_a_table_is_to_be_quoted(value, written) -> None:
    with pytest.raises(
        ConfigError, match=f"put a text with a colon or braces in quotes: {written}"
    ):
        read_prompts(value)
