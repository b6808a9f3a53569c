"""The fields of a series: names of the user's own that its templates use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from vqclip.config.size import SIZE
from vqclip.errors import Mistakes, did_you_mean, shorten, shown
from vqclip.series.file import SeriesFile
from vqclip.series.table import Layer, config_keys
from vqclip.series.template import fields_of, texts_of


def with_fields_named(series: SeriesFile, mistakes: Mistakes) -> SeriesFile:
    """Give fields the names templates use: `subjects` is `{subject}`; note those none uses."""
    used = _used(series)
    names: dict[str, str] = {}
    for layer in series.layers():
        for key, field in layer.fields.items():
            if key in names:
                continue
            names[key] = key if key in used else key.removesuffix("s")
            if names[key] not in used and key != SIZE:  # which is a setting if no template uses it
                near = did_you_mean(key, {*config_keys(), *used})
                mistakes.add(
                    f"{field.origin}: unknown key {shown(key)}: it is no key of the "
                    f"configuration, and no prompt uses {{{shorten(key)}}}{near}"
                )
    return _renamed(_with_sizes(series) if SIZE not in used else series, names)


def _with_sizes(series: SeriesFile) -> SeriesFile:
    """Return a series whose fields `size` are settings."""

    def changed(layer: Layer) -> Layer:
        fields = dict(layer.fields)
        size = fields.pop(SIZE, None)
        if size is None:
            return layer
        return replace(layer, fields=fields, assignments=(*layer.assignments, size))

    return _changed(series, changed)


def _used(series: SeriesFile) -> set[str]:
    """Return the names of the fields that prompts and settings use."""
    templates = [
        setting.value
        for layer in series.layers()
        for setting in [*layer.assignments, *([] if layer.prompts is None else [layer.prompts])]
    ]
    used = {name for value in templates for text in texts_of(value) for name in fields_of(text)}
    alone = series.defaults.prompts is None and all(axis.name != "prompt" for axis in series.axes)
    return used | {"subject"} if alone else used


def _renamed(series: SeriesFile, names: Mapping[str, str]) -> SeriesFile:
    def rename(layer: Layer) -> Layer:
        fields = {names[key]: value for key, value in layer.fields.items()}
        labels = {names.get(key, key): label for key, label in layer.labels.items()}
        return replace(layer, fields=fields, labels=labels)

    return _changed(series, rename, names)


def _changed(
    series: SeriesFile, change: Callable[[Layer], Layer], names: Mapping[str, str] | None = None
) -> SeriesFile:
    """Return a series with every layer changed, and its axes under other names."""
    to = names or {}
    return replace(
        series,
        defaults=change(series.defaults),
        axes=tuple(axis.renamed(to.get(axis.name, axis.name), change) for axis in series.axes),
        exclude=tuple(
            replace(
                rule, wanted={to.get(axis, axis): values for axis, values in rule.wanted.items()}
            )
            for rule in series.exclude
        ),
        include=tuple(map(change, series.include)),
        jobs=tuple(map(change, series.jobs)),
    )
