"""Templates of prompts, and the choices within them."""

from __future__ import annotations

import pytest

from vqclip.errors import ConfigError
from vqclip.series.template import fields_of, render, render_all, texts_of


def no_words(name: str) -> list[str]:
    raise ConfigError(f"the list {name} cannot be read")


def test_templates_fill_in_fields_choices_and_lists() -> None:
    lists = {"colors": ["teal"], "deep/er": ["x"]}
    text = "a {subject}, { red | red }, {__colors__|__colors__} {{kept}} __deep/er__ snake_case__x"
    filled = render(text, {"subject": "fox"}, lists.__getitem__, key="1")
    assert filled == "a fox, red, teal {kept} x snake_case__x"
    assert fields_of(text) == {"subject"}


def test_choices_follow_the_key_and_vary() -> None:
    def made(seed: int) -> str:
        return render("{a|b|c|d} {a|b|c|d}", {}, no_words, key=str(seed))

    assert made(3) == made(3)
    # 16 outcomes: 30 draws have fewer than 9 distinct ones with a probability below 1e-5.
    assert len({made(seed) for seed in range(30)}) > 8


def test_what_a_field_says_is_no_template() -> None:
    assert render("a {x}", {"x": "{y} __z__"}, no_words, key="") == "a {y} __z__"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a {", "'{' in 'a {' is no field"),
        ("a }", "'}' in 'a }' is no field"),
        ("a {}", "'{}' in 'a {}' is no field"),
        (
            "a {sbject}",
            "unknown field {sbject} in 'a {sbject}': allowed are subject, style; did you",
        ),
        ("a __none__", "the list none cannot be read"),
    ],
)
def test_what_cannot_be_filled_in_is_named(text, message) -> None:
    with pytest.raises(ConfigError) as caught:
        render(text, {"subject": "x", "style": "y"}, no_words, key="")
    assert message in caught.value.messages[0]


def test_without_fields_there_are_none_to_choose_from() -> None:
    with pytest.raises(ConfigError, match="unknown field {x} in 'a {x}': there are none"):
        render("a {x}", {}, no_words, key="")


def test_texts_and_pictures_of_prompts_are_templates() -> None:
    value = ["a", {"text": "b", "weight": "c"}, {"image": "d"}, 3]
    assert texts_of(value) == ["a", "b", "d"]
    assert render_all(value, str.upper) == ["A", {"text": "B", "weight": "c"}, {"image": "D"}, 3]
