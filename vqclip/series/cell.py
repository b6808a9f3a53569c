"""One cell of a series: the layers of settings above each other, resolved to jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from vqclip.config.job import Job
from vqclip.config.layers import Assignment, merge, read_named
from vqclip.config.nodes import read_lines
from vqclip.config.prompt import Prompt
from vqclip.config.prompttable import read_prompts
from vqclip.config.schema import Config
from vqclip.config.values import HUB_SCHEME, is_path
from vqclip.errors import Mistakes
from vqclip.files.paths import user_path
from vqclip.series.table import Layer
from vqclip.series.template import render, render_all

TEMPLATED = ("start.image",)
"""Settings, beside the prompts, whose values are templates."""
MODELS = ("vqgan", "perceptors", "model_dir")
"""Settings that may have the paths of models."""


@dataclass(frozen=True)
class Cell:
    """A place in the matrix, or a job of the list.

    Attributes:
        labels: its place on each axis of the matrix.
        layers: what it sets, from the weakest on; the first are the defaults.
        origin: the file and line that asked for it.
        name: of its files, or None.
    """

    labels: Mapping[str, str]
    layers: tuple[Layer, ...]
    origin: str
    name: str | None = None

    @property
    def fields(self) -> dict[str, str]:
        """What its templates may use."""
        return {
            name: str(value.value) for layer in self.layers for name, value in layer.fields.items()
        }

    @property
    def preset(self) -> Assignment | None:
        """Its preset: that of the strongest layer that has one."""
        own = [layer.preset for layer in self.layers if layer.preset is not None]
        return own[-1] if own else None

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
        folder: of the series file, where word lists and other files are looked for.
        overrides: assignments of the command line, above every layer.
    """

    folder: Path
    overrides: Sequence[Assignment] = ()
    _configs: dict[str, Config] = field(default_factory=dict)
    _lists: dict[str, list[str]] = field(default_factory=dict)
    _places: dict[str, str] = field(default_factory=dict)

    def jobs(self, cell: Cell, mistakes: Mistakes) -> list[Job]:
        """Return the jobs of a cell, one per seed; note its mistakes."""
        found: list[Job] = []
        for seed in cell.seeds:
            with mistakes.noted():
                found += self._expanded(cell, seed)
        return found

    def check(self, cell: Cell, mistakes: Mistakes) -> None:
        """Note mistakes in the settings of an incomplete cell."""
        with mistakes.noted():
            self._config(cell, str)

    def words(self, name: str) -> list[str]:
        """Return the lines of a word list.

        Raises:
            ConfigError: it is missing or empty.
        """
        if name not in self._lists:
            lines = read_lines(self.folder / f"{name}.txt", "list")
            self._lists[name] = [text for _, text in lines]
        return self._lists[name]

    def _expanded(self, cell: Cell, seed: int) -> tuple[Job, ...]:
        own = cell.fields
        builtin = {"style": ", ".join(style.value for style in cell.styles), "seed": str(seed)}
        fields = {key: text for key, text in builtin.items() if text} | own

        def fill(text: str) -> str:
            # Neither style nor settings count: pictures to be compared say the same.
            return render(text, fields, self.words, key=f"{seed}/{sorted(own.items())}")

        config = self._config(cell, fill)
        templates = cell.prompts
        if templates is None and "subject" in own:
            templates = Assignment("prompts", ["{subject}"], cell.origin)
        mistakes = Mistakes()
        jobs: tuple[Job, ...] = ()
        prompts: tuple[Prompt, ...] | None = None
        with mistakes.noted(f"{(templates or cell).origin}: "):
            if templates is not None:
                filled = render_all(templates.value, fill)
                prompts = tuple(
                    self._placed_prompt(prompt)
                    for entry in filled
                    for prompt in read_prompts(entry)
                )
            jobs = (Job.of(config, seed, prompts),)
        mistakes.check()
        return jobs

    def _config(self, cell: Cell, fill: Callable[[str], str]) -> Config:
        layers = [setting for layer in cell.layers for setting in layer.assignments]
        given = [
            *(self._placed_setting(_filled(setting, fill)) for setting in layers),
            *(_filled(setting, fill) for setting in self.overrides),
        ]
        named = [*([] if cell.preset is None else [cell.preset]), *cell.styles]
        key = repr([(setting.key, setting.value) for setting in [*named, *given]])
        if key not in self._configs:
            self._configs[key] = self._with_pictures(_merged(named, given))
        return self._configs[key]

    def _with_pictures(self, config: Config) -> Config:
        """Return settings with the pictures found that the series file names."""
        written = repr([setting.value for setting in self.overrides])
        names = config.pictures()
        found = {name: name if name in written else self.place(name) for name in names}
        return (
            config if found == dict(zip(names, names, strict=True)) else config.with_pictures(found)
        )

    def place(self, name: str) -> str:
        """Return the path of a file that a series names: beside its file, if it is there.

        Otherwise the path stays as it is, and counts from the current folder.
        """
        if name not in self._places:
            beside = self.folder / user_path(name)
            is_other = str(beside) != name and beside.exists()
            self._places[name] = str(beside) if is_other else name
        return self._places[name]

    def _placed_prompt(self, prompt: Prompt) -> Prompt:
        names = prompt.pictures
        return prompt.moved({name: self.place(name) for name in names}) if names else prompt

    def _placed_setting(self, setting: Assignment) -> Assignment:
        """Return a setting of the series file with the paths in it found."""
        if setting.key not in MODELS:
            return setting
        return replace(setting, value=self._placed_value(setting.value))

    def _placed_value(self, value: object) -> object:
        """Return a value with its paths found: a text, a table with a name, or a list of them."""
        if isinstance(value, list):
            return [self._placed_value(entry) for entry in value]
        if isinstance(value, Mapping):
            names = {key: self._placed_value(value[key]) for key in ("name",) if key in value}
            return {**value, **names}
        if not isinstance(value, str) or value.startswith(HUB_SCHEME):
            return value
        head, colon, path = value.rpartition(":")  # as in local-dir:FOLDER and NAME:FILE
        return f"{head}{colon}{self.place(path)}" if path and is_path(path) else value


def _filled(setting: Assignment, fill: Callable[[str], str]) -> Assignment:
    if setting.key not in TEMPLATED:
        return setting
    return replace(setting, value=render_all(setting.value, fill))


def _merged(named: Sequence[Assignment], given: Sequence[Assignment]) -> Config:
    """Merge presets and styles by name, then assignments.

    Raises:
        ConfigError: with every mistake.
    """
    mistakes = Mistakes()
    layers: list[Assignment] = []
    for choice in named:
        read = partial(read_named, choice.key, choice.value)
        layers += mistakes.read(read, [], prefix=f"{choice.origin}: ")
    config = mistakes.read(partial(merge, [*layers, *given]), Config())
    mistakes.check()
    return config
