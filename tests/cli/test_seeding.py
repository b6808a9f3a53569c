"""Seeds as they are typed."""

from __future__ import annotations

import pytest

from vqclip.cli import seeding
from vqclip.errors import ConfigError


def test_seeds_and_numbers_of_pictures() -> None:
    assert seeding.choose_seeds(None, None, first=7) == [7]
    assert seeding.choose_seeds(None, 3, first=7) == [7, 8, 9]
    assert seeding.choose_seeds("2", 2, first=7) == [2, 3]
    assert seeding.choose_seeds("0-2,9", None, first=7) == [0, 1, 2, 9]
    with pytest.raises(ConfigError, match="give one of the two"):
        seeding.choose_seeds("0-2", 2, first=7)


def test_random_seeds_differ_and_follow_each_other() -> None:
    drawn = {seeding.choose_seeds("random", None, first=0)[0] for _ in range(20)}
    assert len(drawn) > 15
    first, second = seeding.choose_seeds("Random", 2, first=0)
    assert second == first + 1


def test_every_bad_line_is_named() -> None:
    with pytest.raises(ConfigError) as caught:
        seeding.read_prompts([(1, "a fox"), (3, "a:0:nan |"), (4, "|")], "list.txt")
    assert all(text.startswith("list.txt, line ") for text in caught.value.messages)
    assert len(caught.value.messages) == 2
