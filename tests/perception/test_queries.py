"""What queries share: their options, and the parsing of prompts."""

from __future__ import annotations

import inspect
from dataclasses import fields

import pytest

import vqclip
from tests.discs import disc
from vqclip.errors import ConfigError
from vqclip.perception.queries import QueryKeywords, QueryOptions, parse_all


def test_keywords_are_the_options() -> None:
    options = {field.name: field.type for field in fields(QueryOptions)}
    keywords = {name: hint.__forward_arg__ for name, hint in QueryKeywords.__annotations__.items()}
    assert keywords == options


@pytest.mark.parametrize("name", ["classify", "score", "search"])
def test_an_unknown_keyword_is_named(name) -> None:
    query = getattr(vqclip, name)
    with pytest.raises(TypeError, match="divice"):
        query(disc("red"), "a fox", divice="cpu")
    assert "keywords: perceptor, device" in inspect.getdoc(query)


def test_a_loaded_perceptor_is_used_as_it_is(tiny) -> None:
    options = QueryOptions(tiny, device="qpu")
    options.check()
    assert options.load() is tiny
    with pytest.raises(ConfigError, match="'qpu' is unknown"):
        QueryOptions("mini", device="qpu").check()


def test_prompts_are_parsed_with_all_mistakes_at_once() -> None:
    prompts = parse_all(["a fox | fog:-0.5", "night"], "text")
    assert [(prompt.content, prompt.weight) for prompt in prompts] == [
        ("a fox", 1),
        ("fog", -0.5),
        ("night", 1),
    ]
    (picture,) = parse_all(["a|b.png:0.5"], "image")
    assert (picture.kind, picture.content, picture.weight) == ("image", "a|b.png", 0.5)
    with pytest.raises(ConfigError) as caught:
        parse_all(["a fox:0", "night", " "], "text")
    assert len(caught.value.messages) == 2
