"""HTML of the page: what visitors and files bring is text, never markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from tests.web.conftest import tiny_form
from vqclip.web import fragments
from vqclip.web.spelling import Spelling

HOSTILE = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>&lt;"


class Tags(HTMLParser):
    """Collects the tags and the names of attributes of a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.events: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.events += [name for name, _ in attrs if name.startswith("on")]


@pytest.mark.parametrize(
    "html",
    [
        fragments.said(HOSTILE),
        fragments.spelled(Spelling((HOSTILE,), (HOSTILE,))),
        fragments.spelled(Spelling(mistake=HOSTILE)),
        fragments.picture(HOSTILE, alt=HOSTILE),
        fragments.recipe(HOSTILE, tiny_form(HOSTILE), HOSTILE),
        fragments.recipe(HOSTILE, None),
        fragments.pair(HOSTILE, HOSTILE, [(HOSTILE, HOSTILE, HOSTILE)]),
        fragments.uploaded(HOSTILE),
    ],
)
def test_nothing_hostile_becomes_markup(html) -> None:
    found = Tags(html)
    assert "script" not in found.tags
    assert found.events == []


def test_a_hostile_prompt_is_shown_as_it_is() -> None:
    shown: list[str] = []

    class Text(HTMLParser):
        def handle_data(self, data: str) -> None:
            shown.append(data)

    Text().feed(fragments.recipe("a.png", tiny_form(HOSTILE)))
    assert HOSTILE in shown


def test_unknown_words_are_marked() -> None:
    assert "<b>zarquon</b>" in fragments.spelled(Spelling(("zarquon",)))
    assert "hardly" in fragments.spelled(Spelling(rare=("quark",)))
