"""No reader of a user's text takes longer than in proportion to its length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from vqclip.config.job import parse_seeds, slug
from vqclip.config.layers import parse_override, read_yaml_text
from vqclip.config.prompt import parse_prompt, parse_prompts, plain_text
from vqclip.config.prompttable import read_prompts
from vqclip.config.scalars import number, switch, whole_number
from vqclip.config.tree import Tree
from vqclip.config.values import augmentation, perceptor, schedule
from vqclip.errors import ConfigError, VqclipError, did_you_mean
from vqclip.series.template import fields_of, render

LENGTH = 100_000
LONGEST_MESSAGE = 400
SHAPES = (
    *("1", "a", " ", ":", "1:", "a:1 ", "|", "a|", "{", "}", "__a-", "{a|b}", "{a|", "[", "\n "),
    *("\t ", "9-", "0,", "_", "-", "é", "\u200d", "a://", "1.", "1e", "__a", "${", "\\", "/", "a/"),
    *(
        '"',
        "'",
        "!",
        "#",
        "a=",
        "@",
        "\0",
        "\r",
        ", ",
        "+ ",
        "\u3000",
        "\u00ad",
        "*a ",
        "&a ",
        "? ",
    ),
)
READERS: dict[str, Callable[[str], object]] = {
    "prompt": parse_prompt,
    "prompts": parse_prompts,
    "plain text": plain_text,
    "table of a prompt": lambda text: read_prompts({"text": text}),
    "weight of a prompt": lambda text: read_prompts({"text": "a", "weight": text}),
    "seeds": parse_seeds,
    "file name": slug,
    "key=value": parse_override,
    "key=[value]": lambda text: parse_override(f"a=[{text}]"),
    "number": number,
    "whole number": whole_number,
    "switch": switch,
    "schedule": schedule,
    "augmentation": augmentation,
    "perceptor": perceptor,
    "template": lambda text: render(text, {"a": "b"}, lambda _: ["x"], key="k"),
    "fields": fields_of,
    "YAML": lambda text: read_yaml_text(text, "a.yaml"),
    "value in YAML": lambda text: read_yaml_text(f"prompts: {text}", "a.yaml"),
    "near word": lambda text: did_you_mean(text, ["steps"] * 100),
    "tree": lambda text: Tree().set("a", [text]),
}


@pytest.mark.parametrize("reader", READERS.values(), ids=list(READERS))
def test_long_texts_are_read_or_refused_at_once(reader: Callable[[str], object]) -> None:
    for shape in SHAPES:
        text = (shape * (LENGTH // len(shape) + 1))[:LENGTH]
        begun = time.process_time()
        try:
            reader(text)
        except VqclipError as error:
            messages = error.messages if isinstance(error, ConfigError) else (str(error),)
            assert max(map(len, messages)) <= LONGEST_MESSAGE, (shape, messages[0][:200])
        assert time.process_time() - begun < 2, shape
