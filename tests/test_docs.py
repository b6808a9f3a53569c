"""The manual: it builds, its commands exist, its configurations and links resolve."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from PIL import Image
from safetensors.torch import save_file
from typer.testing import CliRunner

import vqclip
from tests.tiny import taming_tensors
from vqclip.animation.animation import Animation
from vqclip.animation.animationfile import read_animation
from vqclip.cli import app
from vqclip.cli.animate import file_of
from vqclip.cli.options import OVERRIDE
from vqclip.config.choices import AUGMENTATIONS, START_KINDS
from vqclip.config.job import parse_seeds
from vqclip.config.layers import load_config, parse_override
from vqclip.config.prompt import parse_prompts
from vqclip.errors import VqclipError
from vqclip.evaluation.comparison import make_settings
from vqclip.models.fetch.catalogue import find_vqgan
from vqclip.series.plan import make_plan

ROOT = Path(__file__).parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))
CARD = ROOT / "vqclip/models/mini/MODEL_CARD.md"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", CARD, *DOCS]
FENCED = re.compile(r"^ *```(\w+)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^    (?=\S)(.*(?:vqclip|mkdocs) .*)$", re.MULTILINE)
COMMENT = re.compile(r"^#\s+((?:vqclip|python -m) .*)$", re.MULTILINE)
INLINE = re.compile(r"`(vqclip [^`]*)`")
NAME = re.compile(r"# ([\w-]+\.yaml)\b")
LINK = re.compile(r"(?<!!)!?\[[^\]]*\]\(([^)\s]+)\)")
README_LINES = 160
PICTURES = (
    "photo.png",
    "photo.jpg",
    "sky.png",
    "mask.png",
    "palette.png",
    "palette.jpg",
    "tree.jpg",
)
"""Files that examples of the manual begin with."""


@dataclass(frozen=True)
class Block:
    """Code of a page."""

    page: str
    language: str
    text: str


def blocks(language: str) -> list[Block]:
    """The fenced blocks of one language; for `sh` also indented commands, and those of configs."""
    found = []
    for page in PAGES:
        text, name = page.read_text(encoding="utf-8"), page.name
        found += [Block(name, *part) for part in FENCED.findall(text) if part[0] == language]
        if language == "sh":
            found += [Block(name, "sh", line) for line in INDENTED.findall(FENCED.sub("", text))]
    for path in sorted((ROOT / "configs").rglob("*.yaml")) if language == "sh" else []:
        lines = COMMENT.findall(path.read_text(encoding="utf-8"))
        found += [Block(path.name, "sh", line) for line in lines]
    return found


def commands(program: str) -> list[list[str]]:
    """Every command of a program in the manual, as words without the program's name."""
    lines = [line for block in blocks("sh") for line in block.text.splitlines()]
    parts = [part.strip() for line in lines for part in line.split(" && ")]
    return [
        words[1 + program.count(" ") :]
        for words in (shlex.split(part, comments=True) for part in parts)
        if " ".join(words).startswith((f"{program} ", f".venv/bin/{program} "))
    ]


def parsed(words: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The name and the parameters of a command, checked by the program's own parser."""
    command: Any = typer.main.get_command(app)
    context: Any = None
    name, rest = "vqclip", list(words)
    while hasattr(command, "commands"):
        context = command.make_context(name, rest, parent=context)
        name, command, rest = command.resolve_command(context, rest)
    return name, command.make_context(name, rest, parent=context).params


def read_series(asked: dict[str, Any], changes: list[Any]) -> None:
    seeds = parse_seeds(asked["seeds"]) if asked["seeds"] else []
    make_plan(asked["file"], seeds=seeds, overrides=changes)


def read_film(asked: dict[str, Any], changes: list[Any]) -> None:
    if asked["source"] is not None:
        styles, preset = asked["style"] or [], asked["preset"]
        load_config(preset=preset, styles=styles, assignments=changes)
        return
    file, _ = file_of(asked["words"])
    assert Animation(*read_animation(file, changes)).jobs


READERS = {"series": read_series, "animate": read_film}


def check(words: Sequence[str]) -> None:
    """Refuse a command that the program would refuse, without loading models."""
    name, asked = parsed(words)
    settings = [*(asked.get("words") or []), *(asked.get("overrides") or [])]
    changes = [parse_override(word) for word in settings if OVERRIDE.match(word)]
    presets = asked.get("preset") or None
    files = asked.get("config") or []
    layers: dict[str, Any] = {"styles": asked.get("style") or []}
    if name == "generate":
        done = CliRunner().invoke(app, [*words, "--dry-run"])
        if done.exception is not None:
            raise done.exception
    elif name in READERS:
        READERS[name](asked, changes)
    elif name == "eval":
        assert asked["file"].is_file()
        variants = asked["vary"] or []
        make_settings(
            presets=presets or [],
            file=files or None,
            assignments=changes,
            variants=variants,
            **layers,
        )
    elif name in ("download", "verify", "rm"):
        for model in asked["names"]:
            find_vqgan(model)
    else:
        load_config(preset=presets, files=files, assignments=changes, **layers)
    for prompt in asked.get("prompt") or []:
        parse_prompts(prompt)


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """A folder with the files that the manual speaks of."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    for block in blocks("yaml"):
        (tmp_path / named(block)).write_text(block.text, encoding="utf-8")
    (tmp_path / "weather.txt").write_text("clouds\nrain\n", encoding="utf-8")
    (tmp_path / "my-prompts.txt").write_text("an owl\na house\n", encoding="utf-8")
    for name in PICTURES:
        Image.linear_gradient("L").save(tmp_path / name)
    save_file(taming_tensors(), tmp_path / "my-vqgan.safetensors")
    return tmp_path


def named(block: Block) -> str:
    match = NAME.match(block.text)
    assert match, f"{block.page}: a YAML block begins with its name, such as # my.yaml"
    return match[1]


@pytest.mark.parametrize("words", commands("vqclip"), ids=shlex.join)
def test_commands_are_right(desk, words) -> None:
    check(words)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("generate fox --sead 3", "--sead"),
        ("generate fox --preset drft", "draft"),
        ("replay fox.png stpes=3", "steps"),
        ("series none.yaml", "none.yaml"),
        ("eval configs/eval/development.txt --vary steps=x", "steps"),
        ("models download wikiart_1042", "wikiart_1024"),
    ],
)
def test_wrong_commands_are_found(desk, words, complaint) -> None:
    with pytest.raises(Exception, match=complaint):
        check(words.split())


def inline() -> Iterator[str]:
    for page in PAGES:
        yield from INLINE.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", sorted(set(inline())))
def test_commands_in_sentences_exist(text) -> None:
    words = text.split()[1:]
    command: Any = typer.main.get_command(app)
    while words and hasattr(command, "commands") and not words[0].startswith(("-", '"')):
        assert words[0] in command.commands or words[0].isupper(), text
        command = command.commands.get(words.pop(0), command)
        if not hasattr(command, "commands"):
            break
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known | {"--help", "--version"}


@pytest.mark.parametrize("words", commands("python -m"), ids=shlex.join)
def test_modules_that_are_run_exist(words) -> None:
    assert importlib.util.find_spec(words[0]), words[0]
    for word in words:
        assert not word.startswith("configs/") or (ROOT / word).exists(), word


@pytest.mark.parametrize("block", blocks("yaml"), ids=lambda block: f"{block.page} {named(block)}")
def test_configurations_are_right(desk, block) -> None:
    path = desk / named(block)
    path.write_text(block.text, encoding="utf-8")
    if re.search(r"^scenes:", block.text, re.MULTILINE):
        assert Animation(*read_animation(path, [])).jobs
    elif re.search(r"^(matrix|jobs):", block.text, re.MULTILINE):
        assert make_plan(path).jobs
    else:
        assert load_config(files=[path]).all_prompts()


def test_a_wrong_configuration_is_found(desk) -> None:
    (desk / "my.yaml").write_text("stepps: 3\n", encoding="utf-8")
    with pytest.raises(VqclipError, match="did you mean 'steps'"):
        check(["generate", "fox", "--config", "my.yaml"])


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block.page)
def test_python_names_exist(block) -> None:
    for node in ast.walk(ast.parse(block.text)):
        if isinstance(node, ast.ImportFrom):
            module = importlib.import_module(node.module or "")
            assert all(hasattr(module, alias.name) for alias in node.names)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "vqclip":
            assert node.attr in vqclip.__all__, node.attr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_resolve(page) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if not re.match(r"\w+:|#", link):
            assert (page.parent / link.partition("#")[0]).exists(), link


@pytest.mark.parametrize("name", [*START_KINDS, *AUGMENTATIONS])
def test_choices_are_explained(name) -> None:
    assert f"| `{name}` |" in (ROOT / "docs/configuration.md").read_text(encoding="utf-8")


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= README_LINES


def test_the_manual_builds_without_a_warning(tmp_path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    reference = (tmp_path / "configuration/index.html").read_text(encoding="utf-8")
    assert "cutouts.min_size" in reference
    assert "{name: ..., weight: ...}" in reference
    assert "generated:" not in reference


def test_every_test_that_the_manual_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs/reliability.md").read_text("utf-8"))
    assert len(named) > 30
    assert not [name for name in named if not (ROOT / name).is_file()]
