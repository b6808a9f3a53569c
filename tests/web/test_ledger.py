"""The ledger: tickets outlive the server; damaged ones end nothing."""

from __future__ import annotations

from tests.web.conftest import tiny_form
from vqclip.web import ledger as ledgers
from vqclip.web.ledger import Ledger
from vqclip.web.ticket import CANCELED, DONE, DRAWING, WAITING, Ticket


def ticket(number: int, state: str = WAITING) -> Ticket:
    made = Ticket.for_picture(tiny_form(seed=number), owner="me")
    return made.changed(number=number, state=state)


def test_tickets_are_read_in_the_order_of_their_numbers(tmp_path) -> None:
    ledger = Ledger(tmp_path / "queue")
    for number in (3, 1, 2):
        ledger.write(ticket(number))
    assert [own.number for own in Ledger(tmp_path / "queue").read()] == [1, 2, 3]


def test_what_was_being_drawn_waits_again(tmp_path) -> None:
    ledger = Ledger(tmp_path)
    ledger.write(ticket(1, DRAWING))
    ledger.write(ticket(2, DONE))
    assert [own.state for own in Ledger(tmp_path).read()] == [WAITING, DONE]


def test_damaged_files_are_passed_over_and_kept(tmp_path) -> None:
    ledger = Ledger(tmp_path)
    ledger.write(ticket(1))
    (tmp_path / "0000.json").write_bytes(b"\xff\xfe{")
    (tmp_path / "1111.json").write_text("[1]")
    again = Ledger(tmp_path)
    assert [own.number for own in again.read()] == [1]
    assert again.damaged == ["0000.json", "1111.json"]
    assert (tmp_path / "0000.json").exists()


def test_canceled_and_old_tickets_are_forgotten(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(ledgers, "MOST_KEPT", 2)
    ledger = Ledger(tmp_path)
    states = {1: DONE, 2: DONE, 3: CANCELED, 4: DONE, 5: WAITING}
    written = [ledger.write(ticket(number, state)) for number, state in states.items()]
    written = [own.changed(at=float(own.number)) for own in written]
    kept = ledger.prune(written)
    assert [own.number for own in kept] == [4, 5]
    assert [own.number for own in Ledger(tmp_path).read()] == [4, 5]
