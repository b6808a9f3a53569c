"""Where downloads go, and whether they are allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqclip.models.fetch.home import OFFLINE, home, offline


def test_home_is_where_the_user_says(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("VQCLIP_HOME", raising=False)
    assert home().name == "vqclip"
    assert home().is_relative_to(tmp_path)
    monkeypatch.setenv("VQCLIP_HOME", "~/models of mine")
    assert home() == Path(tmp_path) / "models of mine"


@pytest.mark.parametrize("name", OFFLINE)
def test_either_variable_forbids_the_network(monkeypatch, name) -> None:
    for variable in OFFLINE:
        monkeypatch.delenv(variable, raising=False)
    assert not offline()
    for value, expected in {"1": True, "TRUE": True, "on": True, "0": False, "": False}.items():
        monkeypatch.setenv(name, value)
        assert offline() == expected
