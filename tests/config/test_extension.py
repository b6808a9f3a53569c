"""Extensions: where the start picture lies in the larger one."""

from __future__ import annotations

import pytest

from vqclip.config.extension import Extension, read_extension
from vqclip.errors import ConfigError


def test_a_picture_lies_where_it_does_not_grow() -> None:
    assert read_extension("right 50%").kept(100, 150) == (0, 0, 100, 100)
    assert read_extension("left 25%, right 75%, top 100%").kept(80, 160) == (20, 40, 100, 80)
    assert Extension().kept(10, 20) == (0, 0, 20, 10)


def test_an_extension_reads_back_as_it_was_written() -> None:
    for text in ("right 50%", "left 12.5%, bottom 300%"):
        assert read_extension(text).to_plain() == text


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("right", "such as 'right 50%"),
        ("rihgt 50%", "did you mean 'right'"),
        ("right 50%, right 20%", "named twice"),
        ("right 0%", "by 1 to 400%"),
        ("", "such as"),
    ],
)
def test_what_is_no_extension_is_refused(value, part) -> None:
    with pytest.raises(ConfigError, match=part):
        read_extension(value)
