"""A configuration as a command and as a difference."""

from __future__ import annotations

import shlex

from tests.web.conftest import tiny_form
from vqclip.cli.options import split_words
from vqclip.config.job import Job
from vqclip.config.layers import Assignment, load_config
from vqclip.web.transcript import command_of, differences


def test_the_command_draws_the_same() -> None:
    config = tiny_form("it's a fox | oil:0.5", 7, optimizer__name="adamw", losses__saturation="0.1")
    words = shlex.split(command_of(config))
    assert words[:5] == ["vqclip", "generate", "it's a fox | oil:0.5", "--seed", "7"]
    prompt, overrides = split_words([words[2], *words[5:]])
    given = [Assignment("prompts", [prompt], ""), Assignment("seed", words[4], ""), *overrides]
    assert Job.of(load_config(assignments=given)).id == Job.of(config).id


def test_the_command_says_only_what_differs() -> None:
    words = shlex.split(command_of(tiny_form(steps=9)))
    assert "steps=9" in words
    assert not [word for word in words if word.startswith(("latent.", "output."))]


def test_differences_are_listed_with_both_values() -> None:
    first, second = tiny_form(seed=1), tiny_form(seed=2, optimizer__name="adamw")
    assert differences(first, second) == [
        ("seed", "1", "2"),
        ("optimizer.name", "adam", "adamw"),
    ]
    assert differences(first, first) == []
