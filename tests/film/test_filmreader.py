"""The reader of films: order, rates, rotation, and one sentence for each kind of damage."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from tests.film.clips import GRAYS, gray, levels_of, write_film
from vqclip.errors import FilmError
from vqclip.film.filmreader import open_frames
from vqclip.film.filmwriter import FilmWriter
from vqclip.film.formats import FILM_FORMATS
from vqclip.film.frame import timed


def test_a_folder_is_read_in_the_order_people_count(tmp_path: Path) -> None:
    for number in (10, 9, 100, 1, 2):
        gray(number * 2).save(tmp_path / f"frame{number}.png")
    gray(255).save(tmp_path / ".hidden.png")
    (tmp_path / "notes.txt").write_text("no picture")
    found = open_frames(tmp_path, fps=5)
    assert levels_of(tmp_path) == [2, 4, 18, 20, 200]
    assert (found.count, found.seconds, found.size) == (5, 1.0, (32, 24))
    assert [frame.time for frame in found] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])


def test_a_film_that_was_held_upright_is_turned(tmp_path: Path) -> None:
    """A telephone writes the picture lying, and how it was held."""
    image = Image.new("RGB", (64, 32), "black")
    image.paste("white", (0, 0, 32, 32))  # left half
    for degrees, size, place in ((90, (32, 64), (16, 60)), (-90, (32, 64), (16, 4))):
        path = tmp_path / f"{degrees}.mp4"
        with av.open(str(path), "w") as film:
            stream = film.add_stream("libx264", rate=5)
            stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv420p"
            stream.set_display_rotation(degrees)
            for _ in range(3):
                film.mux(stream.encode(av.VideoFrame.from_image(image)))
            film.mux(stream.encode(None))
        frame = next(iter(open_frames(path))).image
        assert frame.size == size
        assert frame.convert("L").getpixel(place) > 200


def test_pixels_that_are_not_square_become_square(tmp_path: Path) -> None:
    path = tmp_path / "wide.mp4"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=5)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2)
        film.mux(stream.encode(av.VideoFrame.from_image(gray(9, (32, 32)))))
        film.mux(stream.encode(None))
    assert open_frames(path).size == (64, 32)


@pytest.mark.parametrize("format", FILM_FORMATS)
@pytest.mark.parametrize("share", [0.03, 0.6, 0.9])
def test_a_truncated_film_is_refused(tmp_path: Path, format: str, share: float) -> None:
    image = Image.effect_noise((64, 64), 90).convert("RGB")
    with FilmWriter(tmp_path / f"film.{format}", fps=5) as writer:
        for index in range(40):
            writer.add(image.rotate(9 * index))
    content = writer.path.read_bytes()
    writer.path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(FilmError, match=rf"film\.{format} (is no film|is truncated|has no frames)"):
        open_frames(writer.path)


@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "film.mov"])
@pytest.mark.parametrize("content", [b"", b"no film at all" * 99])
def test_what_is_no_film_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FilmError, match="is no film"):
        open_frames(tmp_path / name)


def test_a_still_picture_is_no_film(tmp_path: Path) -> None:
    gray(9).save(tmp_path / "still.png")
    with pytest.raises(FilmError, match=r"still\.png is a still picture, not a film"):
        open_frames(tmp_path / "still.png")


def test_sound_alone_has_no_frames(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=800)
        frame.sample_rate = 8000
        film.mux(stream.encode(frame))
    with pytest.raises(FilmError, match=r"song\.wav has no frames, only sound"):
        open_frames(path)


def test_an_empty_folder_and_a_missing_film(tmp_path: Path) -> None:
    with pytest.raises(FilmError, match="has no frames: there are no pictures in it"):
        open_frames(tmp_path)
    write_film(tmp_path / "clip.gif")
    with pytest.raises(FilmError, match=r"no film or folder '.*; did you mean 'clip\.gif'"):
        open_frames(tmp_path / "clap.gif")


def test_a_picture_of_a_folder_that_is_damaged_is_named(tmp_path: Path) -> None:
    gray(9).save(tmp_path / "1.png")
    (tmp_path / "2.png").write_bytes(b"nothing")
    with pytest.raises(FilmError, match=r"frame 2 of .*2\.png"):
        list(open_frames(tmp_path))


def test_times_that_do_not_rise_are_moved() -> None:
    pairs = [(gray(level), time) for level, time in zip(GRAYS, (3.0, 3.5, 3.4, 5.0), strict=False)]
    frames = list(timed(pairs, last=0.25))
    assert [frame.time for frame in frames] == pytest.approx([0, 0.5, 0.501, 2.0])
    assert [frame.seconds for frame in frames] == pytest.approx([0.5, 0.001, 1.499, 0.25])
