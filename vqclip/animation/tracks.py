"""Numbers that change over a film: constants, key frames with easing, and the loudness of sound."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vqclip.config.scalars import number, recorded_path
from vqclip.errors import ConfigError, did_you_mean, shown
from vqclip.film.bands import band_edges

EASINGS = ("linear", "cosine", "step")
SOUND_KEYS = ("audio", "band", "scale", "offset")
MOMENT = re.compile(r"\s*(?P<number>[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)\s*(?P<unit>s|f)?\s*")
"""When a key frame is: 2 and 2s are seconds, 24f is the frame of that number, from 0."""
LARGEST = 1e6


@dataclass(frozen=True)
class Moment:
    """A time of a film.

    Attributes:
        number: from the start.
        unit: `s` for seconds, `f` for frames.
    """

    number: float
    unit: str = "s"

    def seconds(self, fps: float) -> float:
        """Return the seconds from the start."""
        return self.number / fps if self.unit == "f" else self.number

    def __str__(self) -> str:
        return f"{self.number!r}".removesuffix(".0") + ("f" if self.unit == "f" else "")


@dataclass(frozen=True)
class KeyFrame:
    """A value at a time.

    Attributes:
        at: the time.
        value: the value.
        easing: how the value is reached from the key frame before: one of `EASINGS`.
    """

    at: Moment
    value: float
    easing: str = "linear"


@dataclass(frozen=True)
class Sound:
    """A sound that drives a number: offset + scale · loudness, which is from 0 to 1.

    Attributes:
        path: of the audio file, or of a film with sound.
        band: a name of `vqclip.film.bands`, or its lowest and highest frequency in Hz.
        scale: what full loudness adds.
        offset: the value in silence.
    """

    path: str
    band: str | tuple[float, float]
    scale: float
    offset: float


@dataclass(frozen=True)
class Track:
    """A number over the time of a film: key frames, or a sound.

    Attributes:
        keys: one or more, by rising time; the value is constant before the first and after the
            last. Empty where a sound drives the number.
        sound: what drives it, or None.
    """

    keys: tuple[KeyFrame, ...] = ()
    sound: Sound | None = None

    @classmethod
    def constant(cls, value: float) -> Track:
        """Make the track that has one value all the time."""
        return cls((KeyFrame(Moment(0.0), float(value)),))

    def at(self, seconds: float, fps: float) -> float:
        """Return the value at a time, of a track of key frames."""
        before = [key for key in self.keys if key.at.seconds(fps) <= seconds + 1e-9]
        after = [key for key in self.keys if key.at.seconds(fps) > seconds + 1e-9]
        if not before or not after:
            return before[-1].value if before else after[0].value
        left, right = before[-1], after[0]
        begin, end = left.at.seconds(fps), right.at.seconds(fps)
        share = eased((seconds - begin) / (end - begin), right.easing)
        return left.value + (right.value - left.value) * share

    def values(self, frames: int, fps: float, loudness: Sequence[float] = ()) -> list[float]:
        """Return the value at every frame.

        Args:
            frames: of the film.
            fps: frames a second.
            loudness: of the sound that drives it, in [0, 1], a number a frame; silence after it.
        """
        if self.sound is None:
            return [self.at(frame / fps, fps) for frame in range(frames)]
        heard = [*map(float, loudness[:frames]), *[0.0] * (frames - len(loudness))]
        return [self.sound.offset + self.sound.scale * level for level in heard]

    def to_plain(self) -> object:
        """Return a number, a table from times to values, or the table of a sound."""
        if self.sound is not None:
            own = self.sound
            return {
                "audio": own.path,
                "band": own.band if isinstance(own.band, str) else list(own.band),
                "scale": own.scale,
                "offset": own.offset,
            }
        if len(self.keys) == 1:
            return self.keys[0].value
        return {
            str(key.at): key.value if key.easing == "linear" else [key.value, key.easing]
            for key in self.keys
        }


def eased(share: float, easing: str) -> float:
    """Return how much of the way to the next key frame is done after a share of the time."""
    if easing == "cosine":
        return (1 - math.cos(math.pi * share)) / 2
    return 0.0 if easing == "step" else share


def track(value: object, rest: float) -> Track:
    """Read a number, key frames `{0: 0, 3: [5, cosine]}`, or a sound `{audio: song.wav, ...}`.

    Args:
        value: of YAML or JSON.
        rest: the value in silence of a sound that names no offset.

    Raises:
        ConfigError: it is something else, or key frames are out of order.
    """
    if not isinstance(value, Mapping):
        return Track.constant(_finite(value))
    if "audio" in value:
        return Track(sound=_sound(value, rest))
    if not value:
        raise ConfigError("a table of key frames has at least one, as in {0: 1}")
    keys = tuple(_key_frame(at, own) for at, own in value.items())
    units = {key.at.unit for key in keys if key.at.number != 0}
    if len(units) > 1:
        raise ConfigError("key frames are all in seconds, as 2, or all in frames, as 24f")
    for before, after in zip(keys, keys[1:], strict=False):
        if after.at.number <= before.at.number:
            raise ConfigError(
                f"key frames are in order of time, and {after.at} comes after {before.at}"
            )
    return Track(keys)


def _key_frame(at: object, value: object) -> KeyFrame:
    match = MOMENT.fullmatch(str(at))
    if match is None:
        raise ConfigError(
            f"the time of a key frame is in seconds, as 2.5, or in frames, as 30f, not {shown(at)}"
        )
    moment = Moment(float(match["number"]), match["unit"] or "s")
    if moment.number < 0:
        raise ConfigError(f"a key frame is at 0 or later, not at {moment}")
    if not isinstance(value, (list, tuple)):
        return KeyFrame(moment, _finite(value))
    if len(value) != 2:
        raise ConfigError(f"a key frame is a number, or [number, easing], not {shown(value)}")
    return KeyFrame(moment, _finite(value[0]), _choice(value[1], EASINGS, "easing"))


def _sound(table: Mapping[object, object], rest: float) -> Sound:
    for key in table:
        if key not in SOUND_KEYS:
            raise ConfigError(
                f"unknown key {shown(key)} of a sound: allowed are {', '.join(SOUND_KEYS)}"
                f"{did_you_mean(str(key), SOUND_KEYS)}"
            )
    band = table.get("band", "all")
    edges = band_edges(band)
    return Sound(
        recorded_path(table["audio"]),
        band if isinstance(band, str) else edges,
        _finite(table.get("scale", 1.0)),
        _finite(table.get("offset", rest)),
    )


def _choice(value: object, allowed: Sequence[str], noun: str) -> str:
    if value not in allowed:
        raise ConfigError(
            f"unknown {noun} {shown(value)}: allowed are {', '.join(allowed)}"
            f"{did_you_mean(str(value), allowed)}"
        )
    return str(value)


def _finite(value: object) -> float:
    found = number(value)
    if not abs(found) <= LARGEST:
        raise ConfigError(f"{shown(value)} is out of range: allowed is up to {LARGEST:g}")
    return found
