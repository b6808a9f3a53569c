"""Which models are on this machine, by the name a user or a recipe writes."""

from __future__ import annotations

import pytest

from tests.tiny import write_clip
from vqclip.errors import CheckpointError
from vqclip.models.presence import absent_models, is_fetchable, is_verified


def test_what_is_on_this_machine_is_known(tmp_path) -> None:
    store = str(tmp_path / "store")
    folder = write_clip(tmp_path / "clip")
    here = ["mini", "mini-judge", f"local-dir:{folder}", str(folder)]
    assert absent_models("mini", here, store) == []
    others = ["hf-hub:a/b", "local-dir:/nowhere", "ViT-B-32:openai"]
    assert absent_models("hf-hub:a/b/c.ckpt", others, store) == ["hf-hub:a/b/c.ckpt", *others]
    assert [is_fetchable(name) for name in others] == [True, False, True]
    assert not is_fetchable("/nowhere/model.ckpt")


def test_a_model_that_the_catalogue_verifies_may_be_downloaded(tmp_path) -> None:
    assert is_verified("boris_f16_16384")
    assert absent_models("boris_f16_16384", [], str(tmp_path)) == []
    assert not is_verified("hf-hub:a/b/c.ckpt")


@pytest.mark.parametrize("name", ["hf-hub:a/b/c/d", "hf-hub:../x", "hf-hub:", "VIT:what"])
def test_names_that_are_none_are_refused(tmp_path, name) -> None:
    with pytest.raises(CheckpointError):
        absent_models("mini", [name], str(tmp_path))


def test_the_home_folder_is_looked_in(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write_clip(tmp_path / "clip")
    (tmp_path / "a.ckpt").touch()
    assert absent_models("~/a.ckpt", ["~/clip", "local-dir:~/clip"], "~/store") == []
    assert absent_models("~/b.ckpt", ["~/clap"], "~/store") == ["~/b.ckpt", "~/clap"]
