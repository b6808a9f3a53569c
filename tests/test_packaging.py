"""What is packed: versions in step, the licences, the data, and the pictures of the README."""

from __future__ import annotations

import re
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest
import yaml
from hatchling.build import build_wheel

import vqclip

ROOT = Path(__file__).parents[1]
MINI = "vqclip/models/mini"
DATA = (
    "vqclip/py.typed",
    "vqclip/configs/default.yaml",
    "vqclip/configs/styles/oil.yaml",
    "vqclip/configs/series/seasons.yaml",
    "vqclip/configs/eval/attributes.yaml",
    "vqclip/configs/training/clip.yaml",
    "vqclip/models/fetch/catalogue.yaml",
    "vqclip/views/pictures.html.j2",
    f"{MINI}/MODEL_CARD.md",
    f"{MINI}/sketch.safetensors",
    f"{MINI}/prior.safetensors",
    f"{MINI}/vqgan.safetensors",
    f"{MINI}/clip/open_clip_model.safetensors",
    f"{MINI}/judge/words.txt",
)
WHEEL_MEGABYTES = 50


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    """The wheel, as `pip wheel` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        name = build_wheel(str(folder))
    assert (folder / name).stat().st_size < WHEEL_MEGABYTES * 10**6
    return zipfile.ZipFile(folder / name)


def test_versions_are_in_step() -> None:
    numbers = re.match(r"# The small pair, version (\d+\.\d+)\n", read(f"{MINI}/MODEL_CARD.md"))
    assert numbers
    assert re.fullmatch(rf"{re.escape(numbers[1])}\.\d+", vqclip.__version__)
    newest = re.search(r"^## \[(.+)\] - (\d{4}-\d\d-\d\d)$", read("CHANGELOG.md"), re.MULTILINE)
    assert newest
    assert newest[1] == vqclip.__version__
    citation = yaml.safe_load(read("CITATION.cff"))
    assert newest.groups() == (str(citation["version"]), str(citation["date-released"]))


def test_the_wheel_holds_the_data(wheel) -> None:
    names = wheel.namelist()
    assert set(DATA) <= set(names)
    configs = {str(path.relative_to(ROOT)) for path in (ROOT / "configs").rglob("*.*")}
    assert {f"vqclip/{name}" for name in configs} <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]


def test_the_wheel_says_what_it_is(wheel) -> None:
    (path,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = HeaderParser().parsestr(wheel.read(path).decode())
    assert metadata["Version"] == vqclip.__version__
    assert metadata["License-Expression"] == "MIT"
    licences = {str(path.relative_to(ROOT)) for path in (ROOT / MINI / "LICENSES").iterdir()}
    assert {"LICENSE", *licences} == set(metadata.get_all("License-File", []))


def test_the_source_archive_holds_what_the_readme_shows() -> None:
    section = read("pyproject.toml").partition("[tool.hatch.build.targets.sdist]")[2]
    packed = re.findall(r'"/([^"]+)"', section.partition("]")[0])
    linked = re.findall(r"\]\(([\w./-]+)\)", read("README.md"))
    assert "docs/pictures/twelve.webp" in linked
    for link in linked:
        assert any(link == name or link.startswith(f"{name}/") for name in packed), link
