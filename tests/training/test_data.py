"""Pictures to learn from: drawn by index, held out by caption, and only once."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from tests.world.collection import ABSENT, FOX, write_drawings
from vqclip.training import data as training
from vqclip.training.commands import command
from vqclip.training.data import DataSettings, ShardTask, captioned, draw_shard, stocks_of
from vqclip.training.shards import Pictures, shard_files
from vqclip.training.split import held_out


def test_a_picture_depends_on_seed_split_and_index_alone() -> None:
    settings = DataSettings(size=32, wordings=2)
    first, captions = captioned(settings, "train", 7, None)
    again, same = captioned(settings, "train", 7, None)
    assert first.tobytes() == again.tobytes()
    assert captions == same
    assert len(captions) == 3
    for other in (
        captioned(settings, "train", 8, None),
        captioned(DataSettings(seed=1, size=32), "train", 7, None),
    ):
        assert other[0].tobytes() != first.tobytes()


def test_the_splits_share_no_caption() -> None:
    settings = DataSettings(size=8)
    for index in range(2):
        assert held_out(captioned(settings, "held-out", index, None)[1][0])
        assert not held_out(captioned(settings, "train", index, None)[1][0])


def test_drawings_are_captioned_by_title_and_place(tmp_path: Path) -> None:
    write_drawings(tmp_path, {**FOX, "subgroup": "animal-mammal"})
    stocks_of.cache_clear()
    stocks = stocks_of(tmp_path)
    settings = DataSettings(size=32, drawn=0, alone=1)
    for index in range(3):
        _, captions = captioned(settings, "train", index, stocks)
        assert "fox" in captions[0] or "foxes" in captions[0]
        assert set(captions[1:]) <= {"a fox", "fox"}


def test_a_concept_is_known_or_held_out(tmp_path: Path) -> None:
    concepts = [f"emoji:{number:x}" for number in range(150)]
    write_drawings(tmp_path, *({**FOX, "concept": name, "file": name} for name in concepts))
    stocks_of.cache_clear()
    stocks = stocks_of(tmp_path)
    known, kept = (
        {drawing.concept for drawing in stock.drawings} for stock in (stocks.known, stocks.kept)
    )
    assert known
    assert kept
    assert not known & kept
    assert known | kept == set(concepts)


def test_drawing_ends_in_time(tmp_path: Path) -> None:
    task = ShardTask(DataSettings(size=16, train=2), tmp_path, None, "train", 0, end=0.0)
    assert draw_shard(task) == 0
    assert not (tmp_path / "train").exists()


def test_a_shard_is_drawn_once_and_again_if_it_is_not_complete(tmp_path: Path) -> None:
    task = ShardTask(DataSettings(size=16, train=3, shard=2), tmp_path, None, "train", 1)
    assert draw_shard(task) == 1  # the last of three pictures
    pixels, captions = shard_files(tmp_path / "train", 1)
    before, stamp = pixels.read_bytes(), pixels.stat().st_mtime_ns
    draw_shard(task)
    assert pixels.stat().st_mtime_ns == stamp
    captions.unlink()
    draw_shard(task)
    assert pixels.stat().st_mtime_ns != stamp
    assert pixels.read_bytes() == before


def test_the_command_draws_both_splits_and_their_sheets(tmp_path: Path) -> None:
    write_drawings(tmp_path, FOX, ABSENT)
    file = tmp_path / "data.yaml"
    file.write_text("{size: 32, train: 3, held_out: 1, shard: 2}", encoding="utf-8")
    words = [str(tmp_path / "data"), "--config", str(file), "--drawings", str(tmp_path)]
    done = CliRunner().invoke(command(training.main), words)
    assert done.exit_code == 0, done.output
    pictures = Pictures(tmp_path / "data" / "train")
    assert (len(pictures), pictures.size, len(pictures.captions)) == (3, 32, 3)
    assert len(Pictures(tmp_path / "data" / "held-out")) == 1
    assert (tmp_path / "data" / "train.png").stat().st_size > 1000
    assert (tmp_path / "data" / "held-out.png").exists()


def test_drawings_that_do_not_exist_are_reported(tmp_path: Path) -> None:
    words = [str(tmp_path / "data"), "--drawings", str(tmp_path / "none")]
    done = CliRunner().invoke(command(training.main), words)
    assert done.exit_code == 2
    assert "captions.jsonl cannot be read" in done.output
    assert not (tmp_path / "data").exists()
