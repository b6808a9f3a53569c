"""Turns: whose ticket is drawn next, so that a visitor with many keeps nobody else waiting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from vqclip.web.ticket import WAITING, Ticket


def in_order(
    tickets: Iterable[Ticket], served: Mapping[str, int], first: Collection[str] = ()
) -> list[Ticket]:
    """Return the waiting tickets in the order in which they will be drawn.

    Each time the visitor is served who was served longest ago; among those of equal standing the
    one who came first. The tickets of one visitor keep the order of their arrival.

    Args:
        tickets: waiting ones and others.
        served: the turn at which each visitor was last served, counted from 1.
        first: ids of tickets that were interrupted, which come before all others.
    """
    waiting = sorted(
        (ticket for ticket in tickets if ticket.state == WAITING), key=lambda own: own.number
    )
    order = [ticket for ticket in waiting if ticket.id in first]
    lines: dict[str, list[Ticket]] = {}
    for ticket in waiting:
        if ticket.id not in first:
            lines.setdefault(ticket.owner, []).append(ticket)
    turns = dict(served)
    for ticket in order:
        turns[ticket.owner] = max(turns.values(), default=0) + 1
    while lines:
        owner = min(lines, key=lambda own: (turns.get(own, 0), lines[own][0].number))
        order.append(lines[owner].pop(0))
        turns[owner] = max(turns.values(), default=0) + 1
        if not lines[owner]:
            del lines[owner]
    return order


def place_of(order: Sequence[Ticket], ticket: str) -> int:
    """Return the place of a ticket in the queue, 1 for the next one; 0 if it is not in it."""
    return next((place for place, own in enumerate(order, start=1) if own.id == ticket), 0)
