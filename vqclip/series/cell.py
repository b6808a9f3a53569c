"""One cell of a series: the layers of settings above each other, resolved to jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from vqclip.config.job import Job
from vqclip.config.layers import Assignment, merge, read_named
from vqclip.config.nodes import read_lines
from vqclip.config.prompt import read_prompts
from vqclip.config.schema import Config
from vqclip.errors import ConfigError
from vqclip.series.table import Settings
from vqclip.series.template import render, render_all

TEMPLATED = ("start.image",)
"""Settings, beside the prompts, whose values are templates."""


@dataclass(frozen=True)
class Cell:
    """A place in the matrix, or a job of the list, with its layers from the weakest on."""

    labels: Mapping[str, str]
    layers: tuple[Settings, ...]
    origin: str
    name: str | None = None

    @property
    def fields(self) -> dict[str, str]:
        """What its templates may use."""
        found: dict[str, str] = {}
        for layer in self.layers:
            found |= {key: str(one.value) for key, one in layer.fields.items()}
        return found

    @property
    def prompts(self) -> Assignment | None:
        """Its templates: those of the strongest layer that has any."""
        own = [layer.prompts for layer in self.layers if layer.prompts is not None]
        return own[-1] if own else None

    @property
    def seeds(self) -> tuple[int, ...]:
        """Its seeds: those of the strongest layer that has any, otherwise 0 alone."""
        own = [layer.seeds for layer in self.layers if layer.seeds is not None]
        return own[-1] if own else (0,)

    @property
    def styles(self) -> tuple[Assignment, ...]:
        """Its styles: those of the defaults, then those of the strongest other layer."""
        own = [layer.styles for layer in self.layers[1:] if layer.styles is not None]
        return (*(self.layers[0].styles or ()), *(own[-1] if own else ()))


@dataclass
class Resolver:
    """Makes jobs of cells; equal settings are merged and checked once.

    Attributes:
        folder: where word lists are looked for.
        last: assignments of the command line, above every layer.
    """

    folder: Path
    last: Sequence[Assignment] = ()
    configs: dict[str, Config] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)

    def jobs(self, cell: Cell, errors: list[str]) -> list[Job]:
        """The jobs of a cell, one per seed; mistakes are added to `errors`."""
        found = []
        for seed in cell.seeds:
            try:
                found.append(self._job(cell, seed))
            except ConfigError as error:
                errors += [one for one in error.messages if one not in errors]
        return found

    def check(self, cell: Cell, errors: list[str]) -> None:
        """Find mistakes in the settings of an incomplete cell."""
        try:
            self._config(cell, str)
        except ConfigError as error:
            errors += error.messages

    def words(self, name: str) -> list[str]:
        """The lines of a word list.

        Raises:
            ConfigError: it is missing or empty.
        """
        if name not in self.lists:
            self.lists[name] = [text for _, text in read_lines(self.folder / f"{name}.txt", "list")]
        return self.lists[name]

    def _job(self, cell: Cell, seed: int) -> Job:
        own = cell.fields
        builtin = {"style": ", ".join(one.value for one in cell.styles), "seed": str(seed)}
        fields = own | {key: one for key, one in builtin.items() if key not in own and one}

        def fill(text: str) -> str:
            # Neither style nor settings count: pictures to be compared say the same.
            return render(text, fields, self.words, key=f"{seed}/{sorted(own.items())}")

        config = self._config(cell, fill)
        prompts = cell.prompts
        if prompts is None and "subject" in own:
            prompts = Assignment("prompts", ["{subject}"], cell.origin)
        origin = cell.origin if prompts is None else prompts.origin
        try:
            if prompts is not None:
                filled = render_all(prompts.value, fill)
                drawn = tuple(prompt for entry in filled for prompt in read_prompts(entry))
                config = replace(config, prompts=drawn)
            return Job.of(config, seed)
        except ConfigError as error:
            raise ConfigError([f"{origin}: {one}" for one in error.messages]) from error

    def _config(self, cell: Cell, fill: Callable[[str], str]) -> Config:
        presets = [layer.preset for layer in cell.layers if layer.preset is not None]
        names = [("preset", one) for one in presets[-1:]] + [("style", one) for one in cell.styles]
        given = [one for layer in cell.layers for one in layer.assignments] + list(self.last)
        given = [
            replace(one, value=render_all(one.value, fill)) if one.key in TEMPLATED else one
            for one in given
        ]
        key = repr([(kind, one.value) for kind, one in names] + [(o.key, o.value) for o in given])
        if key not in self.configs:
            self.configs[key] = _merged(names, given)
        return self.configs[key]


def _merged(names: Sequence[tuple[str, Assignment]], given: Sequence[Assignment]) -> Config:
    layers: list[Assignment] = []
    errors: list[str] = []
    for kind, one in names:
        try:
            layers += read_named(kind, one.value)
        except ConfigError as error:
            errors += [f"{one.origin}: {message}" for message in error.messages]
    try:
        config = merge([*layers, *given])
    except ConfigError as error:
        errors += error.messages
    if errors:
        raise ConfigError(errors)
    return config
