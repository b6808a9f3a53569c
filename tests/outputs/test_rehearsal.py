"""The rehearsal: what cannot be written is found before anything is drawn."""

from __future__ import annotations

import os
import shutil
from types import SimpleNamespace

import pytest

from vqclip.errors import ConfigError, OutputError
from vqclip.outputs import rehearsal
from vqclip.outputs.rehearsal import check_space, rehearse

LONG = " | ".join(["a red house by the sea " * 80] * 16)


def messages(jobs, names=None) -> list[str]:
    try:
        rehearse(jobs, names or [job.stem for job in jobs])
    except ConfigError as error:
        return list(error.messages)
    return []


@pytest.mark.parametrize("format", ["png", "jpg", "webp"])
def test_usual_recipes_fit(make_job, format) -> None:
    assert messages([make_job("a fox", 1, output__format=format)]) == []


@pytest.mark.parametrize("format", ["png", "webp"])
def test_long_recipes_fit_into_png_and_webp(make_job, format) -> None:
    assert messages([make_job(LONG, output__format=format)]) == []


def test_long_recipes_do_not_fit_into_a_jpeg(make_job) -> None:
    jobs = [make_job(text, output__format="jpg") for text in ("a fox", LONG, LONG + " | a hen")]
    first, second = messages(jobs, ["a", "b", "c"])
    assert first.startswith("c: a recipe of ")
    assert first.endswith(
        "does not fit into a JPEG: shorten the prompts, or choose output.format=png or webp"
    )
    assert second.startswith("b: ")


def test_a_description_that_grows_when_it_is_escaped_is_refused(make_job) -> None:
    job = make_job(" | ".join(["&" * 1900] * 9), output__format="jpg")
    assert len(job.whole().all_prompts()) == 9
    assert ["does not fit" in text for text in messages([job])] == [True]


def test_names_that_are_not_unicode_are_refused_with_their_key(make_job) -> None:
    with pytest.raises(ConfigError, match=r"start\.image: .*'a\\udcff\.png' is not UTF-8"):
        make_job("a fox", start__image=os.fsdecode(b"a\xff.png"))


def test_many_mistakes_are_counted(make_job) -> None:
    jobs = [make_job(LONG, seed, output__format="jpg") for seed in range(20)]
    said = messages(jobs, [str(job.seed) for job in jobs])
    assert len(said) == rehearsal.SHOWN + 1
    assert said[-1] == "and 8 more of this kind"


def test_a_full_disk_is_noticed(make_job, tmp_path, monkeypatch) -> None:
    configs = [make_job(width=1000, height=1000).config] * 4
    check_space(tmp_path / "new", configs)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5_000_000))
    with pytest.raises(OutputError, match=r"new cannot take 4 pictures of at least 5\.0 MB"):
        check_space(tmp_path / "new", configs)
    check_space(tmp_path / "new", configs[:3])
    assert list(tmp_path.iterdir()) == []
