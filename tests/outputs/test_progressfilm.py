"""The film of a run: its frames, its length, and that a run in two parts has the same film."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from PIL import Image

from tests.running import never, stop_after
from tests.tiny import tiny_models
from vqclip.config.destination import VideoConfig, film_file, for_many
from vqclip.config.layers import load_config, parse_override
from vqclip.engine.build import build
from vqclip.engine.generation import Generation
from vqclip.errors import ConfigError
from vqclip.files.images import load_image, to_pil
from vqclip.film import formats
from vqclip.film.filmreader import open_frames
from vqclip.outputs import recipe as recipes
from vqclip.outputs.checkpoint import Checkpoint
from vqclip.outputs.progressfilm import check_films, one_film_each
from vqclip.outputs.writer import Writer
from vqclip.runs.drive import drive

VIDEO = VideoConfig(file="apng", every=1, seconds=2.0, hold=0.5)


def batch(make_job, folder: Path, video: VideoConfig = VIDEO, seeds=(0, 1), **changes):
    jobs = [
        make_job("a fox", seed, output__folder=str(folder), output__video=asdict(video), **changes)
        for seed in seeds
    ]
    return build(tiny_models(), jobs), Writer.for_jobs(jobs)


def pictures(path: Path) -> list[bytes]:
    return [frame.image.tobytes() for frame in open_frames(path)]


def test_the_frames_are_what_the_steps_looked_at(make_job, tmp_path) -> None:
    generation, writer = batch(make_job, tmp_path)
    seen: list[list[bytes]] = []
    decode = generation.models.generator.decode
    calls = []
    generation.models.generator.decode = lambda z: calls.append(1) or decode(z)
    for _ in drive(generation, writer, never):
        if generation.step > len(seen):
            seen.append([to_pil(image).tobytes() for image in generation.latest()])
    assert len(calls) == 4 + 1  # one a step, and one for the finished pictures
    for index, path in enumerate(writer.paths):
        film = path.with_suffix(".apng")
        finished = load_image(path).tobytes()
        frames = [*(step[index] for step in seen[:3]), finished, finished]  # the last one is held
        assert pictures(film) == frames
        assert open_frames(film).seconds == pytest.approx(2.5)
        assert recipes.read(film).config == recipes.read(path).config
    writer.close()
    assert len(list(tmp_path.iterdir())) == 4  # nothing else is left


def test_a_run_in_two_parts_has_the_same_film(make_job, tmp_path) -> None:
    whole, writer = batch(make_job, tmp_path / "a", seeds=(0,))
    list(drive(whole, writer, never))
    part, second = batch(make_job, tmp_path / "b", seeds=(0,))
    list(drive(part, second, stop_after(2)))
    film = second.paths[0].with_suffix(".apng")
    assert len(pictures(film)) == part.step + 1  # the last one is held: it can be played
    checkpoint = Checkpoint.read(second.checkpoint_path)
    assert checkpoint.output.video == VIDEO
    continued = checkpoint.restore(tiny_models(), checkpoint.jobs(tmp_path / "b"))
    list(drive(continued, Writer(second.paths), never))
    second.close()
    assert pictures(film) == pictures(writer.paths[0].with_suffix(".apng"))
    assert sorted(path.suffix for path in (tmp_path / "b").iterdir()) == [".apng", ".png"]


def test_a_run_that_is_killed_continues_its_film_after_a_checkpoint(make_job, tmp_path) -> None:
    """Frames after the checkpoint are drawn again; stale ones do no harm."""
    generation, writer = batch(make_job, tmp_path, seeds=(0,), output__checkpoint_every=2)
    events = drive(generation, writer, never)
    while generation.step < 3:
        next(events)
    path = writer.paths[0]
    assert len(list(path.with_suffix(".film").iterdir())) == 3
    checkpoint = Checkpoint.read(writer.checkpoint_path)
    continued = checkpoint.restore(tiny_models(), checkpoint.jobs(tmp_path))
    list(drive(continued, Writer((path,)), never))
    assert len(pictures(path.with_suffix(".apng"))) == 5


def test_a_film_does_not_change_a_picture(make_job, tmp_path) -> None:
    for name, video in (("with", VIDEO), ("without", VideoConfig())):
        generation, writer = batch(make_job, tmp_path / name, video, seeds=(0,))
        list(drive(generation, writer, never))
    first, second = sorted(tmp_path.glob("*/*.png"))
    assert first.read_bytes() == second.read_bytes()


def test_candidates_are_shown_by_the_best(make_job, tmp_path) -> None:
    job = make_job("a fox", start__candidates=3, start__candidate_steps=2)
    generation: Generation = build(tiny_models(), [job])
    for _ in range(4):
        generation.advance()
        assert generation.latest().shape == (1, 3, 16, 16)


def test_how_many_frames() -> None:
    usual = VideoConfig(seconds=6)
    assert (usual.stride(50), usual.rate(50)) == (1, pytest.approx(50 / 6))
    assert (usual.stride(1000), usual.rate(1000)) == (7, pytest.approx(143 / 6))
    assert VideoConfig(every=10, seconds=2).rate(100) == 5


def test_too_many_frames_are_refused() -> None:
    words = ["prompts=a fox", "steps=1000", "output.video.file=mp4", "output.video.every=1"]
    with pytest.raises(ConfigError, match=r"1000 frames in 6 seconds are 166\.667 per second"):
        load_config(assignments=[parse_override(word) for word in words])


def test_names_of_films() -> None:
    assert film_file("mp4") == "mp4"
    assert [for_many(file) for file in ("webm", "a/out.mp4", "x-{name}.gif")] == [
        *("webm", str(Path("a/out_{name}.mp4")), "x-{name}.gif"),
    ]
    for file in ("out.avi", "out", "mpeg"):
        with pytest.raises(ConfigError, match=r"allowed are \.mp4"):
            film_file(file)


def test_several_pictures_have_a_film_each(make_job, tmp_path) -> None:
    video = VideoConfig(file=str(tmp_path / "out.apng"), every=1, seconds=2.0)
    folder = str(tmp_path / "pictures")
    jobs = one_film_each(
        [
            make_job("a fox", seed, output__folder=folder, output__video=asdict(video))
            for seed in (0, 1)
        ]
    )
    list(drive(build(tiny_models(), jobs), Writer.for_jobs(jobs), never))
    names = sorted(path.name for path in tmp_path.glob("*.apng"))
    assert names == ["out_a-fox_s0.apng", "out_a-fox_s1.apng"]


def test_what_is_in_the_way_is_not_replaced(make_job, tmp_path) -> None:
    path = tmp_path / "out.apng"
    video = VideoConfig(file=str(path), every=1, seconds=2.0)
    job = make_job("a fox", output__folder=str(tmp_path), output__video=asdict(video))
    picture = tmp_path / "a-fox_s0.png"
    Image.new("RGB", (4, 4)).save(path, "PNG")
    with pytest.raises(ConfigError, match=r"out\.apng already exists.*--overwrite"):
        check_films([job], [picture])
    path.unlink()
    list(drive(build(tiny_models(), [job]), Writer.for_jobs([job]), never))
    check_films([job], [picture])  # an earlier state of the same film
    other = make_job("a cat", output__folder=str(tmp_path), output__video=asdict(video))
    with pytest.raises(ConfigError, match="already exists"):
        check_films([other], [picture])


def test_one_film_for_several_pictures_is_refused(make_job, tmp_path) -> None:
    video = VideoConfig(file=str(tmp_path / "out.gif"))
    jobs = [make_job("a fox", seed, output__video=asdict(video)) for seed in (0, 1)]
    with pytest.raises(ConfigError, match=r"one film for several pictures: put \{name\}"):
        check_films(jobs, [tmp_path / "a.png", tmp_path / "b.png"])


def test_missing_pyav_is_told_before_anything_is_drawn(make_job, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    job = make_job("a fox", output__video=asdict(VideoConfig(file="mp4")))
    with pytest.raises(ConfigError, match=r"vqclip\[video\]"):
        check_films([job], [tmp_path / "a.png"])
