"""Tables of CSV as spreadsheets save them."""

from __future__ import annotations

import pytest

from vqclip.errors import ConfigError
from vqclip.series.csvtable import read_rows


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_and_a_byte_order_mark_are_no_matter(tmp_path, separator, mark) -> None:
    path = tmp_path / "a.csv"
    lines = ["prompt,seed", "a fox,1", "", '"a\nb",2']
    path.write_text(mark + "\n".join(lines).replace(",", separator), encoding="utf-8")
    rows = [row for _, row in read_rows(path)]
    assert rows == [{"prompt": "a fox", "seed": "1"}, {"prompt": "a\nb", "seed": "2"}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,a\n1,2,3\n", "line 1: the column 'a' occurs twice"),
        ("a,b\n1,2,3\n", "line 2: has more cells than the first line"),
        ('a,b\n"1,2\n3,4\n', "line 2: is no row of a table: a quote is not closed"),
        ("a,b\n" + "x" * 200_000, "line 2: is no row of a table: a quote is not closed, or a cell"),
    ],
)
def test_damage_is_named_with_its_line(tmp_path, text, message) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_rows(path)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300
