"""Tables of JSON: a value has its type, or the message says which it should have."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from tests.jsons import VALUES, refusal
from vqclip.files.jsontable import JsonTable, parse_json

CONTENT = {
    "text": "a",
    "whole": 3,
    "number": 0.5,
    "flag": True,
    "table": {"a": "b"},
    "numbers": {"a": 1},
    "lists": {"axis": ["x", "y"]},
    "tables": [{"a": 1}],
    "nothing": None,
}


def test_values_are_what_was_written() -> None:
    table = JsonTable.parse(json.dumps(CONTENT))
    assert (table.text("text"), table.whole("whole"), table.number("number")) == ("a", 3, 0.5)
    assert table.flag("flag") is True
    assert table.text_table("table") == {"a": "b"}
    assert table.number_table("numbers") == {"a": 1.0}
    assert table.list_table("lists") == {"axis": ["x", "y"]}
    assert [own.whole("a") for own in table.tables("tables")] == [1]
    assert not table.has("nothing")
    assert (table.text("other", "z"), table.whole("other", 4)) == ("z", 4)
    assert table.text_table("other") == {}


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda table: table.text("whole"), "whole should be a text, not 3"),
        (lambda table: table.text("other"), "other is missing"),
        (lambda table: table.whole("number"), "should be a whole number"),
        (lambda table: table.whole("flag"), "should be a whole number, not True"),
        (lambda table: table.number("text"), "should be a number, not 'a'"),
        (lambda table: table.flag("whole"), "should be true or false"),
        (lambda table: table.table("text"), "text should be a table, not 'a'"),
        (lambda table: list(table.tables("lists")), "lists should be a list, not a table"),
        (lambda table: list(table.tables("nothing")), "nothing is missing"),
        (lambda table: table.list_table("table"), "a should be a list, not 'b'"),
    ],
)
def test_other_types_are_named(read, message) -> None:
    with pytest.raises(ValueError, match=message):
        read(JsonTable.of(CONTENT))


@pytest.mark.parametrize("text", ["[" * 100_000, '"\\ud800"', "{", b"\xff", "1" * 5000])
def test_what_no_file_should_hold_is_refused(text) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)


def test_a_whole_character_may_be_escaped() -> None:
    assert parse_json('"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


@given(VALUES)
@settings(max_examples=50, deadline=None)
def test_any_json_is_read_or_refused(value) -> None:
    try:
        table = JsonTable.parse(json.dumps(value))
    except ValueError:
        return
    for key in table.content:
        for read in (table.text, table.whole, table.number, table.text_table, table.list_table):
            assert len(refusal(ValueError, lambda read=read, key=key: read(key))) < 200
