"""The loudness of sounds, against sines whose amplitude is known."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from tests.film.sounds import tone, write_wav
from vqclip.errors import ConfigError, FilmError
from vqclip.film.bands import BANDS, band_edges
from vqclip.film.waveform import RATE, followed, levels, loudness, normalized, waveform


@pytest.mark.parametrize(("band", "frequency"), [("bass", 100), ("mid", 1000), ("treble", 8000)])
def test_the_level_of_a_sine_is_its_amplitude_in_its_band_alone(
    band: str, frequency: float
) -> None:
    samples = tone(frequency, 1.0, amplitude=0.3)
    for name, edges in BANDS.items():
        inner = levels(samples, 10, edges)[1:-1]  # whose windows lie inside
        expected = 0.3 if name in (band, "all") else 0.0
        assert inner.tolist() == pytest.approx([expected] * 8, abs=1e-3)


def test_a_band_between_two_tones_hears_neither() -> None:
    samples = tone(100, 1.0) + tone(1000, 1.0) / 2
    assert levels(samples, 10, (400, 600))[1:-1].max() < 1e-3
    assert levels(samples, 10, (900, 1100))[5] == pytest.approx(0.25, abs=1e-3)


def test_loudness_follows_the_amplitude(tmp_path: Path) -> None:
    """A second of silence, one at a quarter, one at full strength: 0, 1/4, 1."""
    parts = [torch.zeros(RATE), tone(500, 1, 0.2), tone(500, 1, 0.8)]
    found = loudness(write_wav(tmp_path / "a.wav", torch.cat(parts)), 10, release=0)
    assert len(found) == 30
    assert found[:9] == pytest.approx([0] * 9, abs=0.01)
    assert found[11:19] == pytest.approx([0.25] * 8, abs=0.01)
    assert found[21:29] == pytest.approx([1] * 8, abs=0.01)


def test_silence_is_silent(tmp_path: Path) -> None:
    noise = 1e-4 * torch.rand(RATE, generator=torch.Generator().manual_seed(0))
    assert loudness(write_wav(tmp_path / "a.wav", noise), 12) == [0.0] * 12


def test_single_peaks_do_not_make_the_rest_quiet() -> None:
    amplitudes = torch.full((100,), 0.1)
    amplitudes[7] = 1.0
    assert normalized(amplitudes).tolist() == pytest.approx([1.0] * 100)


def test_levels_rise_at_once_and_fall_by_the_release() -> None:
    values = torch.tensor([0.0, 1.0, 0.0, 0.0, 0.5])
    fall = math.exp(-1 / (10 * 0.2))
    expected = [0, 1, fall, fall**2, 0.5]
    assert followed(values, 10, 0.2).tolist() == pytest.approx(expected)


def test_another_rate_and_channels_come_out_the_same(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", tone(440, 1, 0.5, rate=44_100), rate=44_100)
    samples = waveform(path)
    assert len(samples) == pytest.approx(RATE, abs=64)
    assert samples[1000:-1000].abs().max() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("band", "sentence"),
    [
        ("base", "unknown band 'base': allowed are all, bass, .*; did you mean 'bass'"),
        ([300, 200], r"\[lowest, highest\] from 0 to 16000 Hz, not \[300, 200\]"),
        (7, "a band is a name"),
    ],
)
def test_bands_that_do_not_exist(band: object, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        band_edges(band)


def test_files_without_sound(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"nothing")
    with pytest.raises(FilmError, match=r"a\.wav is no sound that can be read"):
        loudness(tmp_path / "a.wav", 12)
    with pytest.raises(FilmError, match=r"there is no sound file .*b\.wav"):
        loudness(tmp_path / "b.wav", 12)
