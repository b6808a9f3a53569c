"""The loudness of the sounds that drive an animation, measured before anything is drawn."""

from __future__ import annotations

from dataclasses import replace

from vqclip.animation.script import Script
from vqclip.animation.tracks import Sound
from vqclip.errors import ConfigError, Mistakes, VqclipError
from vqclip.files.paths import user_path


def hear(script: Script) -> dict[str, list[float]]:
    """Return the loudness of every sound that drives a key, by the key: a number a frame in [0, 1].

    Raises:
        ConfigError: with every sound that cannot be heard.
    """
    mistakes = Mistakes()
    found: dict[str, list[float]] = {}
    heard: dict[Sound, list[float]] = {}
    for name, own in script.tracks().items():
        if own.sound is None:
            continue
        # The same sound is read once, whatever it is scaled by.
        key = replace(own.sound, scale=1.0, offset=0.0)
        try:
            if key not in heard:
                heard[key] = _loudness(key, script.fps)
            found[name] = heard[key]
        except VqclipError as error:
            mistakes.add(f"{name}: {error}")
    if script.sound is not None and not user_path(script.sound).is_file():
        mistakes.add(f"sound: the file {script.sound} does not exist")
    mistakes.check()
    return found


def _loudness(sound: Sound, fps: float) -> list[float]:
    from vqclip.film.waveform import loudness

    path = user_path(sound.path)
    if not path.is_file():
        raise ConfigError(f"the file {sound.path} does not exist")
    return loudness(path, fps, sound.band)
