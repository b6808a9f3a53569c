"""Any prompt and any configuration: a value or sentences, never another error, and at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vqclip.config.document import to_yaml
from vqclip.config.layers import merge, parse_override, read_yaml_text
from vqclip.config.option import keys
from vqclip.config.prompt import parse_prompts
from vqclip.config.prompttable import read_prompts
from vqclip.config.schema import Config
from vqclip.errors import VqclipError

FEW = settings(max_examples=50, deadline=None)
MANY = settings(max_examples=10_000, deadline=None)
SIGNS = (
    *("a fox", "16:9", ":", ":1", ":-0.5", ":nan", ":1e39", "|", "image:", "noise:", "http://a:80"),
    *("{}", "{a|b}", "__a__", "${x}", "${oc.env:HOME}", "???", "=", "#", "~", "\\", '"', "'", "%"),
    *("\u3000", "\u00a0", "\u200d", "\u00ad", "\u202e", "\ufeff", "\0", "\ud800", "\n", "\t", "雪"),
    *("👨\u200d👩\u200d👧", "بيت", "9" * 5000, "1e400", "0x10", "1_000", "٣", "inf", "-0", "007"),
)
TEXTS = st.lists(st.sampled_from(SIGNS) | st.text(max_size=8), max_size=6).map("".join)
VALUES = st.sampled_from(
    (
        *(
            "0",
            "1",
            "-1",
            "0.5",
            "1e-9",
            "1e39",
            "nan",
            "inf",
            "true",
            "off",
            "null",
            "none",
            "auto",
        ),
        *("16", "512", "99999999999", "[]", "{}", "[[[]]]", "[1, 2]", "{0: 1, 1: 0}", "{a: b}"),
        *("[a fox, {text: hen, weight: 2}]", "[{image: a.png}]", "{<<: 1}", "[&a x, *a]", "adam"),
        *("png", "#ff0000", "[#ff0000]", "mini", "draft", "16:9", "12:30", "2**9", "a.png", "../x"),
    )
)
KEYS = st.sampled_from([*keys(Config), "size", "cutouts", "steps.", ".steps", "Steps", "a.b.c", ""])
OVERRIDES = st.lists(st.tuples(KEYS | TEXTS, VALUES | TEXTS).map("=".join) | TEXTS, max_size=5)
LINES = st.lists(
    st.tuples(st.sampled_from(["", "  ", "- "]), KEYS | TEXTS, VALUES | TEXTS).map(
        lambda parts: f"{parts[0]}{parts[1]}: {parts[2]}"
    ),
    max_size=6,
).map("\n".join)


def check_at_once(read: Callable[[], None]) -> None:
    """Input is read or refused within a second; no line of a message is long."""
    begun, message = time.process_time(), ""
    try:
        read()
    except VqclipError as error:
        message = str(error)
    assert time.process_time() - begun < 1
    assert all(len(line) < 1000 for line in message.splitlines())


def check_prompt(text: str) -> None:
    def read() -> None:
        for prompt in parse_prompts(text):
            assert prompt.content
            assert prompt.weight

    check_at_once(read)
    check_at_once(lambda: read_prompts([text, {"text": text}]) and None)


def check_config(config: Config) -> None:
    """What is accepted reads back as it was written."""
    assert merge(read_yaml_text(to_yaml(config), "x.yaml")) == config


def check_overrides(texts: list[str]) -> None:
    check_at_once(lambda: check_config(merge([parse_override(text) for text in texts])))


def check_file(text: str) -> None:
    check_at_once(lambda: check_config(merge(read_yaml_text(text, "x.yaml"))))


@given(TEXTS)
@FEW
def test_any_prompt_is_read_or_refused(text: str) -> None:
    check_prompt(text)


@given(OVERRIDES)
@FEW
def test_any_override_is_read_or_refused(texts: list[str]) -> None:
    check_overrides(texts)


@given(LINES)
@FEW
def test_any_configuration_file_is_read_or_refused(text: str) -> None:
    check_file(text)


@pytest.mark.slow
@given(TEXTS)
@MANY
def test_ten_thousand_prompts(text: str) -> None:
    check_prompt(text)


@pytest.mark.slow
@given(OVERRIDES)
@settings(MANY, max_examples=5000)
def test_five_thousand_overrides(texts: list[str]) -> None:
    check_overrides(texts)


@pytest.mark.slow
@given(LINES)
@settings(MANY, max_examples=5000)
def test_five_thousand_configuration_files(text: str) -> None:
    check_file(text)
