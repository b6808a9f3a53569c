"""Keys of a configuration: what is declared once, and the plain form of a whole."""

from __future__ import annotations

from dataclasses import dataclass

from vqclip.config.option import entries, keys, option, plain, section, walk, without_later
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


@dataclass(frozen=True)
class Fine:
    """What has a key that came later."""

    depth: int = option(1, "as ever")
    law: str = option("old", "a new choice", later=True)


@dataclass(frozen=True)
class Settings:
    """What has a section with such a key, and a key of its own."""

    size: int = option(3, "as ever")
    fine: Fine = section(Fine)
    grain: float = option(0.0, "a new effect", later=True)
    rays: Fine = section(Fine, later=True)


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


def test_what_came_later_is_left_out_while_it_means_what_was_before() -> None:
    assert without_later(plain(Settings()), Settings) == {"size": 3, "fine": {"depth": 1}}
    changed = Settings(fine=Fine(law="new"), grain=0.5, rays=Fine(depth=2))
    assert without_later(plain(changed), Settings) == {
        "size": 3,
        "fine": {"depth": 1, "law": "new"},
        "grain": 0.5,
        "rays": {"depth": 2},
    }
