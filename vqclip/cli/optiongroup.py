"""Option groups: options shared by several commands, declared once as fields of a dataclass."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import fields
from inspect import Parameter
from typing import Any, get_type_hints

Command = Callable[..., None]


def takes(group: type) -> Callable[[Command], Command]:
    """Give a command the fields of a dataclass as options, in place of its parameter `flags`.

    Args:
        group: a dataclass; each field is annotated as an option of typer and has a default.
    """
    hints = get_type_hints(group, include_extras=True)
    options = [
        Parameter(
            field.name, Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in fields(group)
    ]
    names = [option.name for option in options]

    def decorate(command: Command) -> Command:
        signature = inspect.signature(command, eval_str=True)
        own = [
            parameter.replace(kind=Parameter.KEYWORD_ONLY)
            for parameter in signature.parameters.values()
            if parameter.name != "flags"
        ]

        @functools.wraps(command)
        def call(**values: Any) -> None:
            flags = group(**{name: values.pop(name) for name in names})
            command(**values, flags=flags)

        # typer reads both.
        parameters = [*own, *options]
        call.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        call.__annotations__ = {option.name: option.annotation for option in parameters}
        return call

    return decorate
