"""Names of pictures: free ones, in a folder that can be written to."""

from __future__ import annotations

import pytest

from vqclip.errors import OutputError
from vqclip.outputs.claims import Claims
from vqclip.outputs.names import check_folder, choose_paths, free_path


def chosen(folder, name: str, claims: Claims) -> str:
    return free_path(folder / f"{name}.png", claims).name


def test_a_taken_name_is_numbered(tmp_path) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "a-2.png").touch()
    claims = Claims(tmp_path, hidden=True)
    assert chosen(tmp_path, "a", claims) == "a-3.png"
    assert chosen(tmp_path, "a", claims) == "a-4.png"
    assert chosen(tmp_path, "b", claims) == "b.png"


def test_a_file_may_be_replaced_but_never_one_of_another_process(tmp_path) -> None:
    for name in ("a.png", "a-2.png"):
        (tmp_path / name).touch()
    ours, theirs = Claims(tmp_path, hidden=True), Claims(tmp_path, hidden=True)
    path = tmp_path / "a.png"
    assert free_path(path, ours, replace=True) == path
    assert free_path(path, theirs, replace=True).name == "a-3.png"


@pytest.mark.parametrize("name", ["a.checkpoint", "a.steps", "a.trace.jsonl"])
def test_a_name_with_a_file_beside_it_is_not_free(tmp_path, name: str) -> None:
    (tmp_path / name).touch()
    assert chosen(tmp_path, "a", Claims(tmp_path, hidden=True)) == "a-2.png"


def test_two_processes_choose_different_names(tmp_path) -> None:
    ours, theirs = Claims(tmp_path, hidden=True), Claims(tmp_path, hidden=True)
    assert chosen(tmp_path, "a", ours) == "a.png"
    assert chosen(tmp_path, "a", theirs) == "a-2.png"
    ours.give_all_back()
    theirs.give_all_back()
    assert list(tmp_path.iterdir()) == []
    assert chosen(tmp_path, "a", theirs) == "a.png"


def test_the_pictures_of_a_batch_have_distinct_names(make_job, tmp_path) -> None:
    changes = {"output__folder": str(tmp_path), "output__format": "jpg"}

    def batch(**more):
        prompts = (("a fox", 0), ("a fox", 1), ("a fox!", 0))
        return [make_job(text, seed, **changes, **more) for text, seed in prompts]

    paths, claims = choose_paths(batch())
    assert [path.name for path in paths] == ["a-fox_s0.jpg", "a-fox_s1.jpg", "a-fox_s0-2.jpg"]
    claims.give_all_back()
    assert list(tmp_path.iterdir()) == []
    # Also where files of earlier runs may be replaced.
    paths, _ = choose_paths(batch(output__overwrite=True))
    assert [path.name for path in paths] == ["a-fox_s0.jpg", "a-fox_s1.jpg", "a-fox_s0-2.jpg"]


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
