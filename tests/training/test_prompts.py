"""Lists of prompts to evaluate with, and true pictures of them."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image
from typer.testing import CliRunner

from vqclip.training import prompts as training
from vqclip.training.run import command
from vqclip.training.split import held_out


def test_lists_are_held_out_disjoint_and_have_true_pictures(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(training, "LISTS", {"one": 3, "two": 2})
    monkeypatch.setattr(training, "SIZE", 32)

    def run(folder: str) -> list[list[str]]:
        words = [str(tmp_path / folder), "--pictures", str(tmp_path / folder)]
        done = CliRunner().invoke(command(training.main), words)
        assert done.exit_code == 0, done.output
        texts = [(tmp_path / folder / f"{name}.txt").read_text("utf-8") for name in ("one", "two")]
        return [text.splitlines()[1:] for text in texts]

    lists = run("first")
    assert [len(one) for one in lists] == [3, 2]
    together = [*lists[0], *lists[1]]
    assert len(set(together)) == 5
    assert all(map(held_out, together))
    assert run("second") == lists
    files = json.loads((tmp_path / "first" / "one" / "captions.json").read_text("utf-8"))
    assert list(files) == lists[0]
    for file in files.values():
        first, second = (Image.open(tmp_path / name / "one" / file) for name in ("first", "second"))
        assert first.size == (32, 32)
        assert first.tobytes() == second.tobytes()
