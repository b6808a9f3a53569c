"""Twenty visitors at once: nothing is lost, nothing mixed up, and the page stays quick."""

from __future__ import annotations

import statistics
import threading
import time
from typing import Any

import pytest
import requests

from tests.web.conftest import wait_for
from tests.web.serving import served
from vqclip.outputs import recipe as recipes

VISITORS, DRAWINGS = 20, 3
SMALL = "cutouts.count=2\nstart.candidates=1\nstart.kind=smooth"

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def draw(session: requests.Session, url: str, prompt: str) -> str:
    """Send the form as the page does; return the message."""
    data = [prompt, "", [], "7", "32", "32", "30", None, SMALL]
    body = {"data": data, "session_hash": "visitor"}
    answer = session.post(f"{url}/gradio_api/run/draw", json=body, timeout=60)
    answer.raise_for_status()
    return str(answer.json()["data"][0])


class Visitor(threading.Thread):
    """Draws some pictures and watches them."""

    def __init__(self, number: int, url: str) -> None:
        super().__init__()
        self.number, self.url = number, url
        self.latencies: list[float] = []
        self.problem: Exception | None = None
        self.seen: dict[str, dict[str, Any]] = {}

    def run(self) -> None:
        try:
            self.visit()
        except Exception as error:  # noqa: BLE001  (told by the test)
            self.problem = error

    def visit(self) -> None:
        session = requests.Session()
        for drawing in range(DRAWINGS):
            message = draw(session, self.url, f"visitor {self.number} drawing {drawing}")
            assert "vq-good" in message, message
        end = time.monotonic() + 400
        while time.monotonic() < end:
            begun = time.perf_counter()
            state = session.get(f"{self.url}/vqclip/state", timeout=60).json()
            self.latencies.append(time.perf_counter() - begun)
            ticket = state["ticket"]
            self.seen[ticket["id"]] = ticket
            assert f"visitor {self.number} drawing" in ticket["title"]
            for entry in state["recent"]:
                assert entry["title"].startswith(f"visitor {self.number} ")
            if all(entry["state"] == "done" for entry in state["recent"]):
                return
            time.sleep(0.7)
        raise TimeoutError("not all was drawn")


def test_twenty_visitors(tmp_path, record_property) -> None:
    with served(tmp_path / "out") as (desk, address):
        visitors = [Visitor(number, address.url) for number in range(VISITORS)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()
        wait_for(lambda: not desk.studio.queue())
        assert [str(visitor.problem) for visitor in visitors if visitor.problem] == []
        wanted = {
            f"visitor {number} drawing {drawing}"
            for number in range(VISITORS)
            for drawing in range(DRAWINGS)
        }
        standings = desk.studio.standings()
        for standing in standings:
            path = desk.enclosure.picture(standing.ticket.name)
            assert recipes.read(path).config.prompts[0].content == standing.ticket.title
        assert sorted(standing.ticket.title for standing in standings) == sorted(wanted)
        # In the first round, everybody was served once.
        over = sorted(standings, key=lambda own: own.ticket.at)
        first = [own.ticket.owner for own in over[:VISITORS]]
        assert len(set(first)) >= VISITORS - 2  # who came last may have missed it
        latencies = sorted(value for visitor in visitors for value in visitor.latencies)
        median, most = statistics.median(latencies), latencies[int(len(latencies) * 0.95)]
        record_property("latency", f"median {median:.3f} s, 95 % below {most:.3f} s")
        assert median < 0.2, f"{len(latencies)} answers: 95 % below {most:.3f} s"
