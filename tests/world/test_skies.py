"""Skies: light by the hour, and weather behind and in front of the ground."""

from __future__ import annotations

import random

import pytest

from tests.world.seeing import components, differs, like, pixels
from vqclip.world.patterns import RAINBOW
from vqclip.world.pen import Pen
from vqclip.world.scenery.skies import HOURS, SKIES, WEATHERS, above, cloud, falling, heavens, sky

SIZE = 96


def test_night_is_dark_and_a_storm_darkens_the_day() -> None:
    lightness = {
        name: pixels(sky(48, hour, random.Random(0))).mean() for name, hour in HOURS.items()
    }
    assert min(lightness, key=lambda name: lightness[name]) == "night"
    storm = sky(48, HOURS["day"], random.Random(0), dark=True)
    assert pixels(storm).mean() == pytest.approx(0.55 * float(lightness["day"]), rel=0.02)


def test_a_sunset_is_red_at_the_horizon() -> None:
    top, bottom = pixels(sky(48, HOURS["sunset"], random.Random(0)))[[0, -1], 0]
    assert bottom[0] > bottom[2] + 50
    assert top[2] > top[0]


def test_only_what_is_drawn_is_named() -> None:
    for seed in range(20):
        pen = Pen(sky(SIZE, HOURS["day"], random.Random(seed)))
        before = pen.image.copy()
        names = heavens(pen, "day", 0.2, random.Random(seed))
        assert set(names) <= {"the sun", "clouds"}
        assert (differs(before, pen.image) > 0) == bool(names)
        assert not (pixels(before) != pixels(pen.image))[SIZE * 3 // 4 :].any()
    assert "stars" in heavens(pen, "night", 0.2, random.Random(0))


def test_a_rainbow_has_its_colors_from_the_outside_in() -> None:
    pen = Pen.blank(96, (0, 0, 0))
    above(pen, "a rainbow", 0.6, random.Random(0))
    image = pen.finish()
    tops = [int(like(image, color).any(dim=1).nonzero().min()) for color in RAINBOW]
    assert tops == sorted(set(tops))


@pytest.mark.parametrize("weather", WEATHERS)
def test_a_weather_is_either_behind_or_in_front(weather: str) -> None:
    changed = []
    for draw in (above, falling):
        pen = Pen(sky(SIZE, HOURS["clouded"], random.Random(0)))
        before = pen.image.copy()
        draw(pen, weather, 0.2, random.Random(1))
        changed.append(differs(before, pen.image) > 0.3)
    assert changed.count(True) == 1, changed


def test_fog_hides_what_is_far_and_less_of_what_is_near() -> None:
    pen = Pen.blank(32, (0, 0, 0))
    falling(pen, "fog", 0.0, random.Random(0))
    column = pixels(pen.finish())[:, 0, 0]
    assert column[16] > column[31] + 50


def test_a_cloud_is_one_piece_within_its_frame() -> None:
    pen = Pen.blank(64, (0, 0, 0))
    cloud(pen.at(0, 0, 0.5), (255, 255, 255))
    drawn = pixels(pen.finish()).mean(dim=-1) > 127
    assert components(drawn) == 1
    assert not drawn[:, :8].any()


def test_weathers_go_with_known_hours() -> None:
    assert set(SKIES) < set(WEATHERS)
    assert {hour for hours in SKIES.values() for hour in hours} <= set(HOURS)
