"""The prompts of an evaluation: read from a file, each with the distractors it is told from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vqclip.config.nodes import read_text
from vqclip.config.prompt import parse_prompts
from vqclip.errors import ConfigError

COMMENT = "#"
SHOWN = 20
"""Mistakes of one file that are listed; the rest are counted."""


@dataclass(frozen=True)
class PromptList:
    """Prompts of a file.

    Attributes:
        name: of the file, without suffix.
        texts: two or more, all different, in order.
        sha256: of the texts, one a line.
    """

    name: str
    texts: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """The hash of the texts, one a line; comments do not count."""
        return hashlib.sha256("\n".join(self.texts).encode()).hexdigest()


def read_prompt_list(path: Path) -> PromptList:
    """Read a file with one prompt a line; empty lines and lines that begin with `#` are no prompts.

    Raises:
        ConfigError: the file cannot be read, or with every line that is no prompt of its own: a
            prompt is one text without weight, and there once.
    """
    lines: dict[str, int] = {}
    errors: list[str] = []
    content = read_text(path, "prompt list").removeprefix("\ufeff")
    for number, line in enumerate(content.splitlines(), start=1):
        text = " ".join(line.split())
        if not text or text.startswith(COMMENT):
            continue
        where = f"{path}, line {number}"
        errors += [f"{where}: {one}" for one in _problems(text)]
        if text in lines:
            errors.append(f"{where}: {text!r} is there already, in line {lines[text]}")
        lines.setdefault(text, number)
    more = len(errors) - SHOWN
    errors = errors[:SHOWN] + ([f"and {more} more mistakes"] if more > 0 else [])
    if not lines:
        errors.append(f"{path} holds no prompt: write one a line")
    elif len(lines) == 1:
        errors.append(f"{path} holds one prompt: a judge needs another to tell it from")
    if errors:
        raise ConfigError(errors)
    return PromptList(path.stem, tuple(lines))


def _problems(text: str) -> list[str]:
    try:
        prompts = parse_prompts(text)
    except ConfigError as error:
        return list(error.messages)
    if len(prompts) > 1 or prompts[0].content != text:
        return [f"a prompt to be judged is one text without a weight, not {text!r}"]
    return []


def distractors(text: str, texts: Sequence[str], count: int) -> tuple[str, ...]:
    """Choose the prompts that a judge has to tell a prompt from: always the same ones.

    A prompt's choice depends on the two texts alone, not on their order, so that a list that grows
    changes as little as possible.

    Args:
        text: the prompt.
        texts: all prompts, itself among them or not.
        count: how many are wanted; fewer if there are not so many.
    """

    def key(other: str) -> bytes:
        return hashlib.sha256(f"{text}\n{other}".encode()).digest()

    return tuple(sorted((one for one in texts if one != text), key=key)[:count])
