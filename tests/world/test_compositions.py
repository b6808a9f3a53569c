"""Drawings composed into pictures with captions that are right."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.world.collection import FOX, MAGENTA, write_drawings
from vqclip.world.colors import COLORS
from vqclip.world.compositions import COMPOSERS, composed, on_plain, side_by_side
from vqclip.world.drawings import read_drawings
from vqclip.world.drawingstock import Stock

SIZE = 64


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    names = ("fox", "wolf", "sofa", "horse", "cat", "tree", "tulip", "bee")
    records = [{**FOX, "name": name, "file": name, "subgroup": "animal-mammal"} for name in names]
    write_drawings(tmp_path, *records)
    return Stock(read_drawings(tmp_path))


def test_a_drawing_is_put_on_the_color_of_its_caption(stock: Stock) -> None:
    for seed in range(10):
        made = on_plain(stock, SIZE, random.Random(seed))
        assert made is not None
        color = made.caption.split()[-2]
        corner = made.image.getpixel((0, 0))
        assert max(abs(a - b) for a, b in zip(corner, COLORS[color], strict=True)) <= 14


def test_left_and_right_are_told_by_the_caption(stock: Stock) -> None:
    for seed in range(40):
        made = side_by_side(stock, SIZE, random.Random(seed))
        if made is not None and " left of " in made.caption:
            left, right = made.drawings
            assert made.caption.index(left.name) < made.caption.index(right.name)
        if made is not None and " right of " in made.caption:
            left, right = made.drawings
            assert made.caption.index(right.name) < made.caption.index(left.name)


@pytest.mark.parametrize("compose", COMPOSERS, ids=lambda compose: compose.__name__)
def test_every_drawing_that_a_composer_puts_is_named(compose, stock: Stock) -> None:
    tries = [compose(stock, SIZE, random.Random(seed)) for seed in range(8)]
    made = [composition for composition in tries if composition is not None]
    for composition in made:
        assert composition.image.size == (SIZE, SIZE)
        assert composition.image.mode == "RGB"
        for drawing in composition.drawings:
            assert drawing.name[:-1] in composition.caption  # wolf, wolves


def test_the_same_seed_gives_the_same_picture(stock: Stock) -> None:
    first, again = (composed(stock, SIZE, random.Random(3)) for _ in range(2))
    assert first.image.tobytes() == again.image.tobytes()
    assert first.caption == again.caption


def test_magenta_is_seen_where_a_drawing_is(stock: Stock) -> None:
    made = on_plain(stock, SIZE, random.Random(5))
    assert made is not None
    colors = {color for _, color in made.image.getcolors(1 << 16)}
    assert MAGENTA in colors or made.caption.split()[1] in COLORS
