"""Regions: names, rectangles and masks, as they are written and read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqclip.config.prompt import Prompt, parse_prompt, parse_prompts
from vqclip.config.region import SIDES, Region, read_region
from vqclip.errors import ConfigError

sides = st.lists(st.floats(0, 100).map(lambda x: round(x, 3)), min_size=2, max_size=2, unique=True)


@st.composite
def regions(draw: st.DrawFn) -> Region:
    (left, right), (top, bottom) = sorted(draw(sides)), sorted(draw(sides))
    rectangle = read_region([left, top, right, bottom]).area
    area = draw(st.sampled_from([*SIDES, rectangle, "masks/sky.png", "a b.JPG"]))
    return Region(area, draw(st.booleans()), draw(st.floats(0, 50).map(lambda x: round(x, 3))))


@given(regions())
def test_a_region_reads_back_as_it_was_written(region) -> None:
    assert read_region(region.to_plain()) == region
    assert parse_prompt(f"a fox@{region}:0.5") == Prompt("a fox", weight=0.5, region=region)


def test_every_way_to_write_a_region() -> None:
    assert read_region("left").box == (0, 0, 50, 100)
    assert read_region([10, "20%", 30, 40.5]).box == (10, 20, 30, 40.5)
    assert read_region("not sky.png ~8%") == Region("sky.png", inverted=True, feather=8)
    assert read_region({"area": "top", "feather": "12%"}) == Region("top", feather=12)
    assert read_region("sky.png").mask == "sky.png"
    assert read_region("left").mask is None


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("lefft", "did you mean 'left'"),
        ("sky.txt", "no region"),
        ([0, 0, 120, 50], "from 0 to 100"),
        ([50, 0, 50, 100], "rising"),
        ([1, 2, 3], "no region"),
        ({"area": "left", "feather": 80}, "from 0 to 50"),
        ({"area": "left", "fether": 8}, "did you mean 'feather'"),
        ({"feather": 8}, "has an area"),
        (7, "no region"),
    ],
)
def test_what_is_no_region_is_refused(value, part) -> None:
    with pytest.raises(ConfigError, match=part):
        read_region(value)


@pytest.mark.parametrize(
    "text",
    [
        "mail me@example.com",
        "by @fox",
        "fox@",
        "@left",
        "me@home:0.5",
        "a@b.c",
        "x@2x",
        "a @ lefty",
    ],
)
def test_addresses_and_handles_stay_text(text) -> None:
    assert parse_prompt(text).region is None


def test_regions_of_several_prompts_with_weights() -> None:
    house, tree = parse_prompts("a red house@left | a tree @ right :0.5:-1")
    assert house == Prompt("a red house", region=Region("left"))
    assert tree == Prompt("a tree", weight=0.5, stop=-1, region=Region("right"))


def test_a_picture_may_have_a_region_and_an_at_in_its_name() -> None:
    assert parse_prompt("photo@2x.png", kind="image").region is None
    assert parse_prompt("photo@2x.png@left:0.3", kind="image") == Prompt(
        "photo@2x.png", "image", 0.3, region=Region("left")
    )
