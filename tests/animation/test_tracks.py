"""Numbers over the time of a film."""

from __future__ import annotations

import math

import pytest

from vqclip.animation.tracks import EASINGS, Track, eased, track
from vqclip.errors import ConfigError


def test_a_number_is_the_same_all_the_time() -> None:
    assert track("1.5", 0).values(3, 10) == [1.5, 1.5, 1.5]


def test_between_key_frames_the_value_is_eased_and_outside_it_is_constant() -> None:
    own = track({"1": 0, "3": 4, "5": [8, "cosine"], "6": ["0", "step"]}, 0)
    at = [own.at(seconds, 12) for seconds in (0, 1, 2, 3, 3.5, 4, 5.9, 6, 9)]
    quarter = 4 + 4 * (1 - math.cos(math.pi / 4)) / 2
    assert at == pytest.approx([0, 0, 2, 4, quarter, 6, 8, 0, 0])


@pytest.mark.parametrize("easing", EASINGS)
def test_easings_begin_at_0_and_do_not_turn_back(easing) -> None:
    shares = [eased(share / 10, easing) for share in range(10)]
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert max(shares) < 1


def test_frames_and_seconds_are_the_same_times() -> None:
    in_frames, in_seconds = track({"0": 0, "24f": 6}, 0), track({"0s": 0, "2": 6}, 0)
    assert in_frames.values(30, 12) == pytest.approx(in_seconds.values(30, 12))
    assert in_frames.values(30, 24) != pytest.approx(in_seconds.values(30, 24))


def test_a_sound_adds_its_loudness_to_the_value_in_silence() -> None:
    own = track({"audio": "song.wav", "band": "bass", "scale": "0.5"}, 1)
    assert own.values(4, 12, [0, 1, 0.5]) == [1, 1.5, 1.25, 1]
    moved = track({"audio": "song.wav", "scale": 2, "offset": -1}, 1)
    assert moved.values(2, 12, [0, 1]) == [-1, 1]


@pytest.mark.parametrize(
    "value",
    [
        3,
        {"0": 1, "1.5": [2, "cosine"]},
        {"0": 1, "7f": 2},
        {"audio": "a.wav", "band": "mid", "scale": 2.0, "offset": 0.5},
        {"audio": "a.wav", "band": [60.0, 90.0], "scale": 1.0, "offset": 0.0},
    ],
)
def test_what_is_written_reads_back(value) -> None:
    own = track(value, 0)
    assert track(own.to_plain(), 0) == own


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"3": 0, "0": 1}, "0 comes after 3"),
        ({"1": 0, "1s": 1}, "in order of time"),
        ({"1": 0, "9f": 1}, "all in seconds, as 2, or all in frames"),
        ({"-1": 0}, "at 0 or later"),
        ({"soon": 0}, "the time of a key frame"),
        ({"0": [1, "cosin"]}, "did you mean 'cosine'"),
        ({"0": [1, 2, 3]}, "a number, or [number, easing]"),
        ({}, "at least one"),
        ({"audio": "a.wav", "band": "base"}, "did you mean 'bass'"),
        ({"audio": "a.wav", "skale": 2}, "did you mean 'scale'"),
        ("fast", "'fast' is not a number"),
        ("nan", "out of range"),
        ("1e9", "out of range"),
    ],
)
def test_bad_values_are_refused_in_a_sentence(value, words) -> None:
    with pytest.raises(ConfigError, match=r"\w") as caught:
        track(value, 0)
    assert words in str(caught.value)


def test_a_track_of_one_value_is_constant() -> None:
    assert Track.constant(2).to_plain() == 2
