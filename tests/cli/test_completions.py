"""What a shell offers after TAB."""

from __future__ import annotations

from vqclip.cli.completions import (
    complete_models,
    complete_presets,
    complete_settings,
    complete_styles,
)


def test_keys_and_choices_are_offered() -> None:
    assert "optimizer.learning_rate=" in complete_settings("optimizer.l")
    assert "optimizer=" not in complete_settings("optimizer")  # a section
    assert complete_settings("optimizer.name=adam") == [
        "optimizer.name=adam",
        "optimizer.name=adamw",
        "optimizer.name=adamax",
    ]
    assert complete_settings("vqgan=wikiart_1") == ["vqgan=wikiart_1024", "vqgan=wikiart_16384"]
    assert complete_settings("nonsense=") == []


def test_names_are_offered() -> None:
    assert complete_styles("wat") == ["watercolor"]
    assert complete_presets("dra") == ["draft"]
    assert "wikiart_1024" in complete_models("wiki")
