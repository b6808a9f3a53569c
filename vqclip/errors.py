"""The errors a user can cause, each with a message meant to be read by that user."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

LINE = 80
"""Characters of the user's own input that a message repeats."""
MOST_MISTAKES = 50
"""Mistakes that are printed; the rest are counted."""
LISTED = 30
"""Names of the user's own that a message lists."""
LONG_WORD = 200
"""Characters of a word, such as a path, that are printed."""
LONGEST_WORD = 100
"""Characters of a word beyond which it is no misspelling."""


class VqclipError(Exception):
    """Base of all errors whose message is shown as it is, without a traceback."""


class ConfigError(VqclipError):
    """One or more mistakes in prompts, flags or configuration, collected in `messages`."""

    def __init__(self, messages: str | Sequence[str]) -> None:
        self.messages = (messages,) if isinstance(messages, str) else tuple(messages)
        first, more = self.messages[:MOST_MISTAKES], len(self.messages) - MOST_MISTAKES
        super().__init__("\n".join([*first, *([f"and {more} more mistakes"] if more > 0 else [])]))


class CheckpointError(VqclipError):
    """Model weights that are missing, damaged, or made for something else."""


class ImageError(VqclipError):
    """A picture that is missing, damaged, or not a picture."""


class FilmError(VqclipError):
    """A film or sound that is missing, damaged, or none."""


class OutputError(VqclipError):
    """A file or folder that cannot be written, or holds no recipe to read."""


class ForeignFileError(VqclipError):
    """A file that would be replaced is not an earlier state of the same picture."""


class DivergedError(VqclipError):
    """The loss or its gradient stopped being finite; the latent is the last good one.

    Attributes:
        step: the step (counted from 1) whose loss or gradient was not finite.
        images: indices, within the batch, of the images concerned.
    """

    def __init__(self, step: int, images: Sequence[int]) -> None:
        self.step, self.images = step, tuple(images)
        super().__init__(
            f"the loss of {_numbered('image', images)} is not finite at "
            f"step {step}; the picture of step {step - 1} was kept. A smaller "
            "optimizer.learning_rate or smaller weights usually help."
        )


def _numbered(noun: str, indices: Sequence[int]) -> str:
    """Return `image 1`, or `images 1, 3`; counted from 1."""
    plural = "s" if len(indices) > 1 else ""
    return f"{noun}{plural} {', '.join(str(index + 1) for index in indices)}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `"; did you mean 'x'?"` for the nearest known word, or an empty string."""
    near = difflib.get_close_matches(word, list(known), n=1) if len(word) <= LONGEST_WORD else []
    return f"; did you mean {shown(near[0])}?" if near else ""


def shown(value: object) -> str:
    """Return a value of the user's as messages quote it: at most a line of it, in quotes."""
    if isinstance(value, str):
        return _quoted(value)
    try:
        text = _BRIEF.repr(value)
    except ValueError:  # whole numbers of more digits than Python writes
        return "a number of thousands of digits"
    return shorten(text)


def _quoted(text: str) -> str:
    """Quote the start of a text that is a line long when characters are escaped."""
    start, length = text[:LINE], LINE
    while len(repr(start)) > LINE + 2:
        length = length * 3 // 4
        start = text[:length]
    return f"{start!r}{'...' if len(start) < len(text) else ''}"


def shorten(text: str) -> str:
    """Return at most a line of a text."""
    return text if len(text) <= LINE else f"{text[:LINE]}..."


def listed(names: Iterable[str]) -> str:
    """Return names of the user's as messages list them: `a, b, c`, the first ones and a count."""
    every = list(names)
    first = [shorten(name) for name in every[:LISTED]]
    more = len(every) - len(first)
    return ", ".join([*first, f"and {more} more"] if more else first)


def abridged(message: str) -> str:
    """Shorten the words of a message, such as paths, that are too long to be read."""
    return _LONG.sub(lambda word: f"{word[0][:LINE]}...{word[0][-LINE:]}", message)


_BRIEF = reprlib.Repr()
_BRIEF.maxlevel, _BRIEF.maxlist, _BRIEF.maxtuple, _BRIEF.maxdict = 3, 20, 20, 20
_BRIEF.maxstring = _BRIEF.maxother = LINE
_LONG = re.compile(rf"\S{{{LONG_WORD},}}")


T = TypeVar("T")


@dataclass
class Mistakes:
    """Mistakes of the user, collected so that all are reported at once.

    Attributes:
        messages: one sentence each, in the order they were found.
    """

    messages: list[str] = field(default_factory=list)
    _noted: set[str] = field(default_factory=set, init=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.messages)

    def add(self, *messages: str) -> None:
        """Note mistakes; one that is noted already is not repeated."""
        for text in messages:
            if text not in self._noted:
                self._noted.add(text)
                self.messages.append(text)

    @contextmanager
    def noted(self, prefix: str = "") -> Iterator[None]:
        """Note the mistakes that end a block, with words before each, instead of raising them."""
        try:
            yield
        except ConfigError as error:
            self.add(*(f"{prefix}{message}" for message in error.messages))

    def read(self, reader: Callable[[], T], default: T, *, prefix: str = "") -> T:
        """Call a reader; where it finds mistakes, note them and return the default."""
        try:
            return reader()
        except ConfigError as error:
            self.add(*(f"{prefix}{message}" for message in error.messages))
            return default

    def check(self) -> None:
        """Raise what was noted.

        Raises:
            ConfigError: with every mistake, if there is any.
        """
        if self.messages:
            raise ConfigError(self.messages)
