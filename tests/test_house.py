"""The rules of the house: imports go down, files are short, importing has no side effects."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import house
from tests.house import FILES, MODULES, ROOT, floors, folders, functions, imported, inside, rooms

ORDER = [
    {"", "__main__"},
    {"training"},
    {"cli"},
    {"web"},
    {"painter"},
    {"views"},
    {"animation", "benchmark", "evaluation"},
    {"runs"},
    {"outputs"},
    {"perception"},
    {"engine"},
    {"models"},
    {"series"},
    {"config"},
    {"world"},
    {"film"},
    {"machine", "randomness"},
    {"files"},
    {"errors"},
]
"""The rooms from the roof down; the name of the package's own face is empty."""
LIGHT = (
    "benchmark.workload",
    "config",
    "series",
    "world.colors",
    "world.words",
    "film.formats",
    "evaluation.comparison",
    "evaluation.exam",
    "runs.estimate",
    "runs.manifest",
    "runs.events",
    "runs.work",
    "machine.device",
    "machine.memory",
)
"""What imports no torch."""
OWNERS = {
    "taming": {"models/taming.py"},
    "open_clip": {"models/openclip.py"},
    "omegaconf": {"config/tree.py"},
    "cv2": {"animation/flow.py"},
    "av": {
        "film/soundtrack.py",
        "film/video.py",
        "film/videosource.py",
        "film/waveform.py",
    },
}
"""Packages that one file alone imports."""


def level(room: str) -> int:
    return next(index for index, names in enumerate(ORDER) if room in names)


def is_light(module: str) -> bool:
    return f"{module}.".startswith(tuple(f"{light}." for light in LIGHT))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_imports_go_down_only(path: Path) -> None:
    own = house.room_of(house.module_of(path))
    for module in house.modules_below(path):
        other = house.room_of(module)
        assert other == own or level(own) < level(other), f"{own} imports {module}"
    for name in imported(path):
        owners = OWNERS.get(name.split(".")[0])
        assert owners is None or named(path) in owners, f"{named(path)} imports {name}"


def test_every_room_has_its_place() -> None:
    assert set(rooms()) == set().union(*ORDER)


@pytest.mark.parametrize("folder", folders())
def test_files_of_a_room_form_no_circle(folder: str) -> None:
    assert floors(inside(folder))


def test_a_circle_is_found() -> None:
    with pytest.raises(ValueError, match="a -> b -> a"):
        floors({"a": {"b"}, "b": {"a"}})


def test_no_two_files_have_one_name() -> None:
    names = Counter(path.name for path in FILES if not path.name.startswith("__"))
    assert not [name for name, count in names.items() if count > 1]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_functions_are_short_and_take_few_parameters() -> None:
    for path, function, lines, parameters in functions():
        where = f"{named(path)}: {function.name}"
        assert lines <= 45, f"{where} has {lines} lines"
        # A command's parameters are its options.
        command = path.parent.name == "cli" and function.decorator_list
        assert parameters <= 8 or command, f"{where} has {parameters} parameters"


@pytest.mark.parametrize("module", MODULES)
def test_every_module_can_be_imported(module: str) -> None:
    assert importlib.import_module(f"vqclip.{module}".rstrip("."))


def test_importing_the_package_is_light_and_leaves_nothing(tmp_path: Path) -> None:
    light = ", ".join(["vqclip", *(f"vqclip.{name}" for name in MODULES if is_light(name))])
    code = f"import sys, {light}; assert not {{'torch', 'PIL', 'numpy'}} & set(sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.iterdir())
