"""Films drawn again."""

from __future__ import annotations

from pathlib import Path

from tests.cli.test_animate import film, run  # noqa: F401  (fixtures)
from vqclip.film.filmreader import open_frames


def test_a_film_and_a_frame_are_replayed_and_take_changes(film, run) -> None:  # noqa: F811
    assert film("-o", "story.webp", "--frames", "kept", "seconds=null")[0] == 0
    code, out, err = run("replay", "story.webp", "-q")
    assert code == 0, err
    again = Path(out.strip())
    assert again == Path("outputs/story-replay.webp")
    assert again.read_bytes() == Path("story.webp").read_bytes()
    code, out, err = run("replay", "kept/000002.png", "-q", "-o", "other.gif", "fps=2", "steps=1")
    assert (code, out.strip()) == (0, "other.gif"), err
    assert open_frames(Path("other.gif")).count == 3


def test_what_holds_no_recipe_of_a_film_is_refused(run) -> None:  # noqa: F811
    Path("film.gif").write_bytes(b"GIF89a")
    code, _, err = run("replay", "film.gif")
    assert code == 2
    assert "film.gif" in err
    assert "Traceback" not in err
