"""Text files of a user: YAML that knows its lines, and lists of lines."""

from __future__ import annotations

import pytest

from vqclip.config.nodes import compose, contents, line_of, pairs, read_lines, read_text
from vqclip.errors import ConfigError


def test_a_list_has_numbers_and_no_comments(tmp_path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes("\ufeff# colors\n\n  red  \n\t# blue\ngreen # dark\n".encode())
    assert read_lines(path, "list of colors") == [(3, "red"), (5, "green # dark")]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n"])
def test_an_empty_list_is_refused(tmp_path, text) -> None:
    path = tmp_path / "list.txt"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"the list of colors .*list\.txt is empty"):
        read_lines(path, "list of colors")


def test_files_that_cannot_be_read_are_named(tmp_path) -> None:
    with pytest.raises(ConfigError, match="the list .* cannot be read: No such file"):
        read_text(tmp_path / "missing.txt", "list")
    (tmp_path / "latin.txt").write_bytes("é".encode("latin-1"))
    with pytest.raises(ConfigError, match="it is not UTF-8"):
        read_text(tmp_path / "latin.txt", "list")


def test_scalars_stay_texts() -> None:
    node = compose("a: 007\nb: [off, 12:30, {c: ~}]\nd:\n", "x.yaml")
    assert node is not None
    assert contents(node, "x.yaml") == {"a": "007", "b": ["off", "12:30", {"c": "~"}], "d": ""}
    assert compose("# nothing\n", "x.yaml") is None


def test_nodes_know_their_lines() -> None:
    node = compose("a: 1\nb:\n  c: 2\n", "x.yaml")
    assert node is not None
    (_, first), (_, second) = pairs(node, "x.yaml")
    assert (line_of(first, "x.yaml"), line_of(second, "x.yaml")) == (
        "x.yaml, line 1",
        "x.yaml, line 3",
    )


def test_every_duplicate_key_is_told() -> None:
    node = compose("a: 1\nb: 2\na: 3\nb: 4\n", "x.yaml")
    assert node is not None
    with pytest.raises(ConfigError) as caught:
        pairs(node, "x.yaml")
    assert caught.value.messages == (
        "x.yaml, line 3: duplicate key 'a'",
        "x.yaml, line 4: duplicate key 'b'",
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [("- a\n", "is not a table"), ("a: [1\n", "is not YAML"), ("3", "not a table")],
)
def test_what_is_no_table_is_refused(text, part) -> None:
    with pytest.raises(ConfigError, match=rf"x\.yaml {part}|x\.yaml is {part}"):
        compose(text, "x.yaml")


def test_merge_keys_are_below_the_keys_of_the_table() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], z: 3}\nd: {<<: *a, x: 4}"
    table = contents(compose(text, "a.yaml"), "a.yaml")
    assert table["c"] == {"x": "1", "y": "1", "z": "3"}
    assert table["d"] == {"x": "4", "y": "1"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: " + "[" * 5000 + "]" * 5000, "nested more than 32 deep"),
        ("a: " + "[" * 50 + "]" * 50, "nested more than 32 deep"),
        ("a: &a [*a]", "contain themselves"),
        ("a: &a {b: *a}", "contain themselves"),
        ("? [1, 2]\n: 3", "a key is a text"),
        ("a: {<<: 3}", "<<: is a table, or a list of tables"),
        ("prompts: Dune: Part Two", "a text with a colon and a space is put in quotes"),
        (
            "a0: &a0 [x, x]\n"
            + "\n".join(f"a{k}: &a{k} [*a{k - 1}, *a{k - 1}]" for k in range(1, 25)),
            "stand for",
        ),
    ],
)
def test_what_is_deep_or_multiplies_is_refused(text, message) -> None:
    with pytest.raises(ConfigError, match=message):
        contents(compose(text, "a.yaml"), "a.yaml")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("prompts:\n  - {a} dog\n", "{"),
        ("template: {} at night\n", "{"),
        ("prompts: [a fox, {a} dog]\n", "{"),
        ("prompts: [a] dog\n", "["),
        ('prompts: "a" dog\n', '"'),
        ("prompts: @home\n", "@"),
        ("prompts:\n  - *starred* fox\n", "*"),
        ("prompts:\n  - 100%: `a`\n  - `a`\n", "`"),
    ],
)
def test_a_text_that_yaml_reads_as_something_else_is_to_be_quoted(text, start) -> None:
    with pytest.raises(ConfigError) as caught:
        compose(text, "x.yaml")
    assert str(caught.value).endswith(f"; a text that begins with {start} is put in quotes")
