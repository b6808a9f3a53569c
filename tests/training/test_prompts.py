"""Lists of prompts for evaluation, and true pictures of them."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image
from typer.testing import CliRunner

from vqclip.training import prompts as training
from vqclip.training.commands import command
from vqclip.training.split import held_out


def test_lists_are_held_out_disjoint_and_have_true_pictures(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(training, "LISTS", {"long": 3, "short": 2})
    monkeypatch.setattr(training, "SIZE", 16)

    def run(folder: str) -> list[list[str]]:
        words = [str(tmp_path / folder), "--pictures", str(tmp_path / folder)]
        done = CliRunner().invoke(command(training.main), words)
        assert done.exit_code == 0, done.output
        texts = [
            (tmp_path / folder / f"{name}.txt").read_text("utf-8") for name in ("long", "short")
        ]
        return [text.splitlines()[1:] for text in texts]

    lists = run("first")
    assert [len(prompts) for prompts in lists] == [3, 2]
    together = [*lists[0], *lists[1]]
    assert len(set(together)) == 5
    assert all(map(held_out, together))
    assert run("second") == lists
    files = json.loads((tmp_path / "first" / "long" / "captions.json").read_text("utf-8"))
    assert list(files) == lists[0]
    for file in files.values():
        first, second = (
            Image.open(tmp_path / name / "long" / file) for name in ("first", "second")
        )
        assert first.size == (16, 16)
        assert first.tobytes() == second.tobytes()
