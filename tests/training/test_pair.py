"""Making the small pair in one go: what is started, continued, given up and reported."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vqclip.errors import ConfigError, OutputError
from vqclip.training.commands import command
from vqclip.training.pair import Making, by_part, main
from vqclip.training.workshop import CLOCK, PARTS, Part, Workshop, config


def made(workshop: Workshop, *parts: Part) -> Making:
    workshop.output.mkdir(parents=True, exist_ok=True)
    making = Making(workshop, parts)
    while making.advance():
        time.sleep(0.05)
    return making


def workshop(folder: Path) -> Workshop:
    return Workshop(folder, None, minutes=5, workers=1)


def test_every_part_has_a_command_and_settings() -> None:
    for part in PARTS:
        assert Path(config(part.config)).is_file()
        assert (Path(main.__code__.co_filename).parent / f"{part.module}.py").is_file()


def test_what_fails_is_tried_twice_and_what_needs_it_is_not_begun(tmp_path: Path) -> None:
    parts = (
        Part("good", "split", "data"),  # a module without a command ends at once
        Part("bad", "missing", "data"),
        Part("after", "split", "data", needs="bad"),
    )
    making = made(workshop(tmp_path), *parts)
    assert making.failed == ["bad", "after"]
    assert [making.jobs[part.name].attempts for part in parts] == [1, 2, 0]
    assert (tmp_path / "bad.log").read_text().count("No module named vqclip.training.missing") == 2


def test_the_parts_share_the_time(tmp_path: Path) -> None:
    first, second = Part("good", "split", "data"), Part("after", "split", "data", needs="good")
    making = made(workshop(tmp_path), first, second)
    minutes = [making.workshop.ends[part.name] for part in (first, second)]
    assert 4.0 < minutes[0] < 4.5 < minutes[1] <= 5.0


def test_a_run_that_is_continued_counts_no_pause(tmp_path: Path) -> None:
    before = workshop(tmp_path)
    before.open()
    before.begin -= 120
    before.ends["sketch"] = 4.4
    before.keep_time()
    after = Workshop(tmp_path, None, minutes=7, workers=1)  # two minutes more than at first
    after.open()
    assert 4.9 < after.left <= 5.0
    assert after.ends == {"sketch": pytest.approx(6.4)}
    (tmp_path / CLOCK).write_text("[]")
    with pytest.raises(OutputError, match="damaged"):
        after.open()


def test_settings_are_given_to_the_part_that_they_name() -> None:
    names = ["sketch", "guide"]
    given = by_part(["sketch.batch=8", "guide.image.width=4", "sketch.steps=2"], names)
    assert given == {"sketch": ["batch=8", "steps=2"], "guide": ["image.width=4"]}
    with pytest.raises(ConfigError, match=r"batch=8: .*PART\.KEY=VALUE") as error:
        by_part(["batch=8", "judge.batch=8"], names)
    assert len(str(error.value).splitlines()) == 2


def test_an_unknown_part_is_named(tmp_path: Path) -> None:
    ran = CliRunner().invoke(command(main), [str(tmp_path), "--parts", "sketch,skech"])
    assert ran.exit_code == 2
    assert "skech is none of sketch, vqgan, guide, judge, prior" in ran.stderr
