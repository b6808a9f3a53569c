"""vary: pictures like another, each with a seed of its own."""

from __future__ import annotations

from pathlib import Path

from vqclip.outputs import recipe as recipes


def test_variations_start_from_the_picture_with_seeds_of_their_own(command_line, pair) -> None:
    code, out, err = command_line("generate", "a fox", "-q", "--seed", "4", *pair)
    assert code == 0, err
    first = out.strip()
    code, out, err = command_line("vary", first, "-n", "2", "--strength", "0.7", "-q", "-o", "more")
    assert code == 0, err
    found = [recipes.read(Path(line)).config for line in out.split()]
    assert [config.seed for config in found] == [5, 6]
    assert all(config.start.image == first for config in found)
    assert all(config.start.noise == 0.7 for config in found)
    assert [config.prompts for config in found] == [recipes.read(Path(first)).config.prompts] * 2
    assert len({Path(line).read_bytes() for line in out.split()}) == 2
