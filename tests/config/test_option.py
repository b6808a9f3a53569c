"""Keys of a configuration: what is declared once, and the plain form of a whole."""

from __future__ import annotations

from dataclasses import dataclass

from vqclip.config.option import entries, keys, option, plain, section, walk
from vqclip.config.values import Schedule, schedule


@dataclass(frozen=True)
class Inner:
    """What is inside."""

    level: Schedule = option(Schedule.constant(1), "a schedule", read=schedule)


@dataclass(frozen=True)
class Outer:
    """What is outside."""

    names: tuple[str, ...] = entries(("a",), "some names", read=lambda entry: (str(entry),))
    widths: list[int] = option([1, 2], "numbers", low=1)
    inner: Inner = section(Inner)


def test_keys_come_in_order_sections_before_what_is_in_them() -> None:
    known = keys(Outer)
    assert list(known) == ["names", "widths", "inner", "inner.level"]
    assert known["inner"].is_section
    assert known["inner"].meaning == "What is inside."
    assert known["names"].is_list
    assert known["widths"].low == 1
    assert known["inner.level"].default == Schedule.constant(1)


def test_walking_gives_the_values_of_one_configuration() -> None:
    found = {key: value for key, value, _ in walk(Outer(names=("b",)))}
    assert found == {
        "names": ("b",),
        "widths": [1, 2],
        "inner": Inner(),
        "inner.level": Schedule.constant(1),
    }


def test_the_plain_form_holds_texts_numbers_lists_and_tables_alone() -> None:
    value = Outer(inner=Inner(schedule({0: 1, 1: 0})))
    assert plain(value) == {
        "names": ["a"],
        "widths": [1, 2],
        "inner": {"level": {0.0: 1.0, 1.0: 0.0}},
    }


def test_a_default_list_belongs_to_one_configuration() -> None:
    first, second = Outer(), Outer()
    first.widths.append(3)
    assert second.widths == [1, 2]
    assert Outer().widths == [1, 2]
