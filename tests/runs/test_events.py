"""Events: what programs read of them stays the same, and they pass between processes."""

from __future__ import annotations

from multiprocessing import Pipe

import pytest

from vqclip.runs.events import (
    Checkpointed,
    Done,
    Event,
    Failed,
    Finished,
    Interrupted,
    Note,
    Started,
    Step,
    Stopped,
    Waiting,
    without_repeats,
)
from vqclip.runs.manifest import Result

RESULT = Result(
    file="a.png",
    step=6,
    losses={"prompt 1": 0.5},
    score=0.25,
    seconds=1.5,
    begun=0,
    batch=2,
    device="cpu",
)
FACTS = {
    Note(("a",), "words"): ("note", {"text": "words"}),
    Started(("a", "b"), 2, 6, "smooth"): (
        "started",
        {"step": 2, "steps": 6, "start": "smooth"},
    ),
    Interrupted(("a",), 3): ("interrupted", {"step": 3}),
    Failed(("a",), "a-fox", "no"): ("failed", {"name": "a-fox", "error": "no"}),
    Waiting(("a",)): ("waiting", {}),
    Checkpointed(("a",), 5): ("checkpoint", {"step": 5}),
    Stopped((), "full"): ("error", {"text": "full"}),
}


@pytest.mark.parametrize("event", FACTS, ids=lambda event: event.kind)
def test_events_have_these_facts(event: Event) -> None:
    assert (event.kind, event.facts()) == FACTS[event]
    ours, theirs = Pipe()
    theirs.send(event)
    assert ours.recv() == event


def test_a_step_has_the_losses_of_every_picture() -> None:
    losses = ({"prompt 1": 0.5}, {"prompt 1": 0.25})
    assert Step(("a", "b"), 1, 6, losses).facts() == {"step": 1, "steps": 6, "losses": losses}
    assert Finished(("a", "b"), 6, losses).facts() == {"step": 6, "losses": losses}


def test_a_picture_that_is_done_says_what_is_known_of_it() -> None:
    event = Done(("a",), "a-fox", RESULT)
    assert list(event.facts().items()) == [
        ("name", "a-fox"),
        ("file", "a.png"),
        ("step", 6),
        ("losses", {"prompt 1": 0.5}),
        ("score", 0.25),
        ("seconds", 1.5),
        ("begun", 0),
        ("batch", 2),
        ("device", "cpu"),
    ]


def test_a_note_is_passed_on_once() -> None:
    events = [Note((), "a"), Waiting(("x",)), Note((), "b"), Note(("x",), "a"), Waiting(("x",))]
    texts = {"b"}
    assert list(without_repeats(events, texts)) == [events[0], events[1], events[4]]
    assert list(without_repeats(events, texts)) == [events[1], events[4]]
