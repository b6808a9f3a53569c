"""Faces: moods that differ, and captions that say mood and color."""

from __future__ import annotations

import random
from itertools import combinations

from tests.world.seeing import differs, like
from vqclip.world.colors import COLORS
from vqclip.world.faces import MOODS, draw_face, single_face
from vqclip.world.pen import Pen


def test_no_two_moods_look_alike() -> None:
    faces = []
    for mood in MOODS:
        pen = Pen.blank(32, COLORS["black"])
        draw_face(pen, mood, COLORS["yellow"])
        faces.append(pen.finish())
    for first, second in combinations(faces, 2):
        assert differs(first, second) > 3


def test_a_face_has_the_colors_of_its_caption() -> None:
    for seed in range(12):
        image, caption = single_face(64, random.Random(seed))
        _, mood, color, noun, *_, ground, _ = caption.split()
        assert mood in MOODS
        assert noun == "face"
        assert like(image, color).float().mean() > 0.12, caption
        assert like(image, ground)[0].all(), caption
