"""The handlers of the forms: whatever is sent, the answer is a message."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from tests.web.conftest import finish, tiny_form
from vqclip.web.browsing import BY_CLIP, BY_WORDS, Browsing
from vqclip.web.desk import Desk
from vqclip.web.gate import COOKIE, owner_of
from vqclip.web.handlers import Handlers

ME: Any = SimpleNamespace(cookies={COOKIE: "a" * 32})
OWNER = owner_of(ME.cookies)
SMALL = "cutouts.count=2\nstart.candidates=1\nstart.kind=smooth"


def fields(prompt: Any = "a fox", preset: Any = "", styles: Any = None, **other: Any) -> list[Any]:
    given = {"seed": "3", "width": "16", "height": "16", "steps": "2", **other}
    sizes = [given[key] for key in ("seed", "width", "height", "steps")]
    return [prompt, preset, styles, *sizes, other.get("image", ""), other.get("more", SMALL)]


def test_a_form_is_drawn_for_its_visitor(desk: Desk) -> None:
    handlers = Handlers(desk)
    assert "vq-good" in handlers.draw(ME, *fields())
    (ticket,) = desk.studio.queue()
    assert (ticket.owner, ticket.config().seed) == (OWNER, 3)
    message = handlers.draw_other(ME, "a hen", ticket.id)
    assert "vq-good" in message
    assert desk.studio.queue()[1].title == "a hen"
    assert "write the other prompt" in handlers.draw_other(ME, " ", ticket.id)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (fields(""), "there is no prompt"),
        (fields(steps="many"), "many"),
        (fields(preset="/etc/passwd"), "there is no preset"),
        (fields(preset="./mine.yaml"), "there is no preset"),
        (fields(styles=["../secret"]), "there is no style"),
        (fields(image="/etc/passwd"), "is not in the output folder"),
        (fields(more="output.folder=/etc"), "pictures of this page go to"),
        (fields(more="vqgan=/etc/passwd"), "takes models by their names"),
        (fields("x" * 30_000), "at most 20,000"),
        (fields(None), "there is no prompt"),
        (fields({"a": 1}, styles="oil", seed=[1]), "vq-said"),
    ],
)
def test_what_is_not_allowed_is_said(desk, given, message) -> None:
    assert message in Handlers(desk).draw(ME, *given)
    assert desk.studio.queue() == []


def test_the_editor_says_what_the_command_line_says(desk) -> None:
    handlers = Handlers(desk)
    text, _ = handlers.document_of(*fields(preset="draft", styles=["oil"]))
    assert "No mistakes" in handlers.check_document(text)
    wrong = handlers.check_document(text.replace("steps: 2", "steps: two"))
    assert "&#x27;two&#x27; is not a whole number" in wrong
    assert "line " in wrong
    assert "did you mean" in handlers.check_document("prompts: [a fox]\nstepps: 3")
    assert "vq-good" in handlers.draw_document(ME, text)
    assert len(desk.studio.queue()) == 1


def test_styles_are_saved(desk, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("VQCLIP_HOME", str(tmp_path / "home"))
    message = Handlers(desk).save_document("prompts: [a fox]\nsteps: 7", "style", "mine")
    assert "saved as" in message
    assert "steps: 7" in (tmp_path / "home/styles/mine.yaml").read_text()


def test_a_series_of_the_form(desk) -> None:
    axes = ["start.candidates", "1, 2", "", ""]
    message = Handlers(desk).draw_series(
        ME, "a fox\na hen", "", ["none", "oil"], "0", "16", "16", "2", *axes
    )
    assert "8 pictures are in the queue" in message


def test_words_are_checked_while_typing(desk) -> None:
    handlers = Handlers(desk)
    assert "<b>zarquon</b>" in handlers.spell("a zarquon", "")
    assert "zarquon" not in handlers.spell("a zarquon", "imagenet")


def test_uploads_are_answered(desk, tmp_path) -> None:
    handlers = Handlers(desk)
    Image.new("RGB", (9, 9)).save(tmp_path / "mine.png")
    path, shown = handlers.upload(str(tmp_path / "mine.png"))
    assert path.endswith(".png")
    assert "vqclip/upload/" in shown
    assert "vq-good" in handlers.draw(ME, *fields(image=path))
    (tmp_path / "bad.png").write_text("<svg>")
    path, shown = handlers.upload(str(tmp_path / "bad.png"))
    assert path == ""
    assert "is not a picture" in shown
    assert handlers.upload(None) == ("", "")


def test_the_gallery_is_browsed(desk) -> None:
    for prompt in ("a fox", "a hen"):
        desk.draw(tiny_form(prompt, steps=2), OWNER)
    desk.studio.open()
    finish(desk)
    browsing = Browsing(desk)
    tiles, names, message = browsing.listed("", BY_WORDS, "newest first", 1)
    assert names == ["a-hen_s0.png", "a-fox_s0.png"]
    assert [caption for _, caption in tiles] == ["a hen", "a fox"]
    assert "2 pictures; page 1 of 1" in message
    assert browsing.listed("hen", BY_WORDS, "newest first", 99)[1] == names[:1]
    assert set(browsing.listed("a fox", BY_CLIP, "newest first", 1)[1]) == set(names)
    assert "allowed orders" in browsing.listed("", BY_WORDS, "by smell", 1)[2]
    name, shown, command, document = browsing.choose(names, 0)
    assert name == names[0]
    assert "a hen" in shown
    assert command.startswith("vqclip generate 'a hen' --seed 0")
    assert "steps: 2" in document
    assert browsing.choose(names, 7)[0] == ""
    pair = browsing.compare(*names)
    assert "<td>[{text: a hen, weight: 1.0}]</td>" in pair
    assert "is a favorite" in browsing.favor(name)
    kept, _ = browsing.discard(name)
    assert browsing.listed("", BY_WORDS, "newest first", 1)[1] == names[1:]
    assert "is back" in browsing.restore(kept)
    assert "Open the contact sheet" in browsing.sheet(names)
    assert "in the queue" in browsing.replay(name, ME)


@pytest.mark.parametrize("name", ["../secret.png", "", None, 7, "/etc/passwd", ["a"]])
def test_other_names_are_refused(desk, name) -> None:
    browsing = Browsing(desk)
    for answer in (
        browsing.replay(name, ME),
        browsing.favor(name),
        browsing.discard(name)[1],
        browsing.restore(name),
        browsing.compare(name, name),
    ):
        assert 'class="vq-said"' in answer
