"""The words of animate --input, and what is refused before any model is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.film.clips import gray, write_film
from vqclip.animation.styled import Styling
from vqclip.cli.animate import file_of, refuse
from vqclip.cli.styledfilms import StyleRequest, fitted, read, settings_of
from vqclip.config.schema import Config
from vqclip.errors import ConfigError, FilmError


def request(source: Path, *words: str, **changes) -> StyleRequest:
    given = {
        "preset": None,
        "styles": [],
        "size": None,
        "flags": {},
        "fps": None,
        "styling": Styling(),
        "output": source.parent / "out.gif",
        "frames": None,
        "overwrite": False,
        **changes,
    }
    return StyleRequest(source, words, **given)


def test_a_film_keeps_its_shape_and_the_number_of_pixels() -> None:
    found = fitted(Config(width=128, height=128), 1920, 1080)
    assert (found.width, found.height) == (168, 96)
    assert fitted(Config(width=128, height=128), 50, 50).width == 128


def test_a_request_is_read(tmp_path: Path) -> None:
    clip = write_film(tmp_path / "clip.gif")
    job = read(request(clip, "a fox", "steps=3", styles=["oil"], size="64x48"))
    assert (job.source.count, job.film.job.config.steps) == (11, 3)
    assert (job.film.job.config.width, job.film.job.config.height) == (64, 48)
    assert "oil painting of a fox" in job.film.job.prompts[0].content
    assert not job.is_drawn()


def test_the_users_own_settings_come_after_those_of_frames(tmp_path: Path) -> None:
    usual = settings_of(request(tmp_path, "a fox"))
    assert (usual.steps, usual.start.candidates, usual.optimizer.warmup) == (10, 1, 0)
    assert settings_of(request(tmp_path, "a fox", "optimizer.warmup=2")).optimizer.warmup == 2


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(request(tmp_path, "a fox", "steps=none", styles=["oils"]))
    assert "oil" in str(caught.value)
    with pytest.raises(FilmError, match="has no frames: there are no pictures in it"):
        read(request(tmp_path, "a fox"))


def test_another_film_is_not_replaced(tmp_path: Path) -> None:
    gray(9).save(tmp_path / "1.png")
    write_film(tmp_path / "out.gif")
    with pytest.raises(ConfigError, match=r"out\.gif already exists, and is another film"):
        read(request(tmp_path, "a fox", output=tmp_path / "out.gif"))


def test_a_file_and_its_settings() -> None:
    assert file_of(["a.yaml", "fps=5"]) == (Path("a.yaml"), ["fps=5"])
    with pytest.raises(ConfigError, match="--input"):
        file_of(["fps=5"])


def test_flags_that_do_not_go_together() -> None:
    with pytest.raises(ConfigError, match="--fps: needs --input"):
        refuse({"--fps": 12, "--style": []}, "needs --input")
