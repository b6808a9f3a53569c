"""Jobs: what identifies a picture, what a batch shares, seeds and file names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.config.test_layers import load
from vqclip.config.destination import PLACES
from vqclip.config.job import Job, batches, expand, parse_seeds, slug
from vqclip.config.prompt import Prompt
from vqclip.errors import ConfigError


def job_of(*words: str) -> Job:
    return Job.of(load("prompts=a fox", *words))


def test_a_picture_is_known_by_what_it_depends_on() -> None:
    first = job_of()
    assert job_of("steps=51").id != first.id
    assert replace(first, seed=1).id != first.id
    assert replace(first, prompts=(Prompt("a hen"),)).id != first.id
    assert job_of("output.format=webp").id != first.id
    elsewhere = [f"output.{key}=1" for key in PLACES if key != "video"]
    elsewhere.append("output.video.file=x.mp4")
    assert job_of(*elsewhere, "device=cpu", "model_dir=x", "cutouts.chunk=3").id == first.id


def test_what_a_style_says_and_what_a_prompt_says_are_one() -> None:
    styled = job_of("template=an oil of {}", "style_prompts=oil:0.3")
    spelled = Job.of(load("prompts=an oil of a fox | oil:0.3"))
    assert styled == spelled
    assert styled.id == spelled.id
    assert styled.prompts == (Prompt("an oil of a fox"), Prompt("oil", weight=0.3))


def test_a_batch_shares_all_but_prompts_and_seed() -> None:
    first = job_of("seed=3")
    assert (first.seed, first.config.seed, first.config.prompts) == (3, 0, ())
    assert first.batch == Job.of(load("prompts=a hen", "seed=4")).batch
    assert first.batch != job_of("steps=51").batch


def test_the_whole_configuration_makes_the_same_job() -> None:
    first = job_of("seed=3", "style_prompts=oil:0.3", "template=an oil of {}")
    assert Job.of(first.whole()) == first
    table = first.to_dict()
    assert table["seed"] == 3
    assert table["prompts"] == [prompt.to_plain() for prompt in first.prompts]
    assert not set(PLACES) & set(table["output"])
    assert "device" not in table


def test_seeds_become_jobs_and_jobs_batches() -> None:
    jobs = expand(load("prompts=a fox", "seed=7"), range(6))
    assert [job.seed for job in jobs] == list(range(6))
    assert len({job.batch for job in jobs}) == 1
    assert [len(batch) for batch in batches(jobs)] == [4, 2]
    assert [job.seed for batch in batches(jobs) for job in batch] == list(range(6))
    assert [job.seed for job in expand(load("prompts=a fox", "seed=7"), [])] == [7]


@pytest.mark.parametrize("words", [[], ["prompts=fog:-1"], ["style_prompts=fog:-1"]])
def test_something_must_be_drawn(words) -> None:
    with pytest.raises(ConfigError, match="there is no prompt"):
        expand(load(*words), [])


def test_seeds_are_numbers_and_ranges() -> None:
    assert parse_seeds("7") == [7]
    assert parse_seeds("0-2, 9,1") == [0, 1, 2, 9]
    assert parse_seeds(str(2**63 - 1)) == [2**63 - 1]
    for bad in ("9-0", "a", "", "1--2", "-1", "0-999999999999", "9" * 20):
        with pytest.raises(ConfigError, match="seeds"):
            parse_seeds(bad)


def test_file_names_are_made_of_words() -> None:
    assert slug("Ein Haus — über dem Meer!") == "ein-haus-über-dem-meer"
    assert slug("!!!") == "picture"
    assert slug("../../etc/passwd") == "etc-passwd"
    assert slug("snake_case") == "snake-case"
    assert len(slug("é" * 300).encode()) == 60
    assert job_of("seed=3").stem == "a-fox_s3"
