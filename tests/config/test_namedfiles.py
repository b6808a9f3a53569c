"""Files that a configuration names are looked for before anything is loaded."""

from __future__ import annotations

from vqclip.config.layers import Assignment, merge
from vqclip.config.namedfiles import is_folder_name, missing_inputs


def config(**values):
    return merge([Assignment(key.replace("__", "."), value, "") for key, value in values.items()])


def test_everything_that_does_not_exist_is_named(tmp_path) -> None:
    settings = config(
        prompts=["a fox", {"image": f"{tmp_path}/aim.png"}],
        start__image=f"{tmp_path}/start.png",
        vqgan=f"{tmp_path}/a.ckpt",
        perceptors=["mini", f"local-dir:{tmp_path}/clip"],
    )
    assert list(missing_inputs(settings)) == [
        f"there is no picture {tmp_path}/start.png",
        f"there is no picture {tmp_path}/aim.png",
        f"the weights file {tmp_path}/a.ckpt does not exist",
        f"{tmp_path}/clip is not an open_clip folder: it does not exist",
    ]
    for name in ("aim.png", "start.png", "a.ckpt", "clip"):
        (tmp_path / name).mkdir() if name == "clip" else (tmp_path / name).touch()
    assert list(missing_inputs(settings)) == []


def test_the_home_folder_is_looked_in(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = config(prompts=["a fox"], start__image="~/a.png", vqgan="~/vq", perceptors=["~/c"])
    assert len(list(missing_inputs(settings))) == 3
    (tmp_path / "a.png").touch()
    (tmp_path / "vq").mkdir()
    (tmp_path / "c").mkdir()
    assert list(missing_inputs(settings)) == []


def test_names_of_models_are_no_folders() -> None:
    for name in ("mini", "ViT-B-32:openai", "hf-hub:a/b", "ViT-B-32:folder/file.pt"):
        assert not is_folder_name(name)
    for name in ("folder/clip", "local-dir:clip", "~/clip"):
        assert is_folder_name(name)
