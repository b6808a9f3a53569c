"""A grid of the page is a series file; what it may compare is limited."""

from __future__ import annotations

import pytest
import yaml

from tests.web.conftest import finish
from vqclip.errors import ConfigError
from vqclip.web.gridwork import Grid

SMALL = {"width": 16, "height": 16, "steps": 2, "cutouts.count": 2}


def test_a_grid_is_a_series_file() -> None:
    grid = Grid(
        ["a fox", " ", "a hen: 3"], SMALL, "draft", ["none", "oil"], "0-1", {"steps": ["2", " 3 "]}
    )
    assert yaml.safe_load(grid.document()) == {
        "name": "a-fox",
        "defaults": {**SMALL, "preset": "draft"},
        "matrix": {
            "prompts": ["a fox", "a hen: 3"],
            "styles": ["none", "oil"],
            "seeds": [0, 1],
            "steps": ["2", "3"],
        },
    }


def test_every_cell_is_drawn_and_shown(desk) -> None:
    grid = Grid(["a fox", "a hen"], SMALL, axes={"start.candidates": ["1", "2"]})
    ticket = desk.draw_grid(grid, "me")
    assert ticket.steps == 4
    desk.studio.open()
    finish(desk)
    standing = desk.studio.standing(ticket.id, "me")
    assert standing.live is not None
    cells = standing.live.cells
    assert len({cell["picture"] for cell in cells}) == 4
    assert cells[0]["labels"] == ["a fox", "1"]
    for cell in cells:
        desk.enclosure.picture(cell["picture"])


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        (Grid([" "]), "there is no prompt"),
        (Grid(["a"], seeds="9-1"), "rising ranges"),
        (Grid(["a"], axes={"stepps": ["1"]}), "'stepps' cannot be compared; did you mean 'steps'?"),
        (Grid(["a"], axes={"output.folder": ["/etc"]}), "cannot be compared"),
        (Grid(["a"], axes={"model_dir": ["/etc"]}), "cannot be compared"),
        (Grid(["a"], axes={"config": ["/etc/passwd"]}), "cannot be compared"),
        (Grid(["a"], SMALL, seeds="0-4000"), "4,001 pictures, and this page allows 400"),
        (Grid(["a"], SMALL, axes={"width": ["9", "4000"]}), "width"),
        (Grid(["a"], SMALL, axes={"steps": ["list.txt"]}), "is not a whole number"),
        (Grid(["a"], SMALL, axes={"vqgan": ["/etc/passwd"]}), "takes models by their names"),
        (Grid(["a"], SMALL, axes={"start.image": ["/etc/passwd"]}), "passwd"),
        (Grid(["a"], SMALL, axes={"palette": ["/etc/passwd"]}), "reads no files"),
        (Grid(["a"], {**SMALL, "width": "wide"}), "is not a whole number"),
    ],
)
def test_what_is_not_allowed_is_said_before_the_queue(desk, grid, message) -> None:
    with pytest.raises(ConfigError) as caught:
        desk.draw_grid(grid, "me")
    assert message in str(caught.value)
    assert str(desk.enclosure.root) not in str(caught.value)
    assert desk.studio.queue() == []
