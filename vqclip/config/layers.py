"""Layers of configuration: defaults, presets, styles, files and `key=value`, merged and checked.

Scalars stay texts until the type of their key is known, so that YAML 1.1 has no say: `off`,
`12:30`, `1e-2` and `007` mean what the key makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import yaml
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from vqclip.config.nodes import compose, pairs, plain, read_text
from vqclip.config.schema import Config, check, walk
from vqclip.errors import ConfigError, did_you_mean

S = TypeVar("S")

NULLS = ("null", "~", "")
APPENDED = ("style_prompts",)
"""Lists to which styles add; every other list replaces the one before."""

NUMERIC = ("weight", "stop", "strength", "probability")
"""Keys of the tables within lists whose values are numbers."""


@dataclass(frozen=True)
class Assignment:
    """One `key = value` and where it was written; values are texts, lists and tables of texts."""

    key: str
    value: Any
    origin: str


def configs_folder() -> Path:
    """The folder of the presets, styles and examples that come with the program."""
    package = Path(str(files("vqclip")))
    shipped = package / "configs"
    return shipped if shipped.is_dir() else package.parent / "configs"


def preset_names() -> list[str]:
    """Names that `--preset` takes."""
    return sorted(path.stem for path in configs_folder().glob("*.yaml"))


def style_names() -> list[str]:
    """Names that `--style` takes."""
    return sorted(path.stem for path in (configs_folder() / "styles").glob("*.yaml"))


def load_config(
    *,
    preset: str | None = None,
    file: Path | None = None,
    styles: Sequence[str] = (),
    assignments: Sequence[Assignment] = (),
) -> Config:
    """Merge the layers in this order and check the result.

    Args:
        preset: a name of `preset_names`.
        file: a YAML file.
        styles: names of `style_names`, in order.
        assignments: from flags and `key=value`.

    Raises:
        ConfigError: with every mistake of every layer.
    """
    layers: list[Assignment] = []
    errors: list[str] = []
    readers: list[Callable[[], list[Assignment]]] = []
    if preset is not None:
        readers.append(partial(read_named, "preset", preset))
    if file is not None:
        readers.append(partial(read_yaml, file))
    readers += [partial(read_named, "style", name) for name in styles]
    for read in readers:
        try:
            layers += read()
        except ConfigError as error:
            errors += error.messages
    config, problems = merge([*layers, *assignments])
    errors += problems
    if errors:
        raise ConfigError(errors)
    return config


def merge(assignments: Sequence[Assignment]) -> tuple[Config, list[str]]:
    """Apply assignments in order to the defaults; also return every mistake."""
    config, errors = assemble(Config, assignments)
    return config, errors + [with_origin(message, assignments) for message in check(config)]


def assemble(schema: type[S], assignments: Sequence[Assignment]) -> tuple[S, list[str]]:
    """Apply assignments in order to the defaults of any dataclass of keys and sections.

    Also return every key that is unknown and every value of the wrong type; ranges are not checked.
    """
    tree = OmegaConf.structured(schema)
    for node in (tree, *(one for one in tree.values() if isinstance(one, DictConfig))):
        OmegaConf.set_readonly(node, False)
    errors: list[str] = []
    for one in assignments:
        try:
            _assign(schema, tree, one)
        except ConfigError as error:
            errors += [f"{one.origin}: {message}" for message in error.messages]
    config = OmegaConf.to_object(tree)
    assert isinstance(config, schema)
    return config, errors


def with_origin(message: str, assignments: Sequence[Assignment]) -> str:
    """Put before a message about a key where that key was last set."""
    key = re.split(r"[:\[]", message)[0]
    origins = [one.origin for one in assignments if one.key == key]
    return f"{origins[-1]}: {message}" if origins else message


def _assign(schema: type[Any], tree: DictConfig, one: Assignment) -> None:
    keys = {key: (value, field) for key, value, field in walk(schema())}
    if one.key not in keys:
        ends = [key for key in keys if key.split(".")[-1] == one.key.split(".")[-1]]
        near = f"; did you mean {ends[0]!r}?" if ends else did_you_mean(one.key, keys)
        raise ConfigError(f"unknown key {one.key!r}{near}")
    default, field = keys[one.key]
    if is_dataclass(default):
        raise ConfigError(f"{one.key} is a section: set {one.key}.KEY, or a table")
    value = _typed(one.key, one.value, str(field.type))
    if one.key in APPENDED:
        value = [*OmegaConf.to_container(tree[one.key], resolve=True), *value]  # type: ignore[misc]
    try:
        OmegaConf.update(tree, one.key, _escape(value), merge=False)
    except OmegaConfBaseException as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"{one.key}: {reason}") from error


def _typed(key: str, value: Any, wanted: str) -> Any:
    """Refuse lists for single values and the reverse; read `null` where it is allowed."""
    if wanted.startswith("list"):
        entries = value if isinstance(value, list) else [] if value in NULLS else [value]
        return [_with_numbers(one) if isinstance(one, dict) else one for one in entries]
    if wanted == "Any":
        if isinstance(value, dict):
            return {_number(at): _number(one) for at, one in value.items()}
        return None if value in NULLS else _number(value)
    if isinstance(value, (list, dict)):
        raise ConfigError(f"{key}: is one value, not {value!r}")
    if "None" in wanted and value in NULLS:
        return None
    if wanted == "int" and isinstance(value, str) and re.fullmatch(r"[-+]?\d+\.0*", value):
        return value.split(".")[0]
    return value


def _with_numbers(table: dict[str, Any]) -> dict[str, Any]:
    return {key: _number(one) if key in NUMERIC else one for key, one in table.items()}


def _number(value: Any) -> Any:
    """Read a number; what is none stays as it is, for the check to name."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def _escape(value: Any) -> Any:
    """Keep OmegaConf from reading `${...}` in a prompt as an interpolation."""
    if isinstance(value, str):
        return re.sub(r"(\\*)\$\{", lambda match: match[1] * 2 + r"\${", value)
    if isinstance(value, list):
        return [_escape(one) for one in value]
    if isinstance(value, dict):
        return {key: _escape(one) for key, one in value.items()}
    return value


def read_named(kind: str, name: str) -> list[Assignment]:
    """Read a preset or a style by name.

    Raises:
        ConfigError: there is none of that name.
    """
    known = style_names() if kind == "style" else preset_names()
    if name not in known:
        raise ConfigError(
            f"unknown {kind} {name!r}: allowed are {', '.join(known)}{did_you_mean(name, known)}"
        )
    folder = configs_folder() / "styles" if kind == "style" else configs_folder()
    return read_yaml(folder / f"{name}.yaml")


def read_yaml(path: Path, schema: type[Any] = Config) -> list[Assignment]:
    """Read a YAML file as assignments that know their line; scalars stay texts.

    Raises:
        ConfigError: the file is missing, not YAML, or has a key twice.
    """
    return read_yaml_text(read_text(path, "configuration"), str(path), schema)


def read_yaml_text(text: str, origin: str, schema: type[Any] = Config) -> list[Assignment]:
    """Read YAML text as `read_yaml` does.

    Raises:
        ConfigError: it is not YAML, not a table, or has a key twice.
    """
    node = compose(text, origin)
    return [] if node is None else list(flatten(node, "", origin, schema))


def flatten(
    node: yaml.MappingNode, prefix: str, origin: str, schema: type[Any] = Config
) -> Iterator[Assignment]:
    """Yield the keys of a table, sections taken apart, as assignments that know their line.

    Raises:
        ConfigError: a key is there twice.
    """
    known = {key: is_dataclass(value) for key, value, _ in walk(schema())}  # key -> a section?
    for name, value in pairs(node, origin):
        key = f"{prefix}{name}"
        if isinstance(value, yaml.MappingNode) and known.get(key, True):
            yield from flatten(value, f"{key}.", origin, schema)
        else:
            line = f"{origin}, line {value.start_mark.line + 1}"
            yield Assignment(key, plain(value, origin), line)


def parse_override(text: str) -> Assignment:
    """Read `key=value`, split at the first `=`; lists and tables are YAML, the rest is as it is.

    Raises:
        ConfigError: there is no `=`, or a list or table does not close.
    """
    key, equals, raw = text.partition("=")
    if not equals:
        raise ConfigError(f"{text!r} is not of the form key=value")
    value = raw.strip()
    if value != "{}" and value[:1] in ("[", "{") and value[-1:] in ("]", "}"):
        try:
            node = yaml.compose(value, Loader=yaml.BaseLoader)
        except yaml.YAMLError as error:
            raise ConfigError(f"{key}: {value!r} is not a list or table of YAML") from error
        return Assignment(key.strip(), plain(node, key) if node else raw, f"{key}={raw}")
    return Assignment(key.strip(), raw, f"{key}={raw}")
