"""The exam: what a judge is asked about the pictures of each prompt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vqclip.config.shelves import configs_folder
from vqclip.errors import Mistakes
from vqclip.evaluation.promptlist import PromptList, choose_distractors, read_prompt_list
from vqclip.evaluation.swaps import Attributes, Swap, read_attributes

ATTRIBUTES = "eval/attributes.yaml"
"""The words that are shipped, among the presets."""


@dataclass(frozen=True)
class Question:
    """What a judge is asked about the pictures of a prompt.

    Attributes:
        prompt: their own.
        distractors: other prompts that it is ranked among.
        swaps: the words of the prompt that have an attribute, and the prompts without them.
    """

    prompt: str
    distractors: tuple[str, ...]
    swaps: tuple[Swap, ...] = ()

    def texts(self) -> Iterator[str]:
        """Yield every text that a judge has to read."""
        yield self.prompt
        yield from self.distractors
        for swap in self.swaps:
            yield from swap.texts


@dataclass(frozen=True)
class Exam:
    """What is asked in an evaluation.

    Attributes:
        prompts: the list, from all of which distractors are chosen.
        limit: how many of its first prompts are drawn; None: all.
        wanted: distractors of a prompt; fewer, where the list is short.
        attributes: whose words are swapped.
    """

    prompts: PromptList
    limit: int | None
    wanted: int
    attributes: Attributes

    @property
    def texts(self) -> tuple[str, ...]:
        """The prompts to be drawn."""
        return self.prompts.texts[: self.limit]

    @property
    def distractors(self) -> int:
        """The distractors that each prompt has."""
        return min(self.wanted, len(self.prompts.texts) - 1)

    def question(self, prompt: str) -> Question:
        """Return what is asked about the pictures of a prompt."""
        others = choose_distractors(prompt, self.prompts.texts, self.wanted)
        return Question(prompt, others, self.attributes.swaps(prompt))


def read_exam(
    prompts: Path, attributes: Path | None, *, limit: int | None, distractors: int
) -> Exam:
    """Read the files of an exam.

    Args:
        prompts: a list of prompts.
        attributes: words that are swapped; None: those that are shipped.
        limit: how many of the first prompts are drawn; None: all.
        distractors: wanted for each prompt.

    Raises:
        ConfigError: with every mistake in both files.
    """
    mistakes = Mistakes()
    with mistakes.noted():
        texts = read_prompt_list(prompts)
    with mistakes.noted():
        kinds = read_attributes(attributes or configs_folder() / ATTRIBUTES)
    mistakes.check()
    return Exam(texts, limit, distractors, kinds)
