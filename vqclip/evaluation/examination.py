"""The examination: a judge, and the perceptors that guided, look at the pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vqclip.evaluation.promptlist import PromptList, distractors
from vqclip.evaluation.ranks import Drawn, Question, Verdict, judge, similarities
from vqclip.evaluation.report import Judged
from vqclip.evaluation.swaps import Attributes
from vqclip.outputs.recipe import versions
from vqclip.perception.embedder import Embedder


def make_questions(
    prompts: Sequence[str], texts: Sequence[str], *, count: int, attributes: Attributes
) -> dict[str, Question]:
    """What is asked about the pictures of each prompt.

    Args:
        prompts: that have pictures.
        texts: all prompts of the list, from which the distractors are chosen.
        count: distractors of a prompt.
        attributes: whose words are swapped.
    """
    return {
        prompt: Question(prompt, distractors(prompt, texts, count), attributes.swaps(prompt))
        for prompt in prompts
    }


def examine(
    drawn: Sequence[Drawn],
    questions: Mapping[str, Question],
    judging: Embedder,
    guides: Mapping[str, Mapping[str, float]],
    load: Callable[[str], Embedder],
) -> list[Judged]:
    """Have the judge answer for every picture, and the guides of each setting for theirs.

    Args:
        drawn: the pictures.
        questions: by prompt.
        judging: the judge.
        guides: the perceptors that guided, with their weights, by setting; a setting may have none.
        load: makes a guide of its name.

    Raises:
        ImageError: a picture cannot be read.
        CheckpointError: a guide cannot be loaded.
    """
    asked = [questions[one.prompt] for one in drawn]
    verdicts = _verdicts(drawn, asked, [(judging, 1.0)])
    judged = [Judged(*one) for one in zip(drawn, asked, verdicts, strict=True)]
    for setting, weights in guides.items():
        rows = [row for row, one in enumerate(drawn) if one.setting == setting]
        # A guide is shown the ranks alone: swapped words are a question to the judge.
        plain = [replace(asked[row], swaps=()) for row in rows]
        if rows:
            perceptors = [(load(name), weight) for name, weight in weights.items()]
            said = _verdicts([drawn[row] for row in rows], plain, perceptors)
            for row, verdict in zip(rows, said, strict=True):
                judged[row] = replace(judged[row], guide=verdict)
    return judged


def _verdicts(
    drawn: Sequence[Drawn], asked: Sequence[Question], perceptors: Sequence[tuple[Embedder, float]]
) -> list[Verdict]:
    texts = list(dict.fromkeys(text for one in asked for text in one.texts()))
    table = similarities(perceptors, [one.path for one in drawn], texts)
    return judge(table, texts, asked)


def facts_of(
    prompts: PromptList,
    shown: Sequence[str],
    name: str,
    judging: Embedder,
    count: int,
    left_out: Sequence[str],
) -> dict[str, Any]:
    """What a report says of the evaluation as a whole.

    Args:
        prompts: the list.
        shown: its prompts that were to be drawn.
        name: of the judge.
        judging: the judge.
        count: distractors that were wanted.
        left_out: names of pictures that are in no figure.
    """
    unknown = {text: judging.perceptor.unknown_words(text) for text in shown}
    cut = {text: judging.perceptor.words_cut_off(text) for text in shown}
    return {
        "list": {
            "name": prompts.name,
            "prompts": len(prompts.texts),
            "drawn": len(shown),
            "sha256": prompts.sha256,
        },
        "judge": {"name": name, "identity": judging.identity},
        "distractors": min(count, len(prompts.texts) - 1),
        "distractors_wanted": count,
        "device": str(judging.device),
        "versions": versions(),
        "unknown_words": {text: list(words) for text, words in unknown.items() if words},
        "cut_off": {text: end for text, end in cut.items() if end},
        "left_out": list(left_out),
    }
