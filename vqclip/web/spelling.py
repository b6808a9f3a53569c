"""Words that the guides never learned, or hardly know: said while a prompt is being typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from vqclip.config.prompt import parse_prompts
from vqclip.config.schema import Config
from vqclip.errors import ConfigError
from vqclip.models.learnedwords import FEW, VOCABULARY_FILE, read_vocabulary, words_of
from vqclip.models.shipped import SHIPPED

LONGEST = 4000
"""Characters of a prompt whose words are looked up."""


@dataclass(frozen=True)
class Spelling:
    """The words of a prompt that are not known well.

    Attributes:
        unknown: words that the training captions lack.
        rare: words that few captions had.
        mistake: why the prompt cannot be read; empty if it can.
    """

    unknown: tuple[str, ...] = ()
    rare: tuple[str, ...] = ()
    mistake: str = ""


def check_spelling(prompt: str, config: Config) -> Spelling:
    """Look up the words of a prompt, without loading a model.

    Only the guides inside the package have lists of their words; for others, nothing is said.

    Args:
        prompt: as it is typed.
        config: names the guides.
    """
    if not prompt.strip():
        return Spelling()
    try:
        prompts = parse_prompts(prompt[:LONGEST])
    except ConfigError as error:
        return Spelling(mistake=error.messages[0])
    words = dict.fromkeys(word for own in prompts for word in words_of(own.content))
    lists = [
        vocabulary
        for name in config.perceptor_weights()
        if (vocabulary := vocabulary_of(name)) is not None
    ]
    if len(lists) < len(config.perceptors):  # a guide without a list may know every word
        return Spelling()
    unknown = tuple(word for word in words if all(word not in own for own in lists))
    rare = tuple(word for word in words if word not in unknown and _is_rare(word, lists))
    return Spelling(unknown, rare)


def _is_rare(word: str, lists: list[Mapping[str, int | None]]) -> bool:
    counts = [own[word] for own in lists if word in own]
    return all(count is not None and count < FEW for count in counts)


@lru_cache
def vocabulary_of(name: str) -> Mapping[str, int | None] | None:
    """Return the words of a guide inside the package; None: it has no list, or lies elsewhere."""
    folder = SHIPPED.get(name)
    if folder is None or not (folder / VOCABULARY_FILE).is_file():
        return None
    return read_vocabulary(folder / VOCABULARY_FILE)
