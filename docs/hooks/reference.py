"""Tables of the manual, written from the program itself when the site is built.

A page takes a table where it says `<!-- generated: NAME -->`. An unknown name ends the build.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
import yaml

from vqclip.cli import app
from vqclip.config.option import Option, keys, options, plain
from vqclip.config.schema import Config
from vqclip.config.shelves import configs_folder, preset_names, style_names
from vqclip.models.fetch.catalogue import VqganEntry, catalogue

ROOT = Path(__file__).parents[2]
MARK = re.compile(r"^<!-- generated: ([\w-]+) -->$", re.MULTILINE)
BRACES = re.compile(r"(\{[^{}]*\})")
"""Tables in a meaning; outside code, Markdown would take them for attributes."""
NAME, WIDTH = "vqclip", 90
"""Of the program, and of its help texts in characters."""


def on_page_markdown(markdown: str, **_: object) -> str:
    """Put the tables into a page; mkdocs calls this for every page."""
    return MARK.sub(lambda match: TABLES[match[1]](), markdown)


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    head = list(header)
    lines = [head, ["---"] * len(head), *([cell_of(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell_of(text: str) -> str:
    """Return a text for a cell; a bar outside code would end the cell."""
    parts = text.split("`")
    return "`".join(part if k % 2 else part.replace("|", "&#124;") for k, part in enumerate(parts))


def configuration() -> str:
    """Return every key of the configuration with its meaning, range and default."""
    known = keys(Config)
    parts = [key_table({key: rules for key, rules in known.items() if "." not in key})]
    for section, rules in options(Config).items():
        if rules.is_section:
            inner = {key: own for key, own in known.items() if key.startswith(f"{section}.")}
            parts += [f"## `{section}`", f"{rules.meaning.rstrip('.')}.", key_table(inner)]
    return "\n\n".join(parts)


def key_table(known: Mapping[str, Option]) -> str:
    """Return a table of keys, sections apart."""
    rows = (
        [f"`{key}`", BRACES.sub(r"`\1`", rules.meaning), allowed(rules), f"`{flow(rules.default)}`"]
        for key, rules in known.items()
        if not rules.is_section
    )
    return table(("key", "meaning", "allowed", "default"), rows)


def allowed(rules: Option) -> str:
    """Return the choices or the range of a key."""
    if rules.choices:
        return ", ".join(f"`{choice}`" for choice in rules.choices)
    if rules.low is None:
        return ""
    return f"{rules.low} or more" if rules.high is None else f"{rules.low} to {rules.high}"


def flow(value: object) -> str:
    """Return a value as YAML on one line."""
    text = yaml.safe_dump(plain(value), default_flow_style=True, width=10_000, sort_keys=False)
    return text.removesuffix("...\n").strip()


def presets() -> str:
    """Return the presets with what the first lines of their files say."""
    folder = configs_folder()
    rows = ([f"`{name}`", opening(folder / f"{name}.yaml")] for name in preset_names())
    return table(("preset", "what for"), rows)


def styles() -> str:
    """Return the styles with their files."""
    parts = []
    for name in style_names():
        path = configs_folder() / "styles" / f"{name}.yaml"
        lines = path.read_text(encoding="utf-8").splitlines()
        body = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        parts.append(
            [f"`{name}`", opening(path), "<br>".join(f"`{line}`" for line in body.splitlines())]
        )
    return table(("style", "look", "what it sets"), parts)


def opening(path: Path) -> str:
    """Return the comment at the top of a file, up to its first full stop."""
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = " ".join(line.lstrip("# ") for line in lines[: first_without_mark(lines)])
    return comment.split(". ")[0].rstrip(".") + "."


def first_without_mark(lines: list[str]) -> int:
    """Return the index of the first line that is no comment."""
    return next(index for index, line in enumerate(lines) if not line.startswith("#"))


def vqgans() -> str:
    """Return the VQGANs that have a name."""
    header = ("name", "good for", "trained on", "codes / pixels", "download", "license")
    return table(header, map(vqgan, catalogue().vqgans.values()))


def vqgan(entry: VqganEntry) -> list[str]:
    """Return the cells of a VQGAN."""
    sizes = entry.signature
    size = entry.files[0].about if entry.files else None
    return [
        f"`{entry.name}`",
        entry.good_for,
        entry.trained_on,
        f"{sizes.codes} / {sizes.factor}" if sizes else "?",
        f"{size / 1e6:,.0f} MB" if size else "by hand",
        entry.license,
    ]


def perceptors() -> str:
    """Return the perceptors worth knowing."""
    rows = (
        [
            f"`{entry.name}`",
            entry.good_for,
            f"{entry.megabytes:,} MB",
            f"{entry.cost:g}",
            entry.license,
        ]
        for entry in catalogue().perceptors.values()
    )
    return table(("name", "good for", "size", "time of a cutout", "license"), rows)


def commands() -> str:
    """Return the help text of every command."""
    root = typer.main.get_command(app)
    return "\n\n".join(f"## {name}\n\n```text\n{text}\n```" for name, text in helps(root, NAME))


def helps(command: Any, name: str, above: Any = None) -> Iterator[tuple[str, str]]:
    """Yield the name and help text of a command, or of all commands of a group."""
    context = command.make_context(
        name.split()[-1],
        [],
        parent=above,
        resilient_parsing=True,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
    )
    for inner, child in getattr(command, "commands", {}).items():
        yield from helps(child, f"{name} {inner}", context)
    if not hasattr(command, "commands"):
        yield name, command.get_help(context)


def house() -> str:
    """Return the figures of the house, as its tests measure them."""
    sys.path.insert(0, str(ROOT))
    from tests.house import main

    with contextlib.redirect_stdout(io.StringIO()) as text:
        main()
    return f"```text\n{text.getvalue().strip()}\n```"


def model_card() -> str:
    """Return the model card of the small pair, its links as they are in the manual."""
    text = (ROOT / "vqclip/models/mini/MODEL_CARD.md").read_text(encoding="utf-8")
    return text.replace("../../../docs/", "")


def changelog() -> str:
    """Return the list of changes."""
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


TABLES: dict[str, Callable[[], str]] = {
    "configuration": configuration,
    "presets": presets,
    "styles": styles,
    "vqgans": vqgans,
    "perceptors": perceptors,
    "commands": commands,
    "house": house,
    "model-card": model_card,
    "changelog": changelog,
}
