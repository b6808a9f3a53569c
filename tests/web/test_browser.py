"""The page in a real browser: drawing, stopping, finding again, and hostile texts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from tests.web.conftest import wait_for
from tests.web.serving import served

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
HOSTILE = "a fox <img src=x onerror=\"document.title='broken'\"> <script>document.title=1</script>"
SMALL = "cutouts.count=2\nstart.candidates=1\nstart.kind=smooth"
PATIENCE = 120_000
"""Milliseconds: the machine may be busy."""

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser, where there is one."""
    with sync_api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        except sync_api.Error:
            pytest.skip("needs Chromium: apt install chromium, or playwright install chromium")
        yield browser
        browser.close()


@pytest.fixture
def page(chromium) -> Iterator[Any]:
    """A page of a new visitor; requests to other servers and errors of scripts fail the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    foreign: list[str] = []
    errors: list[str] = []
    opened.on("request", lambda own: foreign.append(own.url) if is_foreign(own.url) else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert foreign == []
    assert errors == []


def is_foreign(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def fill(page: Any, prompt: str, steps: int, seed: int = 7) -> None:
    """Fill in the form of a small picture."""
    page.locator("#vq-prompt textarea").fill(prompt)
    for label, value in {"Seed": seed, "Width": 32, "Height": 32, "Steps": steps}.items():
        page.get_by_label(label, exact=True).first.fill(str(value))
    if not page.locator("#vq-more textarea").is_visible():
        page.get_by_text("More settings").click()
    page.locator("#vq-more textarea").fill(SMALL)


def live(page: Any) -> Any:
    return page.locator("#vq-live")


def shown(page: Any, part: str) -> str:
    return str(page.locator(f'[data-part="{part}"]').inner_text())


def wait_for_state(page: Any, state: str) -> None:
    page.wait_for_selector(f'#vq-live[data-state="{state}"]')


def watch(page: Any, times: int) -> None:
    """Wait until the preview has changed some times."""
    seen: set[str | None] = set()

    def enough() -> bool:
        seen.add(page.locator('[data-part="image"]').get_attribute("src"))
        return len(seen - {None}) > times

    wait_for(enough, 120)


def test_a_hostile_prompt_is_drawn_before_the_eyes_of_its_visitor(page, tmp_path) -> None:
    with served(tmp_path / "out") as (desk, address):
        page.goto(address.url)
        fill(page, HOSTILE, 120)
        page.locator("#vq-draw").click()
        watch(page, 3)
        wait_for_state(page, "done")
        assert shown(page, "title") == HOSTILE
        assert page.title() == "vqclip"
        (ticket,) = (own.ticket for own in desk.studio.standings())
        assert ticket.title == HOSTILE
        assert desk.album.recipe(ticket.name).config.prompts[0].content == HOSTILE


@pytest.mark.slow
def test_a_picture_is_stopped_found_again_replayed_and_searched(page, tmp_path) -> None:
    with served(tmp_path / "out") as (desk, address):
        page.goto(address.url)
        # Unknown words are shown while typing.
        page.locator("#vq-prompt textarea").press_sequentially("a zarquon")
        page.get_by_text("Words the model does not know: zarquon.").wait_for()
        # Draw, watch, stop, reload, find it, continue.
        fill(page, "a fox in snow", 200)
        page.locator("#vq-draw").click()
        watch(page, 3)
        page.locator('[data-verb="stop"]').click()
        wait_for_state(page, "stopped")
        page.reload()
        wait_for_state(page, "stopped")
        assert "stopped at step" in shown(page, "status")
        page.locator('[data-verb="continue"]').click()
        wait_for_state(page, "done")
        # Find the picture by words, and draw it again.
        page.get_by_role("tab", name="Gallery").click()
        page.locator("#vq-query input, #vq-query textarea").first.fill("snow")
        page.locator("#vq-query input, #vq-query textarea").first.press("Enter")
        page.get_by_text("1 picture; page 1 of 1").wait_for()
        page.locator("#vq-gallery button.thumbnail-item, #vq-gallery .thumbnail-item").first.click()
        page.locator("#vq-detail img").wait_for()
        page.locator("#vq-replay").click()
        page.get_by_text("It is in the queue.").wait_for()
        wait_for(lambda: not desk.studio.queue(), 120)
        first, second = sorted(desk.enclosure.root.glob("*.png"))
        assert first.read_bytes() == second.read_bytes()
        # Search it by CLIP.
        page.get_by_label("what pictures show (CLIP)").check()
        page.get_by_text("2 pictures; page 1 of 1").wait_for()


@pytest.mark.slow
def test_a_mistake_in_the_yaml_is_named(page, tmp_path) -> None:
    with served(tmp_path / "out") as (_, address):
        page.goto(address.url)
        fill(page, "a fox", 5)
        page.get_by_role("tab", name="Configuration").click()
        page.locator("#vq-fill").click()
        page.locator("#vq-yaml .cm-content").wait_for()
        page.locator("#vq-yaml .cm-content").click()
        page.keyboard.press("Control+End")
        page.keyboard.type("stepps: 3")
        page.get_by_text(re.compile("unknown key 'stepps'; did you mean 'steps'")).wait_for()


@pytest.mark.slow
def test_a_drawing_starts_from_an_upload(page, tmp_path) -> None:
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "mine.png")
    (tmp_path / "bad.png").write_text("<svg onload=alert(1)>")
    with served(tmp_path / "out") as (desk, address):
        page.goto(address.url)
        page.get_by_text("Start from a picture").click()
        page.locator("#vq-file input[type=file]").set_input_files(str(tmp_path / "bad.png"))
        page.get_by_text("is not a picture in a format that can be read").wait_for()
        page.locator("#vq-file").get_by_label(
            re.compile("clear|remove", re.IGNORECASE)
        ).first.click()
        page.locator("#vq-file input[type=file]").set_input_files(str(tmp_path / "mine.png"))
        page.get_by_text("The drawing starts from this picture.").wait_for()
        fill(page, "a teal fox", 5)
        page.locator("#vq-draw").click()
        wait_for(lambda: len(list(desk.enclosure.root.glob("a-teal-fox*.png"))) == 1, 120)
        (picture,) = desk.enclosure.root.glob("a-teal-fox*.png")
        assert "uploads" in str(desk.album.recipe(picture.name).config.start.image)


@pytest.mark.slow
def test_a_restart_is_survived_by_the_open_page(page, tmp_path) -> None:
    with served(tmp_path / "out") as (desk, address):
        page.goto(address.url)
        fill(page, "a fox", 200)
        page.locator("#vq-draw").click()
        watch(page, 2)
    assert "does not answer" in shown(page, "connection") or page.wait_for_selector(
        '[data-part="connection"]:not(:empty)'
    )
    with served(tmp_path / "out", port=address.port) as (desk, _):
        wait_for_state(page, "done")
        (ticket,) = (own.ticket for own in desk.studio.standings())
        assert ticket.step == 200


@pytest.mark.slow
def test_another_visitor_cannot_touch_the_drawing(chromium, page, tmp_path) -> None:
    with served(tmp_path / "out") as (desk, address):
        page.goto(address.url)
        fill(page, "my secret fox", 200)
        page.locator("#vq-draw").click()
        wait_for_state(page, "drawing")
        stranger = chromium.new_context().new_page()
        stranger.set_default_timeout(PATIENCE)
        stranger.goto(address.url)
        stranger.get_by_text("somebody else's drawing").wait_for()
        assert "secret" not in stranger.content()
        assert stranger.get_by_role("button", name=re.compile("^(Stop|Cancel) ")).count() == 0
        stranger.context.close()
        wait_for_state(page, "done")


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_moves_while_previews_come_in(chromium, tmp_path, width, scheme) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    with served(tmp_path / "out") as (_, address):
        page.goto(address.url)
        fill(page, "a fox", 120)
        page.locator("#vq-draw").click()
        watch(page, 1)
        # What is shown above the lists has its room from the start.
        places = {}
        for moment in ("early", "late"):
            places[moment] = [
                page.locator(selector).bounding_box()
                for selector in ('[data-part="image"]', '[data-verb="stop"]', ".vq-plot")
            ]
            wait_for_state(page, "done")
        assert places["early"] == places["late"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        red = int(re.findall(r"\d+", dark)[0])
        assert (red < 100) == (scheme == "dark")
    context.close()


@pytest.mark.slow
def test_the_keyboard_alone_draws_and_stops(page, tmp_path) -> None:
    with served(tmp_path / "out") as (_, address):
        page.goto(address.url)
        fill(page, "a fox", 200)
        page.locator("#vq-prompt textarea").focus()
        for _ in range(6):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "vq-draw":
                break
        page.keyboard.press("Enter")
        wait_for_state(page, "drawing")
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.dataset.verb") == "stop":
                break
        page.keyboard.press("Enter")
        wait_for_state(page, "stopped")
