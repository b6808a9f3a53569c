"""The examination: a judge, and the perceptors that guided, answer questions about pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vqclip.evaluation.exam import Exam, Question
from vqclip.evaluation.ranks import Verdict, answer
from vqclip.evaluation.samples import Sample
from vqclip.perception.ranking import Judge


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
