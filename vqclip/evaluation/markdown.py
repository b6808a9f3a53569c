"""The report of an evaluation to be read: its tables, its notes, and the same as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from vqclip.evaluation.report import Report
from vqclip.files.atomic import write

TOLERANCE = 0.1
"""Share of a budget by which the time of a picture may differ without a note."""
HEADER = (
    "setting",
    "R-precision",
    "± s.e.",
    "MRR",
    "cosine",
    "guide",
    "agree",
    "both miss",
    "by chance",
    "s/picture",
    "steps",
)
Row = tuple[object, ...]
"""The cells of a row: numbers, texts, or None for what is unknown."""


def setting_rows(report: Report) -> list[Row]:
    """The table of settings, under `HEADER`."""
    return [
        (
            result.setting,
            result.judge.r_precision,
            result.judge.standard_error,
            result.judge.reciprocal_rank,
            result.judge.cosine,
            None if result.guide is None else result.guide.r_precision,
            result.agreement,
            result.both_miss,
            result.by_chance,
            result.seconds,
            result.steps,
        )
        for result in report.results
    ]


def attribute_rows(report: Report) -> tuple[tuple[str, ...], list[Row]]:
    """The table of attributes: its header, and a row for each; none where nothing was asked."""
    results = report.results
    names = sorted({name for result in results for name in result.judge.attributes})
    rows: list[Row] = []
    for name in names:
        cells = [result.judge.attributes.get(name) for result in results]
        known = next(cell for cell in cells if cell is not None)
        shares = [None if cell is None else cell.accuracy for cell in cells]
        rows.append((name, known.asked, known.chance, *shares))
    return ("attribute", "words", "chance", *(result.setting for result in results)), rows


def notes(report: Report) -> Iterator[str]:
    """Yield what a reader must know to read the figures, one or two sentences each."""
    count, wanted = report.exam.distractors, report.exam.wanted
    yield (
        f"Pictures: {len(report.pictures)}; judge: {report.judge}; distractors of each prompt: "
        f"{count}; share of hits by chance: {1 / (1 + count):.3f}. Ties count as misses."
    )
    if count < wanted:
        yield f"The list is too short for {wanted} distractors."
    guided = [
        setting.name
        for setting in report.settings
        if report.judge in setting.config.perceptor_weights()
    ]
    if any(result.both_miss is not None for result in report.results):
        yield (
            "Both miss: share of pictures whose prompt neither judge nor guide finds; by chance: "
            "that share if their errors were independent. A judge that errs with the guide more "
            "often than that does not measure what the guide gets wrong."
        )
    if guided:
        yield f"The judge guided {', '.join(guided)}: its verdict flatters them."
    yield from _budget_notes(report)
    if report.unknown_words:
        words = sorted({word for words in report.unknown_words.values() for word in words})
        yield (f"Words of the prompts that the judge never learned: {', '.join(words)}.")
    if report.left_out:
        yield (
            "Pictures that are in no figure, since they failed or have other prompts: "
            f"{len(report.left_out)}."
        )


def _budget_notes(report: Report) -> Iterator[str]:
    if report.budget is None:
        return
    yield (
        f"Equal time: each setting has as many steps as take {report.budget:g} s a picture, as "
        f"measured on this machine ({report.device})."
    )
    for result in report.results:
        seconds = result.seconds
        if seconds is not None and abs(seconds / report.budget - 1) > TOLERANCE:
            yield (
                f"{result.setting} took {seconds:.2f} s a picture after all: the machine was "
                "busier, or less busy, than when it was measured."
            )


def to_markdown(report: Report) -> str:
    """The report to read: notes, tables, and the misses."""
    parts = [f"# Evaluation of {report.exam.prompts.name}", "\n\n".join(notes(report))]
    parts.append(_table(HEADER, setting_rows(report)))
    header, rows = attribute_rows(report)
    if rows:
        parts += [
            "Attributes: how often the judge prefers the prompt to the same prompt with any other "
            "word of the kind instead.",
            _table(header, rows),
        ]
    misses: list[Row] = [
        (
            picture.sample.setting,
            picture.sample.prompt,
            picture.sample.seed,
            picture.verdict.rank,
            picture.verdict.nearest,
        )
        for picture in report.pictures
        if not picture.verdict.hit
    ]
    if misses:
        header = ("setting", "prompt", "seed", "rank", "taken for")
        parts += ["## Misses", _table(header, misses)]
    return "\n\n".join(parts) + "\n"


def _table(header: Sequence[str], rows: Sequence[Row]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|")


def write_report(folder: Path, report: Report) -> list[Path]:
    """Write report.json and report.md, and return their paths.

    Raises:
        OutputError: the folder cannot be written to.
    """
    contents = {
        "report.json": json.dumps(report.to_dict(), ensure_ascii=False, indent=1) + "\n",
        "report.md": to_markdown(report),
    }
    for name, content in contents.items():
        write(folder / name, content.encode())
    return [folder / name for name in contents]
