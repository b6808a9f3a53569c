"""Sound on its way into a film: copied where possible, cut at the end of the film."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from tests.film.clips import gray
from tests.film.sounds import tone, write_wav
from vqclip.errors import FilmError
from vqclip.film.filmreader import open_frames
from vqclip.film.filmwriter import FilmWriter
from vqclip.film.waveform import RATE, waveform


def with_sound(path: Path, sound: Path, frames: int = 20) -> Path:
    with FilmWriter(path, fps=10, sound=sound) as writer:
        for index in range(frames):
            writer.add(gray(index))
    return path


@pytest.mark.parametrize(("format", "codec"), [("mp4", "aac"), ("webm", "opus")])
def test_sound_is_encoded_and_ends_with_the_film(tmp_path: Path, format: str, codec: str) -> None:
    song = write_wav(tmp_path / "song.wav", tone(440, 3.0))
    path = with_sound(tmp_path / f"film.{format}", song)
    assert open_frames(path).has_sound
    with av.open(str(path)) as film:
        assert film.streams.audio[0].codec_context.name.removeprefix("lib") == codec
    heard = waveform(path)
    assert len(heard) / RATE == pytest.approx(2.0, abs=0.1)
    assert heard[8000:-8000].abs().max() == pytest.approx(0.5, abs=0.05)


def test_sound_that_fits_is_copied_as_it_is(tmp_path: Path) -> None:
    song = write_wav(tmp_path / "song.wav", tone(440, 2.0))
    first = with_sound(tmp_path / "first.mp4", song)
    second = with_sound(tmp_path / "second.mp4", first)
    packets = []
    for path in (first, second):
        with av.open(str(path)) as film:
            sound = film.streams.audio[0]
            packets.append([bytes(packet) for packet in film.demux(sound) if packet.size])
    assert packets[0] == packets[1]


def test_a_film_longer_than_its_sound(tmp_path: Path) -> None:
    song = write_wav(tmp_path / "song.wav", tone(440, 0.5))
    path = with_sound(tmp_path / "film.mp4", song)
    assert open_frames(path).seconds == pytest.approx(2.0)


def test_a_file_without_sound_is_refused(tmp_path: Path) -> None:
    with FilmWriter(tmp_path / "mute.mp4", fps=10) as writer:
        writer.add(gray(1))
    with pytest.raises(FilmError, match=r"mute\.mp4 has no sound"):
        with_sound(tmp_path / "film.mp4", writer.path)
