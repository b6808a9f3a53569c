"""The pictures of a recipe: read where their hash or their folder allows it, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import small_config
from tests.jsons import TEXTS, refusal
from vqclip.errors import ConfigError
from vqclip.files.atomic import sha256
from vqclip.outputs.sources import Sources


@pytest.fixture
def places(tmp_path, monkeypatch) -> tuple[Path, Path]:
    """The folder of a recipe, and the current folder beside it."""
    recipe, here = tmp_path / "recipe", tmp_path / "here"
    recipe.mkdir()
    here.mkdir()
    monkeypatch.chdir(here)
    return recipe, here


def hash_of(path: Path, content: bytes) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return sha256(path)


def test_a_known_picture_is_read_wherever_it_lies(places) -> None:
    recipe, here = places
    digest = hash_of(here / "a.png", b"a")
    known = {"a.png": digest, str(here / "a.png"): digest, "../here/a.png": digest}
    for name in known:
        assert Sources(recipe, known).path(name) == name


def test_a_relative_path_is_looked_for_beside_the_recipe(places) -> None:
    recipe, here = places
    digest = hash_of(recipe / "a.png", b"a")
    sources = Sources(recipe, {"photos/a.png": digest})
    assert sources.path("a.png") == str(recipe / "a.png")
    assert sources.path("photos/a.png") == str(recipe / "a.png")
    hash_of(here / "photos" / "a.png", b"other")
    assert sources.path("photos/a.png") == str(recipe / "a.png")  # the one with the hash
    assert sources.changed(small_config(start__image="photos/a.png")) == []


def test_other_pictures_outside_need_the_users_word(places) -> None:
    recipe, here = places
    hash_of(here / "a.png", b"a")
    with pytest.raises(ConfigError, match=r"'a.png'.* is not known by its SHA-256: --yes"):
        Sources(recipe, {}).path("a.png")
    with pytest.raises(ConfigError, match=r"is not the one of the recipe: --yes"):
        Sources(recipe, {"a.png": "0" * 64}).path("a.png")
    trusting = Sources(recipe, {"a.png": "0" * 64}, trusted=True)
    assert trusting.path("a.png") == "a.png"
    assert trusting.changed(small_config(start__image="a.png")) == ["a.png"]


def test_links_and_dots_do_not_leave_the_folder(places) -> None:
    recipe, here = places
    hash_of(here / "a.png", b"a")
    (recipe / "link.png").symlink_to(here / "a.png")
    for name in ("link.png", "../here/a.png", str(recipe / "link.png")):
        with pytest.raises(ConfigError, match="lies outside of"):
            Sources(recipe, {}).path(name)


def test_all_pictures_are_looked_for_at_once(places) -> None:
    recipe, _ = places
    hash_of(recipe / "c.png", b"c")
    config = small_config(
        start__image="a.png", prompts=["x", {"image": "b.png"}, {"image": "c.png"}]
    )
    with pytest.raises(ConfigError) as caught:
        Sources(recipe, {}).find(config)
    assert [message[:20] for message in caught.value.messages] == ["the picture 'a.png',"] + [
        "the picture 'b.png',"
    ]
    hash_of(recipe / "a.png", b"a")
    hash_of(recipe / "b.png", b"b")
    found = Sources(recipe, {}).find(config)
    assert found.pictures() == tuple(str(recipe / f"{name}.png") for name in "abc")
    assert found.prompts[0] == config.prompts[0]


@given(
    st.dictionaries(TEXTS, TEXTS, max_size=2),
    TEXTS | st.sampled_from(["a.png", "/dev/zero", "/", ".", "~"]),
)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_path_is_found_or_refused(places, known, name) -> None:
    sources = Sources(places[0], known)
    message = refusal(ConfigError, lambda: sources.path(name))
    assert len(message) < 400
    assert message  # there is no picture


def test_the_home_folder_is_looked_in_and_stays_unnamed(places, monkeypatch, tmp_path) -> None:
    recipe, _ = places
    monkeypatch.setenv("HOME", str(tmp_path))
    digest = hash_of(tmp_path / "a.png", b"a")
    sources = Sources(recipe, {"~/a.png": digest})
    assert sources.path("~/a.png") == "~/a.png"
    assert sources.changed(small_config(start__image="~/a.png")) == []
    with pytest.raises(ConfigError, match="does not exist"):
        sources.path("~/b.png")
