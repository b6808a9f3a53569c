"""The report of an evaluation: the figures of every setting, and every picture, as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from vqclip.evaluation.comparison import Setting
from vqclip.evaluation.exam import Exam
from vqclip.evaluation.examination import JudgedPicture, examine
from vqclip.evaluation.samples import Sample
from vqclip.evaluation.summary import Summary, summarize
from vqclip.outputs.recipe import versions
from vqclip.perception.embedder import Embedder
from vqclip.perception.ranking import Judge


@dataclass(frozen=True)
class SettingResult:
    """The figures of one setting.

    Attributes:
        setting: its name.
        judge: what the judge's verdicts add up to.
        guide: the same for the perceptors that guided; None if unknown.
        agreement: share of pictures that are hits for both, or misses for both; None if unknown.
        both_miss: share of pictures that are misses for both; None if unknown.
        by_chance: that share, if judge and guide erred independently of each other.
        seconds: mean time of a picture; None if unknown.
        steps: of a picture; None if they differ, or are unknown.
    """

    setting: str
    judge: Summary
    guide: Summary | None
    agreement: float | None
    both_miss: float | None
    by_chance: float | None
    seconds: float | None
    steps: int | None


@dataclass(frozen=True)
class Report:
    """Everything there is to say about an evaluation.

    Attributes:
        exam: what was asked.
        judge: name of the judge.
        identity: hash of the judge's weights, architecture, precision and view of a picture.
        device: where it computed.
        unknown_words: words that the judge never learned, by prompt.
        cut_off: the end of a prompt that the judge does not read, by prompt.
        pictures: with their verdicts.
        left_out: names of the pictures that are in no figure.
        settings: that drew the pictures; none if unknown.
    """

    exam: Exam
    judge: str
    identity: str
    device: str
    unknown_words: Mapping[str, tuple[str, ...]]
    cut_off: Mapping[str, str]
    pictures: Sequence[JudgedPicture]
    left_out: Sequence[str] = ()
    settings: Sequence[Setting] = ()

    @property
    def budget(self) -> float | None:
        """Seconds that a picture was to take, with every setting; None: settings had own steps."""
        budgets = (setting.budget for setting in self.settings)
        return next((budget.seconds for budget in budgets if budget is not None), None)

    @property
    def results(self) -> list[SettingResult]:
        """The figures of the settings, in order."""
        groups: dict[str, list[JudgedPicture]] = {}
        for picture in self.pictures:
            groups.setdefault(picture.sample.setting, []).append(picture)
        return [make_result(name, pictures) for name, pictures in groups.items()]

    def to_dict(self) -> dict[str, object]:
        """The report as plain values for JSON."""
        prompts = self.exam.prompts
        return {
            "list": {
                "name": prompts.name,
                "prompts": len(prompts.texts),
                "drawn": len(self.exam.texts),
                "sha256": prompts.sha256,
            },
            "judge": {"name": self.judge, "identity": self.identity},
            "distractors": self.exam.distractors,
            "distractors_wanted": self.exam.wanted,
            "device": self.device,
            "versions": versions(),
            "unknown_words": {text: list(words) for text, words in self.unknown_words.items()},
            "cut_off": dict(self.cut_off),
            "left_out": list(self.left_out),
            "budget": self.budget,
            "settings": [self._result_table(result) for result in self.results],
            "pictures": [_picture_table(picture) for picture in self.pictures],
        }

    def _result_table(self, result: SettingResult) -> dict[str, object]:
        table: dict[str, object] = asdict(result)
        for setting in self.settings:
            if setting.name == result.setting:
                table |= setting.to_dict()
        return table


def make_report(
    exam: Exam,
    samples: Sequence[Sample],
    judge: str,
    load: Callable[[str], Embedder],
    *,
    left_out: Sequence[str] = (),
    settings: Sequence[Setting] = (),
) -> Report:
    """Have a judge, and the perceptors that guided, look at pictures, and report what they say.

    Args:
        exam: what is asked.
        samples: the pictures.
        judge: name of a perceptor.
        load: makes a perceptor of its name.
        left_out: names of the pictures that are in no figure.
        settings: that drew the samples; none if unknown.

    Raises:
        ImageError: a picture cannot be read.
        CheckpointError: a perceptor cannot be loaded.
    """
    embedder = load(judge)
    guides = {}
    for setting in settings:
        weights = setting.config.perceptor_weights()
        guides[setting.name] = Judge(tuple(map(load, weights)), tuple(weights.values()))
    unknown = {text: embedder.perceptor.unknown_words(text) for text in exam.texts}
    cut_off = {text: embedder.perceptor.words_cut_off(text) for text in exam.texts}
    return Report(
        exam,
        judge,
        embedder.identity,
        str(embedder.device),
        {text: words for text, words in unknown.items() if words},
        {text: end for text, end in cut_off.items() if end},
        examine(exam, samples, Judge((embedder,)), guides),
        left_out,
        settings,
    )


def make_result(name: str, pictures: Sequence[JudgedPicture]) -> SettingResult:
    """Add up the verdicts on the pictures of a setting."""
    questions = [picture.question for picture in pictures]
    verdicts = [picture.verdict for picture in pictures]
    guided = [picture.guide for picture in pictures if picture.guide is not None]
    guide = agreement = both_miss = by_chance = None
    if len(guided) == len(pictures):
        guide = summarize(guided, [replace(question, swaps=()) for question in questions])
        both = list(zip(verdicts, guided, strict=True))
        agreement = sum(judge.hit == other.hit for judge, other in both) / len(pictures)
        both_miss = sum(not (judge.hit or other.hit) for judge, other in both) / len(pictures)
        by_chance = (1 - summarize(verdicts, questions).r_precision) * (1 - guide.r_precision)
    samples = [picture.sample for picture in pictures]
    times = [sample.seconds for sample in samples if sample.seconds is not None]
    steps = {sample.steps for sample in samples}
    return SettingResult(
        name,
        summarize(verdicts, questions),
        guide,
        agreement,
        both_miss,
        by_chance,
        sum(times) / len(times) if times else None,
        steps.pop() if len(steps) == 1 else None,
    )


def _picture_table(picture: JudgedPicture) -> dict[str, object]:
    sample, verdict, guide = picture.sample, picture.verdict, picture.guide
    return {
        "setting": sample.setting,
        "prompt": sample.prompt,
        "seed": sample.seed,
        "file": sample.path.name,
        "hit": verdict.hit,
        "rank": verdict.rank,
        "cosine": round(verdict.cosine, 6),
        "taken_for": None if verdict.hit else verdict.nearest,
        "guide_rank": None if guide is None else guide.rank,
        "attributes": [
            {"attribute": swap.attribute, "word": swap.phrase, "kept": kept}
            for swap, kept in zip(picture.question.swaps, verdict.kept, strict=True)
        ],
        "seconds": sample.seconds,
        "steps": sample.steps,
    }
