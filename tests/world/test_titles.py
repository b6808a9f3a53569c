"""Names of drawings in plain words."""

from __future__ import annotations

import pytest

from vqclip.world.captions.titles import other_titles, plain_name, titled


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Lady beetle", "a ladybug"),
        ("T-Rex", "a dinosaur"),
        ("grapes", "grapes"),
        ("two hearts", "two hearts"),
        ("ice", "ice"),
        ("glass of milk", "a glass of milk"),
        ("woman teacher with dark skin", "a woman teacher with dark skin"),
        ("elephant", "an elephant"),
    ],
)
def test_a_title_is_plain_and_has_an_article_if_it_may(name: str, title: str) -> None:
    assert titled(plain_name(name)) == title


def test_people_are_named_by_role_sex_and_skin() -> None:
    others = other_titles("woman teacher with dark skin")
    assert {"a teacher", "a female teacher", "a dark-skinned woman teacher"} <= set(others)
    assert "a person running" in other_titles("man running")
    assert "a dog" in other_titles("dog face")
