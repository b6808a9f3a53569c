"""The loudness of a sound over time, as numbers from 0 to 1, one for each frame of a film."""

from __future__ import annotations

import math
from itertools import chain
from pathlib import Path

import torch
from torch import Tensor

from vqclip.errors import FilmError
from vqclip.film.bands import HIGHEST, band_edges
from vqclip.film.formats import check_pyav
from vqclip.film.soundtrack import open_sound

RATE = int(2 * HIGHEST)
"""Samples per second that are analysed."""
WINDOW = 4096
"""Samples that a level is measured on: 128 ms, which tells frequencies 8 Hz apart."""
AT_ONCE = 256
"""Windows that are transformed at once."""
SILENCE = 1e-3
"""Amplitude below which there is nothing to hear: -60 dB of the loudest that a file can hold."""
LOUD = 0.95
"""Quantile of the levels above silence that counts as full loudness: single peaks do not."""
RELEASE = 0.15
"""Seconds in which a level that is over falls to 1/e; it rises at once, so that beats are met."""


def loudness(
    path: Path, fps: float, band: object = "all", *, release: float = RELEASE
) -> list[float]:
    """Return the loudness of a band of a sound, in [0, 1], at every frame of a film.

    Args:
        path: a sound file, or a film with sound.
        fps: frames per second.
        band: a name of `BANDS`, or [lowest, highest] in Hz.
        release: seconds in which a level that is over falls to 1/e; 0: at once.

    Raises:
        ConfigError: the band does not exist, or PyAV is missing.
        FilmError: the file is missing, has no sound, or is damaged.
    """
    check_pyav("sounds")
    edges = band_edges(band)
    return followed(normalized(levels(waveform(path), fps, edges)), fps, release).tolist()


def waveform(path: Path) -> Tensor:
    """Return a sound as samples (n,) in [-1, 1], its channels averaged, `RATE` a second.

    Raises:
        FilmError: the file is missing, has no sound, or is damaged.
    """
    import av

    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    parts = [torch.zeros(0)]
    with open_sound(path) as container:
        try:
            for frame in chain(container.decode(container.streams.audio[0]), [None]):
                for part in resampler.resample(frame):
                    samples = torch.frombuffer(bytearray(part.planes[0]), dtype=torch.float32)
                    parts.append(samples[: part.samples])
        except av.FFmpegError as error:
            raise FilmError(f"the sound of {path} is damaged") from error
    return torch.cat(parts)


def levels(samples: Tensor, fps: float, edges: tuple[float, float]) -> Tensor:
    """Return the amplitude of a band around every frame.

    Args:
        samples: (n,), `RATE` a second.
        fps: frames per second.
        edges: lowest and highest frequency in Hz.

    Returns:
        (frames,): root mean square, times the square root of 2: of a sine, its amplitude.
    """
    count = math.ceil(len(samples) / RATE * fps)
    padded = torch.nn.functional.pad(samples, (WINDOW // 2, WINDOW))
    window = torch.hann_window(WINDOW)
    frequencies = torch.fft.rfftfreq(WINDOW, 1 / RATE)  # (WINDOW / 2 + 1,)
    inside = (frequencies >= edges[0]) & (frequencies <= edges[1])
    found = [torch.zeros(0)]
    for first in range(0, count, AT_ONCE):
        starts = [round(k * RATE / fps) for k in range(first, min(count, first + AT_ONCE))]
        windows = torch.stack([padded[start : start + WINDOW] for start in starts])
        power = torch.fft.rfft(windows * window).abs().square()[:, inside].sum(dim=1)
        found.append((4 * power / (WINDOW * window.square().sum())).sqrt())
    return torch.cat(found)


def normalized(amplitudes: Tensor) -> Tensor:
    """Return amplitudes (n,) as shares of a robust maximum, in [0, 1]; silence is 0."""
    heard = amplitudes[amplitudes > SILENCE]
    if not len(heard):
        return torch.zeros_like(amplitudes)
    return (amplitudes / heard.quantile(LOUD)).clamp(0, 1)


def followed(values: Tensor, fps: float, release: float) -> Tensor:
    """Return values (n,) that rise at once and fall slowly, as a follower of envelopes does."""
    if release <= 0:
        return values
    kept, level = math.exp(-1 / (fps * release)), 0.0
    smooth = []
    for value in values.tolist():
        level = max(value, value + (level - value) * kept)
        smooth.append(level)
    return torch.tensor(smooth)
