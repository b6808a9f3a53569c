"""Progress bars that show nothing."""

from __future__ import annotations

from vqclip.models.fetch.bars import Silent


def test_a_silent_bar_prints_nothing_even_if_asked(capsys) -> None:
    with Silent(total=3, desc="file", disable=False) as bar:
        bar.update(3)
    assert capsys.readouterr() == ("", "")
