"""Texts of both directions in the order in which they are drawn."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vqclip.views.clusters import clusters
from vqclip.views.direction import arrange, is_leftward, reordered


def visual(text: str) -> str:
    """The characters from left to right, as a drawer of single letters would show them."""
    stretches = arrange(text, is_leftward(text))
    return "".join(
        "".join(reversed(stretch.text)) if stretch.leftward else stretch.text
        for stretch in stretches
    )


# In the manner of the examples of Unicode's annex 9.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a red house, 16:9", "a red house, 16:9"),
        ("אבג", "גבא"),
        ("car means אבג.", "car means גבא."),
        ("אבג means car.", ".means car גבא"),
        ("אב 16:9 גד", "דג 16:9 בא"),
        ("he said אב 123 גד now", "he said דג 123 בא now"),
        ("10 20 אב", "בא 20 10"),
        ("אב 5% גד", "דג 5% בא"),
    ],
)
def test_order(text: str, expected: str) -> None:
    assert visual(text) == expected


@given(st.text(alphabet="ab אב١2:,.%()", max_size=20))
@settings(max_examples=50, deadline=None)
def test_nothing_is_lost(text: str) -> None:
    parts = [
        part for stretch in arrange(text, is_leftward(text)) for part in clusters(stretch.text)
    ]
    assert sorted(parts) == sorted(clusters(text))


def test_the_first_letter_says_where_a_text_begins() -> None:
    assert is_leftward("16:9 בית")
    assert not is_leftward("a בית")
    assert not is_leftward("12")


def test_arabic_letters_are_joined_where_the_drawer_does_not_join_them() -> None:
    # beh, yeh, teh: initial, medial and final form, from right to left
    assert reordered("\u0628\u064a\u062a") == "\ufe96\ufef4\ufe91"
    # alef joins with the letter before it only
    assert reordered("\u0628\u0627\u0628") == "\ufe8f\ufe8e\ufe91"
    assert reordered("(\u0628)") == "(\ufe8f)"
