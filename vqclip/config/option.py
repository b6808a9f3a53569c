"""The keys of a configuration: fields of dataclasses that know their meaning, range and reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeVar

T = TypeVar("T")

Reader = Callable[[object], object]


@dataclass(frozen=True)
class Option:
    """What one key means and may be.

    Attributes:
        default: its value, or those of its section.
        meaning: one line for the user.
        low: smallest number allowed, or None.
        high: largest number allowed, or None.
        choices: all that is allowed; empty: anything of the right type.
        read: reads the value, or each entry of a list; None: the type of the field decides.
        is_list: whether the value is a tuple of what `read` returns for each entry.
        is_section: whether it holds further keys.
        later: whether pictures were made before it existed; recipes leave its default out, which
            means what was done before, so that old pictures keep their ids.
    """

    default: object
    meaning: str
    low: float | None = None
    high: float | None = None
    choices: Sequence[str] = ()
    read: Reader | None = None
    is_list: bool = False
    is_section: bool = False
    later: bool = False


def option(
    default: T,
    meaning: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: Sequence[str] = (),
    read: Callable[[object], T] | None = None,
    later: bool = False,
) -> T:
    """Declare a key with one value; rules as in `Option`."""
    return _declare(default, Option(default, meaning, low, high, choices, read, later=later))


def entries(
    default: tuple[T, ...],
    meaning: str,
    *,
    read: Callable[[object], Sequence[T]],
    later: bool = False,
) -> tuple[T, ...]:
    """Declare a key with a list; `read` returns the values that one entry stands for."""
    return _declare(default, Option(default, meaning, read=read, is_list=True, later=later))


def section(schema: type[T], meaning: str = "", *, later: bool = False) -> T:
    """Declare a section: a dataclass of further keys, whose docstring says what they are about."""
    default = schema()
    return _declare(
        default, Option(default, meaning or schema.__doc__ or "", is_section=True, later=later)
    )


def _declare(default: T, rules: Option) -> T:
    if isinstance(default, list):
        return field(default_factory=lambda: copy(default), metadata={"option": rules})
    return field(default=default, metadata={"option": rules})


def options(schema: type) -> dict[str, Option]:
    """Return the keys of a dataclass, those within its sections apart."""
    return {own.name: own.metadata["option"] for own in fields(schema)}


def keys(schema: type, prefix: str = "") -> dict[str, Option]:
    """Return every dotted key of a dataclass, sections before what is in them."""
    found: dict[str, Option] = {}
    for name, rules in options(schema).items():
        found[f"{prefix}{name}"] = rules
        if rules.is_section:
            found |= keys(type(rules.default), f"{prefix}{name}.")
    return found


def walk(settings: object, prefix: str = "") -> Iterator[tuple[str, object, Option]]:
    """Yield (dotted key, value, option) of every key, sections before what is in them."""
    for name, rules in options(type(settings)).items():
        value = getattr(settings, name)
        yield f"{prefix}{name}", value, rules
        if rules.is_section:
            yield from walk(value, f"{prefix}{name}.")


def plain(value: Any) -> Any:
    """Return the canonical form of a value or of a whole configuration, for YAML and JSON."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if hasattr(value, "to_plain"):  # a protocol would take most of the time of long series
        return value.to_plain()
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if is_dataclass(value):
        return {own.name: plain(getattr(value, own.name)) for own in fields(value)}
    return value


def without_later(table: dict[str, Any], schema: type) -> dict[str, Any]:
    """Leave out of a table, the plain form of a schema, what is `later` and has its default."""
    kept: dict[str, Any] = {}
    for name, value in table.items():
        rules = options(schema)[name]
        if rules.later and value == plain(rules.default):
            continue
        inner = rules.is_section and isinstance(value, dict)
        kept[name] = without_later(value, type(rules.default)) if inner else value
    return kept
