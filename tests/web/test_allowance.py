"""The allowance: everything that is not allowed is said at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.web.conftest import tiny_form
from vqclip.config.layers import Assignment, merge
from vqclip.config.option import keys
from vqclip.config.schema import Config
from vqclip.errors import ConfigError
from vqclip.web.allowance import CHECKPOINT_EVERY, Allowance, placed
from vqclip.web.enclosure import Enclosure
from vqclip.web.ticket import WAITING, Ticket


def mistakes_of(tmp_path: Path, **settings: object) -> str:
    given = [Assignment(key.replace("__", "."), value, "") for key, value in settings.items()]
    config = merge([Assignment("prompts", ["a fox"], ""), *given])
    with pytest.raises(ConfigError) as caught:
        Allowance().check(config, Enclosure(tmp_path))
    return str(caught.value)


def test_the_usual_is_allowed(tmp_path) -> None:
    Allowance().check(tiny_form(), Enclosure(tmp_path))


def test_all_that_is_too_much_is_said_at_once(tmp_path) -> None:
    text = mistakes_of(tmp_path, width=4000, steps=20000, cutouts__count=4000)
    assert text.splitlines() == [
        "width: this page allows at most 1,024, not 4,000",
        "steps: this page allows at most 1,000, not 20,000",
        "cutouts.count: this page allows at most 128, not 4,000",
    ]


def test_places_are_the_servers(tmp_path) -> None:
    text = mistakes_of(
        tmp_path, output__folder="/etc", output__overwrite="true", model_dir="/root", device="cuda"
    )
    for start in ("output.folder", "output.overwrite", "model_dir", "device"):
        assert f"{start}: " in text


@pytest.mark.parametrize("name", ["/etc/passwd", "./weights.pt", "local-dir:/root", "~"])
def test_models_are_no_files_of_the_visitors(tmp_path, name) -> None:
    text = mistakes_of(tmp_path, vqgan=name, perceptors=[name])
    assert "takes models by their names" in text


def test_models_that_would_be_downloaded_are_refused(tmp_path) -> None:
    text = mistakes_of(
        tmp_path, vqgan="imagenet_f16_16384", perceptors=["hf-hub:somebody/something"]
    )
    assert "the model imagenet_f16_16384 is not on the server" in text
    assert "hf-hub:somebody/something" in text


def test_pictures_come_from_the_output_folder(tmp_path) -> None:
    outside = tmp_path / "secret.png"
    outside.write_bytes(b"")
    (tmp_path / "out").mkdir()
    text = mistakes_of(tmp_path / "out", start__image=str(outside))
    assert "is not in the output folder" in text


PATH = "/etc/passwd"
TEXTS = {"prompts", "style_prompts", "template", "device"}
"""Keys in which a path is a text, or is refused by its name."""


@pytest.mark.parametrize("key", sorted(set(keys(Config)) - TEXTS))
def test_no_key_takes_a_path_of_the_server(tmp_path, key) -> None:
    given = [Assignment("prompts", ["a fox"], ""), Assignment(key, PATH, "")]
    with pytest.raises(ConfigError):
        Allowance().check(merge(given), Enclosure(tmp_path))
    listed = [given[0], Assignment(key, [PATH], "")]
    with pytest.raises(ConfigError):
        Allowance().check(merge(listed), Enclosure(tmp_path))


def test_files_go_where_the_server_keeps_them(tmp_path) -> None:
    enclosure = Enclosure(tmp_path)
    config = placed(tiny_form(output__format="jpg"), enclosure, "cpu")
    assert config.output.folder == str(tmp_path)
    assert config.output.format == "jpg"
    assert config.output.checkpoint_every == CHECKPOINT_EVERY
    assert config.device == "cpu"


def test_the_queue_and_each_share_of_it_are_limited() -> None:
    allowance = Allowance(waiting=3, waiting_each=2)
    own = [Ticket("a", "me", number, "picture", "", state=WAITING) for number in (1, 2)]
    with pytest.raises(ConfigError, match="you have 2 drawings"):
        allowance.check_queue(own, "me")
    allowance.check_queue(own, "you")
    with pytest.raises(ConfigError, match="the queue is full"):
        allowance.check_queue([*own, replace(own[0], owner="third")], "you")
