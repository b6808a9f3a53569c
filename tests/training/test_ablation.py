"""The comparison of starts and targets: its settings are those of this version."""

from __future__ import annotations

from pathlib import Path

from vqclip.config.layers import parse_override
from vqclip.evaluation.comparison import make_settings
from vqclip.training.ablation import BASE, words


def test_the_settings_are_valid_and_differ() -> None:
    line = words(
        Path("list.txt"), Path("out"), settings=["steps=9"], limit=3, judge="mini", device="cpu"
    )
    variants = [line[place + 1] for place, word in enumerate(line) if word == "--vary"]
    assert len(variants) == 5
    settings = make_settings(
        assignments=[parse_override(text) for text in (*BASE, "steps=9")], variants=variants
    )
    pairs = {(own.config.start.kind, own.config.targets, own.config.steps) for own in settings}
    assert ("sketch", "text", 9) in pairs
    assert ("smooth", "prior", 9) in pairs
    assert len(pairs) == len(settings) == 1 + len(variants)
