"""The keys of an animation: every one with its default, meaning and range, written once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from vqclip.animation.tracks import Track, track
from vqclip.config.option import entries as list_of
from vqclip.config.option import option, section
from vqclip.config.parsing import Conflict
from vqclip.config.prompt import Prompt
from vqclip.config.prompttable import read_prompts
from vqclip.config.scalars import number
from vqclip.errors import ConfigError, did_you_mean, shown

WARPS = ("image", "latent")
EDGES = ("reflect", "draw")
SCENE_KEYS = ("seconds", "prompt", "prompts", "fade")
LONGEST = 3600.0
"""Seconds of a scene."""
MOST_FRAMES = 100_000
USUAL_SECONDS = 5.0
USUAL_FADE = 1.0


def _read(rest: float) -> Callable[[object], Track]:
    return partial(track, rest=rest)


@dataclass(frozen=True)
class Scene:
    """A part of a film with prompts of its own.

    Attributes:
        prompts: what it shows, before templates and styles.
        seconds: how long it is; None: an equal part of what the others leave of the film.
        fade: seconds at its beginning in which it emerges from the scene before; None: as usual.
    """

    prompts: tuple[Prompt, ...]
    seconds: float | None = None
    fade: float | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return the table of YAML files and recipes."""
        table: dict[str, Any] = {"prompts": [prompt.to_plain() for prompt in self.prompts]}
        numbers = {"seconds": self.seconds, "fade": self.fade}
        return table | {key: value for key, value in numbers.items() if value is not None}


def read_scene(value: object) -> tuple[Scene, ...]:
    """Read a table such as `{seconds: 3, prompt: a forest at night, fade: 1}`, or a prompt.

    Raises:
        ConfigError: with every mistake in it.
    """
    table = value if isinstance(value, Mapping) else {"prompt": value}
    for key in table:
        if key not in SCENE_KEYS:
            raise ConfigError(
                f"unknown key {shown(key)} of a scene: allowed are {', '.join(SCENE_KEYS)}"
                f"{did_you_mean(str(key), SCENE_KEYS)}"
            )
    written = [table[key] for key in ("prompt", "prompts") if key in table]
    if len(written) != 1:
        raise ConfigError("a scene has either a prompt or prompts")
    prompts = written[0] if isinstance(written[0], (list, tuple)) else [written[0]]
    read = tuple(prompt for own in prompts for prompt in read_prompts(own))
    if not any(prompt.weight > 0 for prompt in read):
        raise ConfigError("a scene has no prompt of positive weight: say what it shows")
    return (Scene(read, _seconds(table, "seconds", 0.01), _seconds(table, "fade", 0.0)),)


def _seconds(table: Mapping[object, object], key: str, low: float) -> float | None:
    if key not in table:
        return None
    seconds = number(table[key])
    if not low <= seconds <= LONGEST:
        raise ConfigError(
            f"{key}: {shown(table[key])} is out of range: allowed is from {low:g} to {LONGEST:g}"
        )
    return seconds


@dataclass(frozen=True)
class MotionConfig:
    """How what is seen moves from each frame to the next; every key may change over time."""

    zoom: Track = option(Track.constant(1), "factor by which it grows", read=_read(1))
    x: Track = option(
        Track.constant(0), "percent of the width by which it moves to the right", read=_read(0)
    )
    y: Track = option(
        Track.constant(0), "percent of the height by which it moves down", read=_read(0)
    )
    rotate: Track = option(Track.constant(0), "degrees by which it turns clockwise", read=_read(0))
    tilt: Track = option(
        Track.constant(0), "degrees by which its top tips away, in perspective", read=_read(0)
    )
    turn: Track = option(
        Track.constant(0), "degrees by which its right side turns away", read=_read(0)
    )
    parallax: Track = option(
        Track.constant(0),
        "percent of the width by which the foreground at the bottom moves to the right; the top "
        "stays",
        read=_read(0),
    )

    def tracks(self) -> dict[str, Track]:
        """Return every key with its track."""
        return {own.name: getattr(self, own.name) for own in fields(self)}


MOTION_LIMITS = {"zoom": (0.2, 5.0), "tilt": (-45.0, 45.0), "turn": (-45.0, 45.0)}
"""What a frame may do at most; other keys are not limited."""


@dataclass(frozen=True)
class Script:
    """What a film shows and how it moves; what its pictures are made with is in `defaults`."""

    fps: float = option(12.0, "frames a second", low=0.5, high=120)
    seconds: float | None = option(
        None, f"length of the film; none: that of its scenes, or {USUAL_SECONDS:g}", low=0.01
    )
    scenes: tuple[Scene, ...] = list_of(
        (),
        "one after the other: {seconds: 3, prompt: a forest, fade: 1}; none: the prompts of "
        "defaults all the time",
        read=read_scene,
    )
    steps: int = option(4, "optimisation steps of every frame but the first", low=1, high=10_000)
    first_steps: int | None = option(
        None, "steps of the first frame; none: as a picture of these settings has", low=1
    )
    loop: bool = option(False, "the end of the film leads to its beginning")
    overlap: float = option(
        1.0, "seconds in which the end of a loop fades into its beginning", low=0.01, high=60
    )
    warp: str = option("image", "what is moved: the image, or the latent", choices=WARPS)
    edges: str = option(
        "reflect", "what comes into view: a reflection, or drawn from noise", choices=EDGES
    )
    rate: Track = option(
        Track.constant(0.3),
        "learning rate of the later frames / peak learning rate",
        read=_read(0),
    )
    smooth: Track = option(
        Track.constant(0.7),
        "share of the moved last frame in every frame; 0: none, and more flicker",
        read=_read(0),
    )
    carry: bool = option(
        True,
        "whether moments and averages of the optimiser go from frame to frame; false: every frame "
        "begins anew, as with the tools of 2021",
    )
    sound: str | None = option(None, "audio file that is heard with the film")
    motion: MotionConfig = section(MotionConfig)

    @property
    def length(self) -> float:
        """The seconds of the film."""
        if self.seconds is not None:
            return self.seconds
        if not self.scenes:
            return USUAL_SECONDS
        known = [scene.seconds for scene in self.scenes if scene.seconds is not None]
        return sum(known) + USUAL_SECONDS * (len(self.scenes) - len(known))

    @property
    def frames(self) -> int:
        """The number of frames of the film."""
        return max(1, round(self.length * self.fps))

    @property
    def tail(self) -> int:
        """The number of frames that are drawn beyond the end of a loop, to fade into its start."""
        return min(round(self.overlap * self.fps), self.frames - 1) if self.loop else 0

    def durations(self) -> list[float]:
        """Return the seconds of every scene."""
        known = sum(scene.seconds or 0.0 for scene in self.scenes)
        free = [scene for scene in self.scenes if scene.seconds is None]
        part = (self.length - known) / max(1, len(free))
        return [part if scene.seconds is None else scene.seconds for scene in self.scenes]

    def fade(self, index: int) -> float:
        """Return the seconds in which a scene emerges from the one before."""
        scene = self.scenes[index]
        return min(USUAL_FADE, self.durations()[index]) if scene.fade is None else scene.fade

    def tracks(self) -> dict[str, Track]:
        """Return every key that may change over time, with its track."""
        motion = {f"motion.{name}": own for name, own in self.motion.tracks().items()}
        return {"rate": self.rate, "smooth": self.smooth, **motion}

    def conflicts(self) -> Iterator[Conflict]:
        """Yield what does not go together."""
        yield from self._conflicts_of_time()
        if self.length * self.fps > MOST_FRAMES:
            yield (
                ["seconds", "fps"],
                f"the film has {round(self.length * self.fps):,} frames, and at most "
                f"{MOST_FRAMES:,} are drawn",
            )
        for name, own in self.tracks().items():
            for key in own.keys:
                if key.at.seconds(self.fps) > self.length + 1e-9:
                    yield (
                        [name, "seconds", "fps", "scenes"],
                        f"{name}: the key frame at {key.at} is beyond the end of the film, which "
                        f"has {self.length:g} seconds and {self.frames} frames",
                    )
                low, high = limits(name)
                if not low <= key.value <= high:
                    yield (
                        [name],
                        f"{name}: {key.value:g} is out of range: allowed is from {low:g} to "
                        f"{high:g}",
                    )

    def _conflicts_of_time(self) -> Iterator[Conflict]:
        known = sum(scene.seconds or 0.0 for scene in self.scenes)
        whole = all(scene.seconds is not None for scene in self.scenes)
        if self.seconds is not None and self.scenes:
            if whole and abs(known - self.seconds) > 1e-6:
                yield (
                    ["seconds", "scenes"],
                    f"seconds: is {self.seconds:g}, and the scenes have {known:g} together: leave "
                    "one of them out",
                )
            elif not whole and known >= self.seconds:
                yield (
                    ["seconds", "scenes"],
                    f"seconds: is {self.seconds:g}, and the scenes that say how long they are "
                    f"leave nothing of it: they have {known:g} seconds",
                )
        for index, seconds in enumerate(self.durations()):
            fade = self.scenes[index].fade
            if fade is not None and 0 < seconds < fade:
                yield (
                    ["scenes"],
                    f"scenes[{index}]: fade: is {fade:g} seconds, and the scene has {seconds:g}",
                )


def limits(name: str) -> tuple[float, float]:
    """Return the smallest and largest value of a key that may change over time."""
    if name == "rate":
        return 0.0, 10.0
    if name == "smooth":
        return 0.0, 0.98
    return MOTION_LIMITS.get(name.removeprefix("motion."), (-1000.0, 1000.0))
