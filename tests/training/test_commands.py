"""What the commands of training share: settings, and errors as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from vqclip.config.option import option, section
from vqclip.errors import ConfigError
from vqclip.training.commands import read_settings, reported_errors


@dataclass(frozen=True)
class Part:
    """A section."""

    rate: float = option(0.5, "a number", low=0, high=1)


@dataclass(frozen=True)
class Settings:
    """Settings of a run."""

    name: str = option("x", "a text")
    widths: list[int] = option([1, 2], "numbers")
    steps: int = option(10, "how many", low=1)
    start: str | None = option(None, "may be none")
    part: Part = section(Part)


def test_settings_come_from_yaml_then_from_overrides(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("name: 007\nwidths: [3, 4]\npart:\n  rate: 0.1\nstart: null\n")
    settings = read_settings(Settings, file, ["part.rate=0.2", "steps=7"])
    assert settings == Settings(name="007", widths=[3, 4], steps=7, part=Part(rate=0.2))
    assert read_settings(Settings, None) == Settings()


def test_all_mistakes_are_reported_at_once_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("nmae: y\npart: {rate: 2}\nwidths: [a]\n")
    with pytest.raises(ConfigError) as caught:
        read_settings(Settings, file, ["rate=0.1", "steps"])
    text = "\n".join(caught.value.messages)
    assert "line 1: unknown key 'nmae'; did you mean 'name'?" in text
    assert "line 2: part.rate: 2.0 is out of range" in text
    assert "line 3: widths" in text
    assert "rate=0.1: unknown key 'rate'; did you mean 'part.rate'?" in text
    assert "'steps' is not of the form key=value" in text
    assert len(caught.value.messages) == 5


def test_errors_are_sentences_and_exit_code_2(capsys) -> None:
    with pytest.raises(typer.Exit) as caught, reported_errors():
        raise ConfigError(["steps: too few", "batch: too many"])
    assert caught.value.exit_code == 2
    assert capsys.readouterr().err == "vqclip: steps: too few\nvqclip: batch: too many\n"


def test_errors_of_the_program_itself_are_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), reported_errors():
        _ = 1 // 0
