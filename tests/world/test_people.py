"""People: who is drawn is said, and what newcomers type is near what captions say."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from tests.world.seeing import differs, pixels
from vqclip.world.captions.attributes import swapped
from vqclip.world.colors import COLORS
from vqclip.world.pen import Pen
from vqclip.world.people.bodies import draw_figure
from vqclip.world.people.busts import draw_bust
from vqclip.world.people.drawers import PEOPLE
from vqclip.world.people.lessons import LESSONS
from vqclip.world.people.person import CLOTHES, CUTS, EXPRESSIONS, Person, any_person, describe
from vqclip.world.people.poses import POSES
from vqclip.world.scenes import DRAWERS
from vqclip.world.stylized import without_colors

WOMAN = Person(True, "young", (250, 214, 186), "red", "long", "shirt", "blue")
CAPTIONS = [
    draw(4, random.Random(seed))[1]
    for draw, weight in PEOPLE.items()
    for seed in range(round(320 * weight))
]
NEWCOMERS = (
    "portrait of a woman",
    "an old man with a beard",
    "a young woman with red hair and glasses",
    "a teacher in front of a blackboard",
    "a young female teacher of mathematics in front of a blackboard",
    "a robot reading a book",
    "a knight with a sword",
    "a wizard with a blue hat",
    "a king with a golden crown",
    "a child flying a kite",
    "a girl with an umbrella in the rain",
    "an astronaut riding a horse",
)


def words(text: str) -> set[str]:
    return set(re.sub(r"\b(?:an?|the|of|with|in|and)\b", "", text).split())


@pytest.mark.parametrize("prompt", NEWCOMERS)
def test_what_newcomers_type_has_near_neighbors_among_captions(prompt: str) -> None:
    asked = words(prompt)
    near = {
        caption
        for caption in CAPTIONS
        if len(asked & words(caption)) >= 0.75 * len(asked) and len(words(caption) - asked) <= 5
    }
    assert len(near) >= 2
    assert asked <= set().union(*map(words, near))


def test_people_are_about_a_fifth_of_all_scenes() -> None:
    assert 0.14 < sum(PEOPLE.values()) / sum(DRAWERS.values()) < 0.26


def bust(person: Person):
    pen = Pen.blank(64, COLORS["green"])
    draw_bust(pen.at(0, -0.1, 0.45), person)
    return pen.finish()


@pytest.mark.parametrize(
    "change",
    [
        {"female": False},
        {"age": "old"},
        {"age": "child"},
        {"hair": "black"},
        {"glasses": True},
        {"hat": "hat"},
        {"skin": (98, 62, 44)},
        {"color": "red"},
        {"beard": "beard"},
        *({"cut": cut} for cut in CUTS if cut != "long"),
        *({"mood": mood} for mood in EXPRESSIONS),
        *({"clothes": clothes} for clothes in CLOTHES if clothes != "shirt"),
    ],
    ids=str,
)
def test_whatever_can_be_said_of_a_person_is_seen(change: dict[str, str]) -> None:
    assert differs(bust(WOMAN), bust(replace(WOMAN, **change))) > 0.15


def test_no_two_poses_and_no_two_lessons_look_alike() -> None:
    images = []
    for pose in POSES.values():
        pen = Pen.blank(48, COLORS["green"])
        draw_figure(pen.at(0, 0.9, 0.8), WOMAN, pose)
        images.append(pen.finish())
    for lesson in LESSONS.values():
        pen = Pen.blank(48, (36, 72, 58))
        lesson(pen.at(0, 0, 0.9))
        images.append(pen.finish())
    for index, first in enumerate(images):
        assert all(differs(first, second) > 1.5 for second in images[:index])


def test_a_mirrored_pen_draws_the_mirror_image() -> None:
    straight, mirrored = Pen.blank(48, COLORS["green"]), Pen.blank(48, COLORS["green"])
    draw_figure(straight.at(0, 0.9, 0.8), WOMAN, POSES["running"])
    draw_figure(mirrored.at(0, 0.9, 0.8).mirrored(), WOMAN, POSES["running"])
    flipped = pixels(straight.finish()).flip(1)
    # Edges are rounded to whole pixels of the larger drawing, in one direction.
    assert float((flipped - pixels(mirrored.finish())).abs().mean()) < 4


def test_a_description_says_what_is_true() -> None:
    for seed in range(300):
        person = any_person(random.Random(seed))
        text = describe(person, random.Random(seed), features=3)
        assert {person.noun, person.age} & set(text.split())
        assert (" hair" not in text) or f"{person.hair} hair" in text
        assert ("glasses" not in text) or person.glasses
        assert (" beard" not in text) or person.beard == "beard"
        assert ("old " not in text.replace("middle aged", "")) or person.age in ("old", text)


@pytest.mark.parametrize(
    ("caption", "kind", "first"),
    [
        ("a portrait of a young woman with red hair", "person",
         "a portrait of a young man with red hair"),
        ("an old man with a beard", "age", "a young man with a beard"),
        ("a young woman with long red hair", "hair", "a young woman with long black hair"),
        ("an old man with glasses", "wearing", "an old man with beard"),
        ("a teacher of music in front of a blackboard", "subject",
         "a teacher of mathematics in front of a blackboard"),
        ("a king with a golden crown", "role", "a teacher with a golden crown"),
        ("a girl flying a kite", "action", "a girl reading a kite"),
    ],
)  # fmt: skip
def test_words_about_people_are_swapped(caption: str, kind: str, first: str) -> None:
    assert first in swapped(caption, kind)


def test_hair_and_skin_of_unsaid_colors_are_left_out() -> None:
    assert without_colors("a woman with red hair and glasses") == "a woman with glasses"
    assert without_colors("a man with brown skin in a red coat") == "a man in a coat"
    assert without_colors("a man with curly red hair") == "a man with curly hair"
    assert without_colors("a man with a hat and blond hair") == "a man with a hat"
