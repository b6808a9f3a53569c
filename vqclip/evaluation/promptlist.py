"""The prompts of an evaluation, and the distractors that each one is ranked among."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vqclip.config.nodes import read_lines
from vqclip.config.prompt import parse_prompts
from vqclip.errors import ConfigError, Mistakes, shown

MOST_LISTED = 20
"""Mistakes of one file that are listed; the rest are counted."""


@dataclass(frozen=True)
class PromptList:
    """The prompts of a file.

    Attributes:
        name: the file's name, without suffix.
        texts: two or more, all different, in order.
    """

    name: str
    texts: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """The hash of the texts, one per line; comments do not count."""
        return hashlib.sha256("\n".join(self.texts).encode()).hexdigest()


def read_prompt_list(path: Path) -> PromptList:
    """Read a file with one prompt per line; empty lines and lines that begin with `#` are skipped.

    Raises:
        ConfigError: the file cannot be read, holds fewer than two prompts, or with every line that
            is not a single text without a weight, or repeats another.
    """
    lines: dict[str, int] = {}
    mistakes = Mistakes()
    for number, line in read_lines(path, "list of prompts"):
        text = " ".join(line.split())
        with mistakes.noted(f"{path}, line {number}: "):
            _check(text, lines)
        lines.setdefault(text, number)
    more = len(mistakes.messages) - MOST_LISTED
    if more > 0:
        mistakes.messages[MOST_LISTED:] = [f"{path}: and {more} more mistakes"]
    if len(lines) == 1:
        mistakes.add(f"{path} holds one prompt: a judge needs others to distinguish it from")
    mistakes.check()
    return PromptList(path.stem, tuple(lines))


def _check(text: str, lines: dict[str, int]) -> None:
    """Refuse a line that is no prompt of its own, given the lines of those before it."""
    prompts = parse_prompts(text)
    if len(prompts) > 1 or prompts[0].content != text:
        raise ConfigError(f"a prompt to be judged is one text without a weight, not {shown(text)}")
    if text in lines:
        raise ConfigError(f"{shown(text)} already stands in line {lines[text]}")


def choose_distractors(text: str, texts: Sequence[str], count: int) -> tuple[str, ...]:
    """Choose the prompts that a judge has to distinguish a prompt from: always the same ones.

    They are ordered by a hash of both texts, so the choice does not depend on the order of the
    list, and a list that grows changes as little of it as possible.

    Args:
        text: the prompt.
        texts: all prompts, with or without the prompt itself.
        count: how many to choose; all, where there are fewer.
    """

    def key(other: str) -> bytes:
        return hashlib.sha256(f"{text}\n{other}".encode()).digest()

    return tuple(sorted((other for other in texts if other != text), key=key)[:count])
