"""Films in another style: the same frames after an interruption, times and sound of the source."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from tests.animation.test_flow import texture
from tests.film.sounds import tone, write_wav
from tests.running import never
from tests.tiny import tiny_models
from vqclip.animation.filmevents import FilmDone, FilmInterrupted, FilmStarted, FrameDone
from vqclip.animation.styled import Neighbor, StyledFilm, Styling, hash_of
from vqclip.animation.styling import StyledShooting
from vqclip.film.filmreader import open_frames, recipe_text
from vqclip.film.filmwriter import FilmWriter
from vqclip.outputs.recipe import Recipe

LENGTHS = (Fraction(1, 10), Fraction(1, 5), Fraction(1, 10), Fraction(3, 10))
"""Seconds of the frames of a source of variable rate."""


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Four frames that move to the right, of different lengths, with sound."""
    song = write_wav(tmp_path / "song.wav", tone(440, 1))
    with FilmWriter(tmp_path / "clip.mp4", fps=10, sound=song) as writer:
        for index, seconds in enumerate(LENGTHS):
            writer.add(texture(side=48).crop((4 - index, 0, 36 - index, 32)), seconds)
    return writer.path


def styled(make_job, clip: Path, **changes) -> StyledFilm:
    job = make_job("a fox", width=32, height=32, steps=2)
    return StyledFilm(clip, hash_of(clip), job, Styling(**changes))


def shoot(film: StyledFilm, path: Path, stop=never, **changes) -> list[object]:
    source = open_frames(film.source)
    shooting = StyledShooting(tiny_models(), film, source, path, **changes)
    return list(shooting.run(stop))


def pictures(folder: Path) -> list[bytes]:
    return [Image.open(path).tobytes() for path in sorted(folder.glob("0*.png"))]


def test_a_film_keeps_times_and_sound_and_says_what_it_is(make_job, clip, tmp_path) -> None:
    film = styled(make_job, clip)
    events = shoot(film, tmp_path / "out.mp4")
    kinds = [type(event) for event in events]
    assert kinds[0] is FilmStarted
    assert kinds.count(FrameDone) == 4
    assert isinstance(events[-1], FilmDone)
    found = open_frames(tmp_path / "out.mp4")
    assert (found.count, found.size, found.has_sound) == (4, (32, 32), True)
    times = [frame.time for frame in found]
    assert times == pytest.approx([0, 0.1, 0.3, 0.4], abs=0.005)
    text = recipe_text(tmp_path / "out.mp4")
    assert json.loads(text)["styling"]["source"] == film.hash
    assert Recipe.from_json(text, "out.mp4").config.prompts == film.job.prompts
    assert not (tmp_path / "out.frames").exists()


def test_an_interrupted_film_continues_after_its_last_whole_frame(make_job, clip, tmp_path) -> None:
    film = styled(make_job, clip)
    shoot(film, tmp_path / "a.apng", frames=tmp_path / "whole")
    calls = []

    def stop() -> bool:
        calls.append(1)
        return len(calls) > 8

    events = shoot(film, tmp_path / "b.apng", stop, frames=tmp_path / "parts")
    assert isinstance(events[-1], FilmInterrupted)
    assert 0 < events[-1].done < 4
    events = shoot(film, tmp_path / "b.apng", frames=tmp_path / "parts")
    assert isinstance(events[0], FilmStarted)
    assert events[0].done > 0
    assert pictures(tmp_path / "parts") == pictures(tmp_path / "whole")
    assert (tmp_path / "a.apng").read_bytes() == (tmp_path / "b.apng").read_bytes()


def test_the_first_frame_has_the_steps_that_later_ones_add_up_to(make_job) -> None:
    job = make_job("a fox", steps=10)
    assert [Styling(blend=0.6).steps(job, index) for index in (0, 1, 2)] == [25, 10, 10]
    assert Styling(blend=0).steps(job, 0) == 10


def test_a_frame_starts_between_the_source_and_the_moved_result(make_job, clip) -> None:
    """Where nothing moves, the start is the mixture itself."""
    source, result = texture(0, 32), texture(1, 32)
    film = styled(make_job, clip, blend=0.25)
    mixed = film._blended(_tensor(source), source, Neighbor(source, result))
    expected = 0.75 * _tensor(source) + 0.25 * _tensor(result)
    assert (mixed - expected).abs().max() < 0.01


def _tensor(image: Image.Image):
    from vqclip.files.images import to_tensor

    return to_tensor(image)


def test_what_a_film_depends_on_changes_its_id(make_job, clip) -> None:
    film = styled(make_job, clip)
    others = [
        replace(film, styling=Styling(blend=0.5)),
        replace(film, hash="0" * 64),
        replace(film, job=make_job("a cat", width=32, height=32, steps=2)),
    ]
    assert len({film.id, *(other.id for other in others)}) == 4


def test_the_hash_of_a_folder_is_that_of_its_files(tmp_path: Path) -> None:
    texture().save(tmp_path / "1.png")
    before = hash_of(tmp_path)
    texture(1).save(tmp_path / "1.png")
    assert hash_of(tmp_path) != before
