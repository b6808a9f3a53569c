"""JSON for hypothesis to choose from: any value, and copies of a document with a part replaced."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

NUMBERS = st.integers() | st.floats() | st.sampled_from([-1, 0, 10**400, 1e39, 2**63])
TEXTS = st.text(max_size=12) | st.sampled_from(
    ["..", "../x.png", "/etc/passwd", "a\\..\\b", "\ud800", "\0", "x" * 300, "C:x", "done", "${x}"]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def refusal(kind: type[Exception], call: Callable[[], object]) -> str:
    """Return the message with which a call refuses its input, empty if it does not."""
    try:
        call()
    except kind as error:
        return str(error)
    return ""


def places(document: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the place of every part of a document, as keys and indices from its root."""
    found = [place]
    parts = document.items() if isinstance(document, dict) else ()
    parts = enumerate(document) if isinstance(document, list) else parts
    for key, part in parts:
        found += places(part, (*place, key))
    return found


@st.composite
def damaged(draw: st.DrawFn, document: Any) -> Any:
    """Draw a copy of a document in which one to three parts are replaced or left out."""
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(places(changed)))
        if not place:
            changed = draw(VALUES)
            continue
        parent = changed
        for key in place[:-1]:
            parent = parent[key]
        if draw(st.booleans()):
            parent[place[-1]] = draw(VALUES)
        else:
            del parent[place[-1]]
    return changed
