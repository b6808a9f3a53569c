"""The report of an evaluation: as JSON with every picture, and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from vqclip.evaluation.ranks import Drawn, Question, Summary, Verdict, summarize
from vqclip.files import write

TOLERANCE = 0.1
"""Share of a budget by which the time of a picture may differ without a word."""


@dataclass(frozen=True)
class Judged:
    """A picture, what was asked of it, and the answers of the judge and of those that guided."""

    picture: Drawn
    question: Question
    verdict: Verdict
    guide: Verdict | None = None


@dataclass(frozen=True)
class Line:
    """The figures of one setting.

    Attributes:
        judge: what the judge's verdicts add up to.
        guide: the same for the perceptors that guided, or None.
        agreement: share of pictures on which both say the same, hit or miss, or None.
        seconds: mean per picture, or None.
        steps: of a picture, or None.
    """

    setting: str
    judge: Summary
    guide: Summary | None
    agreement: float | None
    seconds: float | None
    steps: int | None


def lines_of(judged: Sequence[Judged]) -> list[Line]:
    """Add up the verdicts by setting, in order."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(one.picture.setting, []).append(one)
    return [_line(name, members) for name, members in groups.items()]


def _line(name: str, members: Sequence[Judged]) -> Line:
    questions = [one.question for one in members]
    plain = [replace(one, swaps=()) for one in questions]
    guided = [one.guide for one in members if one.guide is not None]
    agreement = guide = None
    if len(guided) == len(members):
        guide = summarize(guided, plain)
        pairs = zip(members, guided, strict=True)
        agreement = sum(one.verdict.hit == other.hit for one, other in pairs) / len(members)
    timed = [one.picture.seconds for one in members if one.picture.seconds is not None]
    steps = {one.picture.steps for one in members}
    return Line(
        name,
        summarize([one.verdict for one in members], questions),
        guide,
        agreement,
        sum(timed) / len(timed) if timed else None,
        steps.pop() if len(steps) == 1 else None,
    )


def make_report(
    facts: Mapping[str, Any], judged: Sequence[Judged], settings: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Everything there is to say, as plain values.

    Args:
        facts: of the whole evaluation: judge, list, seeds, distractors, versions.
        judged: the pictures.
        settings: further facts of each setting by its name.
    """
    return {
        **facts,
        "settings": [
            {**asdict(line), **settings.get(line.setting, {})} for line in lines_of(judged)
        ],
        "pictures": [_entry(one) for one in judged],
    }


def _entry(one: Judged) -> dict[str, Any]:
    picture, verdict = one.picture, one.verdict
    return {
        "setting": picture.setting,
        "prompt": picture.prompt,
        "seed": picture.seed,
        "file": picture.path.name,
        "hit": verdict.hit,
        "rank": verdict.rank,
        "cosine": round(verdict.cosine, 6),
        "taken_for": None if verdict.hit else verdict.best,
        "guide_rank": None if one.guide is None else one.guide.rank,
        "attributes": [
            {"attribute": swap.attribute, "word": swap.phrase, "kept": kept}
            for swap, kept in zip(one.question.swaps, verdict.kept, strict=True)
        ],
        "seconds": picture.seconds,
        "steps": picture.steps,
    }


HEADER = (
    "setting",
    "R-precision",
    "± s.e.",
    "MRR",
    "cosine",
    "guide",
    "agree",
    "s/picture",
    "steps",
)


def rows_of(report: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """The table of settings under `HEADER`; what is not known is a hyphen."""
    rows = []
    for one in report["settings"]:
        judge, guide = one["judge"], one["guide"]
        rows.append(
            (
                one["setting"],
                judge["r_precision"],
                judge["standard_error"],
                judge["reciprocal_rank"],
                judge["cosine"],
                "-" if guide is None else guide["r_precision"],
                *(
                    "-" if one[key] is None else one[key]
                    for key in ("agreement", "seconds", "steps")
                ),
            )
        )
    return rows


def attribute_rows(report: Mapping[str, Any]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """The table of attributes: a header and a row for each; no rows where nothing was asked."""
    settings = report["settings"]
    names = sorted({name for one in settings for name in one["judge"]["attributes"]})
    rows: list[tuple[object, ...]] = []
    for name in names:
        cells = [one["judge"]["attributes"].get(name) for one in settings]
        known = [cell for cell in cells if cell is not None]
        figures = ["-" if cell is None else cell["accuracy"] for cell in cells]
        rows.append((name, known[0]["asked"], known[0]["chance"], *figures))
    return ("attribute", "words", "chance", *(one["setting"] for one in settings)), rows


def notes_of(report: Mapping[str, Any]) -> list[str]:
    """What a reader must know to read the figures, one sentence each."""
    judge, count = report["judge"]["name"], report["distractors"]
    found = [
        f"{len(report['pictures'])} pictures; the judge, {judge}, tells each picture's prompt from "
        f"{count} others of the list (by chance: {1 / (1 + count):.3f}); ties count against it."
    ]
    if count < report["distractors_wanted"]:
        found.append(
            f"The list is short: {count} distractors instead of {report['distractors_wanted']}."
        )
    guided = [one["setting"] for one in report["settings"] if judge in one.get("perceptors", {})]
    if guided:
        found.append(f"The judge guided {', '.join(guided)}: its verdict flatters them.")
    if report["budget"] is not None:
        found.append(
            f"Equal time: each setting has as many steps as were measured to take "
            f"{report['budget']:g} s a picture on this machine ({report['device']})."
        )
        found += _uneven(report["settings"], report["budget"])
    if report["unknown_words"]:
        words = sorted({word for one in report["unknown_words"].values() for word in one})
        found.append(
            f"Of {len(report['unknown_words'])} prompts the judge never learned a word: "
            f"{', '.join(words)}."
        )
    if report["left_out"]:
        found.append(
            f"{len(report['left_out'])} pictures failed or are of other prompts, and in no figure."
        )
    return found


def _uneven(settings: Sequence[Mapping[str, Any]], budget: float) -> list[str]:
    """Which settings took another time than they were to take."""
    return [
        f"{one['setting']} took {one['seconds']:.2f} s a picture after all: the machine was busier "
        "or freer than when it was measured."
        for one in settings
        if one["seconds"] is not None and abs(one["seconds"] / budget - 1) > TOLERANCE
    ]


def to_markdown(report: Mapping[str, Any]) -> str:
    """The report to read: tables, notes, and the misses."""
    parts = [f"# Evaluation of {report['list']['name']}", "\n\n".join(notes_of(report))]
    parts.append(_table(HEADER, rows_of(report)))
    header, rows = attribute_rows(report)
    if rows:
        parts += [
            "Attributes: how often the judge prefers the prompt to the same one with another word "
            "of the kind instead.",
            _table(header, rows),
        ]
    misses = [one for one in report["pictures"] if not one["hit"]]
    if misses:
        keys = ("setting", "prompt", "seed", "rank", "taken_for")
        header = ("setting", "prompt", "seed", "rank", "taken for")
        parts += ["## Misses", _table(header, [[one[key] for key in keys] for one in misses])]
    return "\n\n".join(parts) + "\n"


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_cell(one) for one in line)} |" for line in lines)


def _cell(value: object) -> str:
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|")


def write_report(folder: Path, report: Mapping[str, Any]) -> list[Path]:
    """Write report.json and report.md, and return where they are.

    Raises:
        OutputError: the folder cannot be written to.
    """
    contents = {
        "report.json": (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode(),
        "report.md": to_markdown(report).encode(),
    }
    for name, content in contents.items():
        write(folder / name, content)
    return [folder / name for name in contents]
