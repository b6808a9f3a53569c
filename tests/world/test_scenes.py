"""Whole pictures: counts, places, patterns, landscapes, and what their captions say."""

from __future__ import annotations

import random
import re

import pytest
import torch
from PIL import Image
from torch import Tensor

from vqclip.world.captions.synonyms import other_words
from vqclip.world.colors import COLORS
from vqclip.world.faces import single_face
from vqclip.world.groups import PLACES, RELATIONS, counted, every_group, placed, related
from vqclip.world.patterns import PATTERNS, pattern
from vqclip.world.pen import Pen
from vqclip.world.scenery.depths import space, underwater
from vqclip.world.scenery.grounds import BACKS, GROUNDS, backdrop, ground
from vqclip.world.scenery.landscapes import landscape
from vqclip.world.scenery.skies import HOURS, WEATHERS, above, falling, sky
from vqclip.world.scenes import DRAWERS, scene, single_shape, single_thing, without_colors
from vqclip.world.shapes import SHAPES
from vqclip.world.things.inventory import THINGS
from vqclip.world.words import NUMBERS, article, plural, with_articles

EVERY = [*DRAWERS, scene]
SIZE = 64


def pixels(image: Image.Image) -> Tensor:
    return torch.tensor(list(image.tobytes())).view(image.height, image.width, 3).float()


def like(image: Image.Image, color: str) -> Tensor:
    """Where a picture has a color, but for the freedom that `vary` takes."""
    return (pixels(image) - torch.tensor(COLORS[color])).abs().amax(dim=-1) < 16


def middle(mask: Tensor) -> Tensor:
    """Mean (x, y) of a mask, -1 to 1 in the picture."""
    return mask.nonzero().float().mean(dim=0).flip(0) / (SIZE / 2) - 1


def components(mask: Tensor) -> int:
    """Count what hangs together, but for specks at smoothed edges."""
    left = {(int(y), int(x)) for y, x in mask.nonzero()}
    count = 0
    while left:
        edge, size = [left.pop()], 0
        while edge:
            y, x = edge.pop()
            size += 1
            near = {(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)} & left
            left -= near
            edge += near
        count += size > 5
    return count


def shapes_only(draw, count: int, *rest: str):
    """Pictures of a drawer in which there are nothing but shapes, with the words of captions."""
    names = "|".join([*SHAPES, *map(plural, SHAPES)])
    found = 0
    for seed in range(1000):
        image, caption = draw(SIZE, random.Random(seed), *rest)
        if len(re.findall(rf"\b(?:{names})\b", caption)) == (2 if draw is related else 1):
            yield image, caption
            found += 1
            if found == count:
                return
    pytest.fail("too few shapes")


@pytest.mark.parametrize("draw", EVERY, ids=lambda draw: draw.__name__)
def test_a_seed_gives_one_picture_and_its_caption(draw) -> None:
    first, caption = draw(48, random.Random(3))
    again, same = draw(48, random.Random(3))
    other, _ = draw(48, random.Random(5))
    assert first.size == (48, 48)
    assert first.mode == "RGB"
    assert caption == same == with_articles(caption)
    assert first.tobytes() == again.tobytes() != other.tobytes()


@pytest.mark.parametrize("draw", EVERY, ids=lambda draw: draw.__name__)
def test_captions_are_plain_and_short(draw) -> None:
    for seed in range(60):
        _, caption = draw(8, random.Random(seed))
        assert re.fullmatch(r"[a-z]+( [a-z]+)*", caption), caption
        assert len(caption.split()) < 27, caption


def test_named_shapes_and_things_are_drawn() -> None:
    image, caption = single_shape(SIZE, random.Random(0), ("red", "arrow", "blue"))
    assert caption == "a blue arrow on a red background"
    assert like(image, "blue").float().mean() > 0.05
    image, caption = single_thing(SIZE, random.Random(0), ("white", "elephant", "orange"))
    assert caption == "an orange elephant on a white background"
    assert like(image, "orange").float().mean() > 0.05


def test_counts_draw_that_many() -> None:
    seen = set()
    for image, caption in shapes_only(counted, 40):
        word, *_, ground_color, _ = caption.split()
        figures = ~like(image, ground_color)
        assert components(figures) == NUMBERS[word], caption
        seen.add(word)
    assert seen == set(NUMBERS)


def test_every_kind_is_at_every_place_and_in_every_number_once() -> None:
    captions = [without_colors(caption) for _, caption in every_group(8, random.Random(0))]
    assert (
        len(set(captions))
        == len(captions)
        == len((*SHAPES, *THINGS)) * (len(PLACES) + len(NUMBERS))
    )
    assert {"a star at the top", "five houses"} <= set(captions)


@pytest.mark.parametrize("place", PLACES)
def test_a_place_has_the_mass(place: str) -> None:
    for image, caption in shapes_only(placed, 6, place):
        assert f" {place} on " in caption
        x, y = middle(~like(image, caption.split()[-2]))
        assert (x - PLACES[place][0]).abs() < 0.2, caption
        assert (y - PLACES[place][1]).abs() < 0.2, caption


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_relation_holds(relation: str) -> None:
    for image, caption in shapes_only(related, 8, relation):
        head, tail = caption.split(f" {relation} ")
        first, second = (like(image, words.split()[1]) for words in (head, tail))
        (x, y), (other_x, other_y) = middle(first), middle(second)
        if relation == "inside":
            for axis in (0, 1):
                inner, outer = (mask.any(dim=axis).nonzero() for mask in (first, second))
                assert outer.min() < inner.min() <= inner.max() < outer.max(), caption
            continue
        holds = {
            "above": y < other_y - 0.5,
            "below": y > other_y + 0.5,
            "left of": x < other_x - 0.5,
            "right of": x > other_x + 0.5,
            "next to": (x - other_x).abs() > 0.5 and (y - other_y).abs() < 0.3,
        }
        assert holds[relation], caption


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_is_as_its_caption_says(name: str) -> None:
    for seed in range(6):
        image, caption = pattern(SIZE, random.Random(seed), name)
        said = [word for word in caption.split() if word in COLORS]
        if "gradient" in caption:
            whole = pixels(image)
            start, stop = whole[2, 2], whole[-3, -3]
            for found, color in ((start, said[0]), (stop, said[1])):
                assert (found - torch.tensor(COLORS[color])).abs().max() < 32, caption
        elif name == "rainbow":
            shares = [like(image, color).float().mean() for color in ("red", "yellow", "purple")]
            assert min(shares) > 0.05
        else:
            shares = [like(image, color).float().mean() for color in said]
            assert min(shares) > 0.1, caption
        down, across = (pixels(image).std(dim=axis).max() for axis in (0, 1))
        assert (across == 0) == (
            caption.startswith("horizontal") or "rainbow" in caption or "top to bottom" in caption
        ), caption
        assert (down == 0) == (caption.startswith("vertical") or "left to right" in caption)


def test_faces_space_and_water_have_what_they_say() -> None:
    for seed in range(10):
        image, caption = single_face(SIZE, random.Random(seed))
        color = caption.split()[2]
        assert like(image, color).float().mean() > 0.12, caption
        image, caption = space(SIZE, random.Random(seed))
        assert "in space" in caption
        assert pixels(image).mean() < 110
        image, caption = underwater(SIZE, random.Random(seed))
        assert "under water" in caption
        mean = pixels(image).mean(dim=(0, 1))
        assert mean[2] > mean[0], caption


@pytest.mark.parametrize("name", [*GROUNDS, *BACKS, *WEATHERS])
def test_a_ground_a_backdrop_and_a_weather_change_the_picture(name: str) -> None:
    pen = Pen(sky(SIZE, HOURS["day"], random.Random(0)))
    before, rng = pen.image.tobytes(), random.Random(1)
    if name in GROUNDS:
        ground(pen, name, 0.2, rng)
    elif name in BACKS:
        backdrop(pen, name, 0.2, rng)
    else:
        above(pen, name, 0.2, rng)
        falling(pen, name, 0.2, rng)
    assert sum(a != b for a, b in zip(before, pen.image.tobytes(), strict=True)) > 300


def test_a_landscape_may_be_empty_and_says_what_is_in_it() -> None:
    for seed in range(30):
        _, caption = landscape(16, random.Random(seed), empty=True)
        assert re.match(rf"(?:the|an?) (?:{'|'.join(GROUNDS)})\b", caption), caption
    captions = [landscape(8, random.Random(seed))[1] for seed in range(400)]
    for word in (*GROUNDS, *BACKS, *WEATHERS, *(hour.names[0] for hour in HOURS.values())):
        assert any(word in caption for caption in captions), word


def test_a_caption_is_found_by_its_other_words() -> None:
    assert other_words("a red cat by a lake at sunset") == [
        "kitten",
        "kitty",
        "pond",
        "at dusk",
        "in the evening",
    ]
    assert other_words("a gray star below a pink spiral") == []


def test_articles_and_plurals() -> None:
    assert article("orange cat") == "an orange cat"
    assert article("red cat") == "a red cat"
    assert with_articles("a orange cat and an red owl") == "an orange cat and a red owl"
    words = ("cherry", "church", "cross", "fish", "cactus", "key", "bus")
    plurals = ["cherries", "churches", "crosses", "fish", "cacti", "keys", "buses"]
    assert [plural(word) for word in words] == plurals
