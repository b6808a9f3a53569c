"""The shape of the package: layers, sizes, imports without side effects; the Python functions."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import vqclip
from vqclip.errors import ConfigError

ROOT = Path(vqclip.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
LAYERS = [
    {"cli", "__init__", "__main__"},
    {"cluster", "crew"},
    {"evaluation", "worker", "estimate"},
    {"gallery", "sheet"},
    {"pictures"},
    {"runfolder"},
    {"training"},
    {"manifest", "studio", "series", "outputs", "results"},
    {"queries"},
    {"answers", "sources"},
    {"collection"},
    {"recipe"},
    {"configdoc", "configfile", "generation"},
    {"recolor"},
    {"capacity", "jobs", "guidance"},
    {"config"},
    {"judge"},
    {"entries", "targets", "perception", "cutouts", "latent", "start"},
    {"augment", "losses", "optim"},
    {"models"},
    {
        "files",
        "home",
        "resample",
        "images",
        "randomness",
        "gradients",
        "prompts",
        "device",
        "interrupt",
        "nodes",
    },
    {"index", "folders"},
    {"errors"},
]
WITH_CONFIG = {"__init__", "cli", "series", "outputs", "recipe", "configdoc", "configfile"} | {
    "generation",
    "jobs",
    "capacity",
    "estimate",
    "studio",
    "training",
    "evaluation",
}


def layer(module: str) -> int:
    return next(index for index, names in enumerate(LAYERS) if module in names)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{one.name}" for one in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    own = name_of(path)
    modules = {name_of(one) for one in FILES}
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "vqclip" and len(parts) > 1 and parts[1] in modules - {own}:
            assert layer(own) <= layer(parts[1]), f"{own} imports {parts[1]}"
            assert parts[1] != "config" or own in WITH_CONFIG
        assert parts[0] != "taming" or path.name == "vqgan.py"
        assert parts[0] != "omegaconf" or own == "configfile"
        learns = path.parent.name == "training"
        assert name != "open_clip" or path.name == "perceptor.py" or learns


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert length <= 45, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_can_be_imported(path: Path) -> None:
    parts = ("vqclip", *path.relative_to(ROOT).with_suffix("").parts)
    assert importlib.import_module(".".join(part for part in parts if part != "__init__"))


def test_importing_the_package_is_light_and_leaves_nothing(tmp_path: Path) -> None:
    code = "import sys, vqclip; assert not {'torch', 'PIL', 'omegaconf'} & set(sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.iterdir())


def settings_of(pair: list[str]) -> dict[str, object]:
    table = dict(word.split("=", 1) for word in pair)
    clip = table["perceptors"].strip("[]")
    return {
        "vqgan": table["vqgan"],
        "perceptors": [clip],
        "width": 20,
        "height": 16,
        "steps": 3,
        "cutouts": {"count": 2},
        "start": {"candidates": 2, "candidate_steps": 1},
    }


def test_generate_returns_a_picture(pair) -> None:
    image = vqclip.generate("a fox", **settings_of(pair))
    assert isinstance(image, Image.Image)
    assert image.size == (20, 16)


def test_prepare_iterates(pair) -> None:
    run = vqclip.prepare("a fox | fog:-1", styles=["oil"], **settings_of(pair))
    steps = [iterate.step for iterate in run]
    assert steps == [1, 2, 3]
    assert run.images().shape == (1, 3, 16, 20)


def test_mistakes_and_warnings_reach_the_caller(pair) -> None:
    with pytest.raises(ConfigError) as caught:
        vqclip.generate("", stpes=3, cutouts={"cont": 1})
    assert len(caught.value.messages) == 3
    with pytest.warns(UserWarning, match="not seen"):
        vqclip.prepare("word " * 15, **settings_of(pair))
