"""Whole films on tiny models: files, events, interruption and loops."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.animation.test_filmstage import make  # noqa: F401  (a fixture)
from tests.tiny import tiny_models
from vqclip.animation.animation import Animation
from vqclip.animation.filmevents import FilmDone, FilmInterrupted, FilmStarted, FrameDone
from vqclip.animation.filmrecipe import read_film_recipe
from vqclip.animation.reel import Reel
from vqclip.animation.shooting import Shooting
from vqclip.errors import ConfigError, OutputError
from vqclip.film.filmreader import open_frames
from vqclip.runs.events import Event, Step


def never() -> bool:
    return False


def shoot(animation: Animation, path: Path, *, frames: Path | None = None, stop=never):
    """Draw a film; return its events."""
    return list(Shooting(tiny_models(), animation, path, frames).run(stop))


def pictures(folder: Path) -> list[bytes]:
    return [Image.open(path).tobytes() for path in sorted(folder.glob("*.png"))]


def test_a_film_its_events_and_its_recipe(make, tmp_path: Path) -> None:  # noqa: F811
    animation = make()
    events: list[Event] = shoot(animation, tmp_path / "film.apng")
    kinds = [type(event) for event in events]
    assert (kinds[0], kinds[-1]) == (FilmStarted, FilmDone)
    assert kinds.count(FrameDone) == 6
    assert kinds.count(Step) == 4 + 5 * 2
    done = events[-1]
    assert isinstance(done, FilmDone)
    assert (done.frames, done.seconds, done.closure) == (6, 1.5, None)
    flickers = [event.flicker for event in events if isinstance(event, FrameDone)][1:]
    assert done.flicker == pytest.approx(sum(filter(None, flickers)) / 5)
    json.dumps([event.facts() for event in events])

    source = open_frames(tmp_path / "film.apng")
    assert (source.count, source.size, source.fps) == (6, (20, 16), pytest.approx(4))
    recipe = read_film_recipe(tmp_path / "film.apng")
    assert recipe.animation.to_dict() == animation.to_dict()
    assert recipe.recipe.models == {"vqgan tiny": "0" * 64}
    assert [path.name for path in tmp_path.iterdir()] == ["film.apng"]


@pytest.mark.parametrize("steps", [2, 7, 9])
def test_an_interrupted_film_goes_on_after_its_last_whole_frame(
    make,  # noqa: F811
    tmp_path: Path,
    steps,
) -> None:
    shoot(make(), tmp_path / "whole.apng", frames=tmp_path / "whole")
    left = iter([False] * steps)
    events = shoot(
        make(),
        tmp_path / "film.apng",
        frames=tmp_path / "frames",
        stop=lambda: next(left, True),
    )
    interrupted = events[-1]
    assert isinstance(interrupted, FilmInterrupted)
    assert not (tmp_path / "film.apng").exists()
    again = shoot(make(), tmp_path / "film.apng", frames=tmp_path / "frames")
    assert isinstance(again[0], FilmStarted)
    assert again[0].done == interrupted.done == len([e for e in events if type(e) is FrameDone])
    assert pictures(tmp_path / "frames") == pictures(tmp_path / "whole")
    assert (tmp_path / "film.apng").read_bytes() == (tmp_path / "whole.apng").read_bytes()


def test_a_frame_without_its_checkpoint_is_drawn_again_equal(make, tmp_path: Path) -> None:  # noqa: F811
    whole = shoot(make(), tmp_path / "whole.apng", frames=tmp_path / "whole")
    assert isinstance(whole[-1], FilmDone)
    left = iter([False] * 7)
    shoot(make(), tmp_path / "film.apng", frames=tmp_path / "frames", stop=lambda: next(left, True))
    # Killed between the picture of a frame and its checkpoint: the picture is there, half or whole.
    (tmp_path / "frames" / "000002.png").write_bytes(b"half a picture")
    shoot(make(), tmp_path / "film.apng", frames=tmp_path / "frames")
    assert pictures(tmp_path / "frames") == pictures(tmp_path / "whole")


def test_damaged_states_and_missing_frames_begin_again(make, tmp_path: Path) -> None:  # noqa: F811
    left = iter([False] * 9)
    shoot(make(), tmp_path / "film.apng", frames=tmp_path / "f", stop=lambda: next(left, True))
    (tmp_path / "f" / "000001.png").unlink()
    events = shoot(make(), tmp_path / "film.apng", frames=tmp_path / "f")
    assert isinstance(events[0], FilmStarted)
    assert events[0].done == 0


def test_a_loop_closes_as_smoothly_as_it_runs(make, tmp_path: Path) -> None:  # noqa: F811
    animation = make(loop=True, overlap=0.5, fps=8)
    events = shoot(animation, tmp_path / "loop.apng")
    done = events[-1]
    assert isinstance(done, FilmDone)
    assert (done.frames, sum(type(event) is FrameDone for event in events)) == (12, 16)
    assert done.closure is not None
    assert done.flicker is not None
    flickers = [event.flicker for event in events if isinstance(event, FrameDone)]
    assert done.closure <= 1.2 * max(own for own in flickers if own is not None)
    # Without the tail, the film would jump.
    open_film = make(fps=8)
    shoot(open_film, tmp_path / "open.apng", frames=tmp_path / "open")
    frames = [
        torch.frombuffer(bytearray(own), dtype=torch.uint8) for own in pictures(tmp_path / "open")
    ]
    jump = (frames[-1].float() - frames[0].float()).abs().mean()
    assert float(jump) > 2 * done.closure


def test_frames_of_another_film_are_not_replaced(make, tmp_path: Path) -> None:  # noqa: F811
    stops = iter([False] * 5)
    shoot(make(), tmp_path / "film.apng", stop=lambda: next(stops, True))
    with pytest.raises(ConfigError, match="frames of another animation"):
        shoot(make(seed=1), tmp_path / "film.apng")
    other = tmp_path / "mine"
    other.mkdir()
    (other / "000001.png").write_bytes(b"")
    with pytest.raises(ConfigError, match="no frames of this film"):
        shoot(make(), tmp_path / "other.apng", frames=other)


def test_two_processes_do_not_draw_one_film(make, tmp_path: Path) -> None:  # noqa: F811
    reel = Reel.open(tmp_path / "film.frames", make().id)
    with pytest.raises(OutputError, match="by another process"):
        shoot(make(), tmp_path / "film.apng")
    reel.close()
    shoot(make(), tmp_path / "film.apng")
