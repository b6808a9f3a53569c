"""What a shell offers after TAB: settings, presets, styles and models by name."""

from __future__ import annotations

from collections.abc import Iterable


def complete_settings(incomplete: str) -> list[str]:
    """Offer keys of the configuration, `steps=`, and the values of one that has choices."""
    from vqclip.config.option import keys
    from vqclip.config.schema import Config

    known = keys(Config)
    key, equals, value = incomplete.partition("=")
    if equals:
        own = known.get(key)
        choices = _values(key) or (() if own is None else own.choices)
        return [f"{key}={choice}" for choice in _from(choices, value)]
    names = [name for name, own in known.items() if not own.is_section]
    return [f"{name}=" for name in _from(names, key)]


def complete_presets(incomplete: str) -> list[str]:
    """Offer the names of presets."""
    from vqclip.config.shelves import preset_names

    return _from(preset_names(), incomplete)


def complete_styles(incomplete: str) -> list[str]:
    """Offer the names of styles."""
    from vqclip.config.shelves import style_names

    return _from(style_names(), incomplete)


def complete_models(incomplete: str) -> list[str]:
    """Offer the names of models, VQGANs before perceptors."""
    from vqclip.models.fetch.catalogue import catalogue

    known = catalogue()
    return _from([*known.vqgans, *known.perceptors], incomplete)


def _values(key: str) -> tuple[str, ...]:
    """Return values worth offering of a key that has no list of choices."""
    from vqclip.config.choices import GENERATORS

    return {"vqgan": GENERATORS, "device": ("auto", "cpu", "cuda", "mps")}.get(key, ())


def _from(names: Iterable[str], start: str) -> list[str]:
    return [name for name in names if name.startswith(start)]
