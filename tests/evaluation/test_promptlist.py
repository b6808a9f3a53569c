"""Lists of prompts: mistakes with their lines; distractors that hardly change as a list grows."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from vqclip.errors import ConfigError
from vqclip.evaluation.promptlist import choose_distractors, read_prompt_list

TEXTS = [f"prompt {index}" for index in range(200)]


def test_a_list_has_one_prompt_per_line(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# two\n\n a red  ball \na clock at 12:30\n", encoding="utf-8")
    prompts = read_prompt_list(path)
    assert (prompts.name, prompts.texts) == ("list", ("a red ball", "a clock at 12:30"))
    assert prompts.sha256 == hashlib.sha256(b"a red ball\na clock at 12:30").hexdigest()


def test_each_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("a fox\na hen\na fox\na fox:2\na | b\n")
    with pytest.raises(ConfigError) as caught:
        read_prompt_list(path)
    assert [text.split(":")[0] for text in caught.value.messages] == [
        f"{path}, line {number}" for number in (3, 4, 5)
    ]
    assert caught.value.messages[0].endswith("'a fox' already stands in line 1")


@pytest.mark.parametrize(
    ("text", "reason"), [("\n# a fox\n", "is empty"), ("a fox\n", "holds one prompt")]
)
def test_a_judge_needs_two_prompts(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(text)
    with pytest.raises(ConfigError, match=reason):
        read_prompt_list(path)


def test_twenty_mistakes_are_listed_and_the_others_counted(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("".join(f"a fox:{number}\n" for number in range(2, 32)))
    with pytest.raises(ConfigError) as caught:
        read_prompt_list(path)
    assert len(caught.value.messages) == 21
    assert caught.value.messages[-1].endswith("and 10 more mistakes")


def test_distractors_are_the_same_whatever_the_order_of_the_list() -> None:
    chosen = choose_distractors("prompt 7", TEXTS, 99)
    assert len(set(chosen)) == 99
    assert "prompt 7" not in chosen
    assert choose_distractors("prompt 7", TEXTS[::-1], 99) == chosen
    assert choose_distractors("prompt 8", TEXTS, 99) != chosen
    assert choose_distractors("prompt 7", TEXTS, 20) == chosen[:20]


def test_a_longer_list_changes_one_distractor_at_most() -> None:
    before = choose_distractors("prompt 7", TEXTS, 99)
    for text in ("a fox", "a hen", "a green sea"):
        after = choose_distractors("prompt 7", [*TEXTS, text], 99)
        # The others move up or down by one place, in the same order.
        expected = before if text not in after else before[:-1]
        assert tuple(other for other in after if other != text) == expected


def test_a_short_list_gives_all_it_has() -> None:
    assert sorted(choose_distractors("prompt 7", TEXTS[:9], 99)) == [
        f"prompt {index}" for index in (0, 1, 2, 3, 4, 5, 6, 8)
    ]
    assert sorted(choose_distractors("a fox", TEXTS[:3], 99)) == TEXTS[:3]
