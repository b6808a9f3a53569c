"""Turns: in whose order tickets are drawn."""

from __future__ import annotations

from vqclip.web.ticket import DONE, WAITING, Ticket
from vqclip.web.turns import in_order, place_of


def tickets(owners: str) -> list[Ticket]:
    return [
        Ticket(f"{number:016x}", owner, number, "picture", owner, state=WAITING)
        for number, owner in enumerate(owners, start=1)
    ]


def order(owners: str, served: dict[str, int] | None = None, first: set[str] | None = None) -> str:
    found = in_order(tickets(owners), served or {}, first or set())
    return " ".join(f"{own.owner}{own.number}" for own in found)


def test_one_visitor_is_served_in_order() -> None:
    assert order("aaa") == "a1 a2 a3"


def test_a_visitor_with_many_keeps_nobody_waiting() -> None:
    assert order("aaaabc") == "a1 b5 c6 a2 a3 a4"


def test_who_was_served_longest_ago_comes_first() -> None:
    assert order("aabb", {"a": 2, "b": 1}) == "b3 a1 b4 a2"


def test_what_was_interrupted_comes_before_all() -> None:
    assert order("aab", first={f"{2:016x}"}) == "a2 b3 a1"


def test_places_are_counted_from_one() -> None:
    every = in_order(tickets("aab"), {})
    assert [place_of(every, own.id) for own in tickets("aab")] == [1, 3, 2]
    assert place_of(every, "none") == 0


def test_only_waiting_tickets_have_a_place() -> None:
    done = [own.changed(state=DONE) for own in tickets("ab")]
    assert in_order(done, {}) == []
