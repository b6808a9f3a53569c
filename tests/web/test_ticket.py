"""Tickets: read back as they were written, and refused when damaged."""

from __future__ import annotations

import json

import pytest

from tests.web.conftest import tiny_form
from vqclip.config.job import Job
from vqclip.errors import OutputError
from vqclip.web.ticket import DONE, Ticket


def ticket() -> Ticket:
    made = Ticket.for_picture(tiny_form("a fox | oil:0.5 | fog:-0.2:0.1", 7), owner="me")
    return made.changed(number=3, state=DONE, name="a-fox_s7.png", step=4, at=12.5)


def test_a_ticket_reads_back() -> None:
    made = ticket()
    again = Ticket.from_json(made.to_json())
    assert again.to_json() == made.to_json()
    assert again.config() == made.config()


def test_its_configuration_is_that_of_the_form() -> None:
    config = tiny_form("a fox | oil:0.5 | fog:-0.2:0.1", 7)
    again = Ticket.from_json(ticket().to_json()).config()
    assert Job.of(again).id == Job.of(config).id
    assert ticket().title == "a fox | oil:0.5 | fog:-0.2:0.1"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "../../etc"),
        ("name", "../outside.png"),
        ("name", ".hidden.png"),
        ("name", "a/b.png"),
        ("state", "flying"),
        ("kind", "film"),
        ("number", "three"),
        ("settings", []),
        ("owner", None),
    ],
)
def test_a_damaged_ticket_is_refused(key: str, value: object) -> None:
    content = {**json.loads(ticket().to_json()), key: value}
    with pytest.raises(OutputError, match="damaged"):
        Ticket.from_json(json.dumps(content))
