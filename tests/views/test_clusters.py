"""Characters with what belongs to them, and where lines may break."""

from __future__ import annotations

import pytest

from vqclip.views.clusters import clusters, units


@pytest.mark.parametrize(
    "cluster",
    ["e\u0301", "👨\u200d👩\u200d👧", "👍🏽", "❤\ufe0f", "🇫🇷", "क्षि", "ڪَ", "1\ufe0f\u20e3"],
)
def test_what_belongs_together_is_one_cluster(cluster: str) -> None:
    assert clusters(f"a{cluster}b") == ["a", cluster, "b"]


def test_flags_are_pairs() -> None:
    assert clusters("🇫🇷🇩🇪🇪") == ["🇫🇷", "🇩🇪", "🇪"]


def test_characters_that_turn_the_direction_are_left_out() -> None:
    assert clusters("a\u202eb\u2066c\u200f") == ["a", "b", "c"]


def test_lines_break_between_wide_characters_but_not_before_a_full_stop() -> None:
    assert units("雪の「家」。red") == ["雪", "の", "「家」。", "red"]
    assert units("lighthouse") == ["lighthouse"]
