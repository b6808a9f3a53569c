"""The routes: a visitor sees the own drawings, pictures of the folder, and nothing else."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from PIL import Image

from tests.web.conftest import finish, tiny_form
from vqclip.web.desk import Desk
from vqclip.web.gate import COOKIE, owner_of
from vqclip.web.gridwork import Grid
from vqclip.web.routes import make_routes

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

TOKENS = {"me": "a" * 32, "you": "b" * 32}
Browser = Callable[[str], TestClient]


@pytest.fixture
def browser(desk: Desk) -> Browser:
    """Make the browser of a visitor."""
    app = FastAPI()
    app.include_router(make_routes(desk))

    def of(visitor: str) -> TestClient:
        return TestClient(app, cookies={COOKIE: TOKENS[visitor]})

    return of


def owner(visitor: str) -> str:
    return owner_of({COOKIE: TOKENS[visitor]})


def test_the_state_of_a_visitor_is_found_again(desk, browser) -> None:
    ticket = desk.draw(tiny_form("a <b>fox</b>"), owner("me"))
    state = browser("me").get("/vqclip/state").json()
    assert state["ticket"]["id"] == ticket.id
    assert state["ticket"]["place"] == 1
    assert state["ticket"]["title"] == "a <b>fox</b>"
    assert state == browser("me").get("/vqclip/state").json()


def test_others_see_that_somebody_waits_and_nothing_more(desk, browser) -> None:
    ticket = desk.draw(tiny_form("a secret"), owner("me"))
    answer = browser("you").get("/vqclip/state", params={"ticket": ticket.id})
    assert answer.json()["ticket"] is None
    assert answer.json()["waiting"] == 1
    assert "secret" not in answer.text
    assert ticket.id not in answer.text


def test_buttons_work_for_their_owner_alone(desk, browser) -> None:
    ticket = desk.draw(tiny_form(), owner("me"))
    stop = {"id": ticket.id, "verb": "stop"}
    assert "no such drawing" in browser("you").post("/vqclip/act", json=stop).json()["error"]
    assert desk.studio.queue()
    assert browser("me").post("/vqclip/act", json=stop).json() == {"id": ticket.id}
    assert not desk.studio.queue()
    other = browser("me").post("/vqclip/act", json={"id": ticket.id, "verb": "format"})
    assert other.json() == {"error": "there is no such button"}


def test_previews_and_pictures_are_shown(desk, browser) -> None:
    ticket = desk.draw(tiny_form(), owner("me"))
    desk.studio.open()
    finish(desk)
    for version in (0, 3):
        answer = browser("me").get(f"/vqclip/preview/{ticket.id}/{version}")
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.size == (16, 16)
    assert browser("you").get(f"/vqclip/preview/{ticket.id}/3").status_code == 404
    picture = browser("you").get("/vqclip/picture/a-fox_s0.png")
    assert picture.content == desk.enclosure.picture("a-fox_s0.png").read_bytes()
    assert picture.headers["content-type"] == "image/png"
    assert "sandbox" in picture.headers["content-security-policy"]
    assert browser("me").get("/vqclip/thumbnail/a-fox_s0.png").status_code == 200


@pytest.mark.parametrize("kind", ["picture", "thumbnail", "upload", "sheet", "asset", "zip"])
@pytest.mark.parametrize(
    "name",
    [
        "../pyproject.toml",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e%2fsecret.png",
        "%2fetc%2fpasswd",
        "..%5c..%5csecret.png",
        "%252e%252e%252fsecret.png",
        ".web%2ffavorites.json",
        "fox.png%00.txt",
        "",
    ],
)
def test_no_file_outside_is_read(desk, browser, tmp_path, kind, name) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    desk.enclosure.own("favorites.json").write_text("[]")
    answer = browser("me").get(f"/vqclip/{kind}/{name}")
    assert answer.status_code in (404, 405)
    assert b"secret" not in answer.content


def test_a_series_is_downloaded_by_its_owner(desk, browser) -> None:
    settings = {"width": 16, "height": 16, "steps": 1, "cutouts.count": 2}
    ticket = desk.draw_grid(Grid(["a fox"], settings, seeds="0-1"), owner("me"))
    assert browser("me").get(f"/vqclip/zip/{ticket.id}").status_code == 404
    desk.studio.open()
    finish(desk)
    answer = browser("me").get(f"/vqclip/zip/{ticket.id}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = [name.rpartition("/")[2] for name in archive.namelist()]
        assert archive.testzip() is None
    assert {"gallery.html", "sheet.png"} < set(names)
    assert len(names) == 4
    assert browser("you").get(f"/vqclip/zip/{ticket.id}").status_code == 404


def test_assets_are_served(browser) -> None:
    script = browser("me").get("/vqclip/asset/page.js")
    assert "innerHTML" not in script.text
    assert script.headers["content-type"].startswith("text/javascript")
