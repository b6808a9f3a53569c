"""The YAML file of an animation: the keys of its script, and the settings of its pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from vqclip.animation.script import Script
from vqclip.config.layers import Assignment, assemble, flatten, merge, read_named
from vqclip.config.nodes import compose, contents, line_of, pairs, read_text
from vqclip.config.option import keys
from vqclip.config.parsing import entries_of
from vqclip.config.schema import Config
from vqclip.config.size import SIZE
from vqclip.errors import ConfigError, Mistakes, did_you_mean, shown

DEFAULTS = "defaults"
OWN_STEPS = ("steps", "first_steps")
"""Keys of the script that may also be written among the settings of the pictures."""
LAYERS = {"preset": "preset", "style": "style", "styles": "style"}
"""Keys of `defaults` that name layers."""
KINDS = ("text", "image", "noise")
"""Kinds of prompts that a film takes."""
ALIASES = {"prompt": "prompts"}


@dataclass
class _Settings:
    """What was read, sorted by what it is about.

    Attributes:
        script: keys of the script.
        config: keys of the configuration.
        preset: the name of the preset, if there is one.
        styles: names of styles.
    """

    script: list[Assignment] = field(default_factory=list)
    config: list[Assignment] = field(default_factory=list)
    preset: Assignment | None = None
    styles: list[Assignment] = field(default_factory=list)

    def add(self, assignment: Assignment) -> None:
        """Sort one assignment in.

        Raises:
            ConfigError: no key is called so.
        """
        written = assignment.key
        key = written.removeprefix(f"{DEFAULTS}.")
        key = ALIASES.get(key, key)
        own = replace(assignment, key=key)
        if key in LAYERS:
            self._add_layer(own)
        elif key in OWN_STEPS or (key == written and key in keys(Script)):
            self.script.append(own)
        elif key in keys(Config) or key == SIZE:
            self.config.append(own)
        else:
            known = [*keys(Script), *keys(Config), DEFAULTS, *LAYERS]
            near = did_you_mean(key, known)
            raise ConfigError(f"{assignment.origin}: unknown key {shown(written)}{near}")

    def _add_layer(self, assignment: Assignment) -> None:
        names = [str(name) for name in entries_of(assignment.value)]
        if LAYERS[assignment.key] == "style":
            self.styles += [replace(assignment, value=name) for name in names]
        elif len(names) == 1:
            self.preset = replace(assignment, value=names[0])
        else:
            raise ConfigError(f"{assignment.origin}: preset: is one name")

    def read_config(self, mistakes: Mistakes, preset: str | None) -> Config:
        """Merge the layers of the configuration; note mistakes."""
        layers: list[Assignment] = []
        named = [] if self.preset is None else [("preset", self.preset)]
        for kind, own in [*named, *(("style", style) for style in self.styles)]:
            reader = partial(read_named, kind, own.value)
            layers += mistakes.read(reader, [], prefix=f"{own.origin}: ")
        if preset is not None:
            layers += read_named("preset", preset)
        return mistakes.read(partial(merge, [*layers, *self.config]), Config())


def read_animation(
    path: Path, overrides: Sequence[Assignment] = (), *, preset: str | None = None
) -> tuple[Script, Config]:
    """Read the file of an animation.

    Args:
        path: of the YAML file.
        overrides: from flags and `key=value`; keys of the script come first, all others are of the
            configuration.
        preset: a preset whose settings come before those written in the file, as in a preview.

    Raises:
        ConfigError: with every mistake.
    """
    mistakes = Mistakes()
    origin = str(path)
    node = compose(read_text(path, "animation"), origin)
    assignments = [] if node is None else _assignments(node, origin, mistakes)
    return resolve([*assignments, *overrides], mistakes, preset=preset)


def resolve(
    assignments: Iterable[Assignment], mistakes: Mistakes, *, preset: str | None = None
) -> tuple[Script, Config]:
    """Sort assignments, and make a script and a configuration of them.

    Raises:
        ConfigError: with every mistake, those noted before included.
    """
    settings = _Settings()
    for assignment in assignments:
        with mistakes.noted():
            settings.add(assignment)
    script = mistakes.read(partial(assemble, Script, settings.script, Script.conflicts), Script())
    config = settings.read_config(mistakes, preset)
    _check_prompts(script, config, mistakes)
    mistakes.check()
    first = script.first_steps or config.steps
    return replace(script, first_steps=first), replace(config, steps=first)


def _check_prompts(script: Script, config: Config, mistakes: Mistakes) -> None:
    if script.scenes and config.prompts:
        mistakes.add("prompts: belong to the scenes where there are scenes: leave them out here")
    scenes = [prompt for scene in script.scenes for prompt in scene.prompts]
    for prompt in (*scenes, *config.all_prompts()):
        if prompt.region is not None or prompt.scenes or prompt.kind not in KINDS:
            mistakes.add(
                f"{prompt}: regions, edits, styles of pictures and stories of single prompts are "
                "for still pictures; a film has scenes"
            )
    if config.keep is not None or config.extend is not None:
        mistakes.add("keep and extend are for still pictures: leave them out")
    shows = any(prompt.weight > 0 for prompt in config.all_prompts())
    if not mistakes and not script.scenes and not shows:
        mistakes.add("there is neither a prompt in defaults nor a scene: say what to draw")


def _assignments(node: yaml.MappingNode, origin: str, mistakes: Mistakes) -> list[Assignment]:
    """Return the keys of the file, those of `defaults` under its name, with their lines."""
    found: list[Assignment] = []
    entries: list[tuple[str, yaml.Node]] = mistakes.read(partial(pairs, node, origin), [])
    for key, value in entries:
        with mistakes.noted():
            if key == DEFAULTS:
                found += _defaults(value, origin)
            else:
                found += _flat(key, value, origin, Script if key in keys(Script) else Config)
    return found


def _defaults(node: yaml.Node, origin: str) -> list[Assignment]:
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"{line_of(node, origin)}: {DEFAULTS}: is a table of settings")
    found: list[Assignment] = []
    for key, value in pairs(node, origin):
        own = _flat(key, value, origin, Config)
        found += [replace(entry, key=f"{DEFAULTS}.{entry.key}") for entry in own]
    return found


def _flat(key: str, value: yaml.Node, origin: str, schema: type[Any]) -> list[Assignment]:
    """Return a key, or the keys of a section, as assignments."""
    known = keys(schema)
    if isinstance(value, yaml.MappingNode) and key in known and known[key].is_section:
        return flatten(value, f"{key}.", origin, schema)
    return [Assignment(key, contents(value, origin), line_of(value, origin))]
