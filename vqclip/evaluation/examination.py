"""The examination: a judge, and the perceptors that guided, answer questions about pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vqclip.config.layers import configs_folder
from vqclip.errors import Mistakes
from vqclip.evaluation.promptlist import PromptList, choose_distractors, read_prompt_list
from vqclip.evaluation.ranks import Question, Verdict, answer
from vqclip.evaluation.samples import Sample
from vqclip.evaluation.swaps import Attributes, read_attributes
from vqclip.perception.ranking import Judge

ATTRIBUTES = "eval/attributes.yaml"
"""The words that are shipped, among the presets."""


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
        """What is asked about the pictures of a prompt."""
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


@dataclass(frozen=True)
class JudgedPicture:
    """A picture, what was asked about it, and the verdicts of the judge and of those that guided.

    Attributes:
        guide: None where nobody is known to have guided.
    """

    sample: Sample
    question: Question
    verdict: Verdict
    guide: Verdict | None = None


def examine(
    exam: Exam, samples: Sequence[Sample], judge: Judge, guides: Mapping[str, Judge]
) -> list[JudgedPicture]:
    """Have a judge answer for every picture, and the guides of each setting for theirs.

    Args:
        exam: what is asked.
        samples: the pictures.
        judge: perceptors that did not guide.
        guides: the perceptors that guided, by setting; a setting may have none.

    Raises:
        ImageError: a picture cannot be read.
    """
    prompts = dict.fromkeys(sample.prompt for sample in samples)
    questions = {prompt: exam.question(prompt) for prompt in prompts}
    asked = [questions[sample.prompt] for sample in samples]
    pictures = list(map(JudgedPicture, samples, asked, _verdicts(judge, samples, asked)))
    for setting, guide in guides.items():
        rows = [row for row, sample in enumerate(samples) if sample.setting == setting]
        if not rows:
            continue
        # Guides are asked for ranks alone: swapped words are a question to the judge.
        plain = [replace(asked[row], swaps=()) for row in rows]
        verdicts = _verdicts(guide, [samples[row] for row in rows], plain)
        for row, verdict in zip(rows, verdicts, strict=True):
            pictures[row] = replace(pictures[row], guide=verdict)
    return pictures


def _verdicts(
    judge: Judge, samples: Sequence[Sample], questions: Sequence[Question]
) -> list[Verdict]:
    texts = list(dict.fromkeys(text for question in questions for text in question.texts()))
    cosines = judge.cosines([sample.path for sample in samples], texts)  # (N, T)
    return answer(cosines, texts, questions)
