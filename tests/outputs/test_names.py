"""Names of pictures: free ones, in a folder that can be written to."""

from __future__ import annotations

import pytest

from vqclip.errors import OutputError
from vqclip.outputs.names import check_folder, choose_paths, free_path


def test_a_taken_name_is_numbered(tmp_path) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "a-2.png").touch()
    assert free_path(tmp_path, "a", ".png", overwrite=False).name == "a-3.png"
    assert free_path(tmp_path, "a", ".png", overwrite=True).name == "a.png"
    assert free_path(tmp_path, "b", ".png", overwrite=False).name == "b.png"


def test_a_name_with_a_checkpoint_is_not_free(tmp_path) -> None:
    (tmp_path / "a.checkpoint").touch()
    assert free_path(tmp_path, "a", ".png", overwrite=False).name == "a-2.png"


def test_the_pictures_of_a_batch_have_distinct_names(make_job, tmp_path) -> None:
    changes = {"output__folder": str(tmp_path), "output__format": "jpg"}
    jobs = [make_job(text, seed, **changes) for text, seed in (("a fox", 0), ("a fox", 1))]
    jobs.append(make_job("a fox!", 0, **changes))
    names = [path.name for path in choose_paths(jobs)]
    assert names == ["a-fox_s0.jpg", "a-fox_s1.jpg", "a-fox_s0-b.jpg"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(make_job, tmp_path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="file"):
            check_folder(folder)
        with pytest.raises(OutputError, match="file"):
            choose_paths([make_job(output__folder=str(folder))])


def test_a_folder_is_checked_without_being_made(tmp_path) -> None:
    check_folder(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []
