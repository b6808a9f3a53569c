"""Matches: the nearest pictures to words, to pictures, and to both."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

import vqclip
from tests.discs import write_discs
from vqclip.errors import ConfigError
from vqclip.perception.matches import similarity


def test_similarity_is_the_weighted_mean_of_cosines() -> None:
    generator = torch.Generator().manual_seed(0)
    pictures = F.normalize(torch.randn(4, 5, generator=generator), dim=-1)
    terms = F.normalize(torch.randn(3, 5, generator=generator), dim=-1)
    mean = similarity(pictures, terms, torch.tensor([1.0, 0.5, -0.5]))
    near = pictures @ terms.T
    torch.testing.assert_close(mean, (near[:, 0] + near[:, 1] / 2 - near[:, 2] / 2) / 2)


def test_search_ranks_right(mini, tmp_path: Path) -> None:
    red, green, blue = write_discs(tmp_path)
    found = vqclip.search("a green circle", tmp_path, perceptor=mini)
    assert found.matches[0].path == green
    assert found.searched == 3
    alike = vqclip.search(None, [tmp_path], images=str(blue), top=1, perceptor=mini)
    assert [match.path for match in alike.matches] == [blue]
    assert alike.matches[0].score == pytest.approx(1, abs=1e-5)
    both = vqclip.search("a red circle", tmp_path, images=[f"{blue}:0.1"], perceptor=mini)
    assert both.matches[0].path == red
    less = vqclip.search("a circle | a red circle:-1", tmp_path, perceptor=mini)
    assert less.matches[-1].path == red
    scores = [match.score for match in less.matches]
    assert scores == sorted(scores, reverse=True)


def test_words_and_pictures_are_averaged(tiny, tmp_path: Path) -> None:
    paths = write_discs(tmp_path)

    def scores(query: str | None, *images: str) -> dict[Path, float]:
        found = vqclip.search(query, paths, images=images, perceptor=tiny)
        return {match.path: match.score for match in found.matches}

    words, alike = scores("a fox"), scores(None, str(paths[0]))
    means = {path: (words[path] + alike[path]) / 2 for path in paths}
    assert scores("a fox", str(paths[0])) == pytest.approx(means, abs=1e-5)


@pytest.mark.parametrize(
    ("query", "images", "top", "part"),
    [
        ("", [], 20, "empty"),
        (None, [], 20, "nothing to search for"),
        ("a fox", ["gone.png:0.5"], 20, "no picture or folder gone.png"),
        ("a fox", [], 0, "1 or more, not 0"),
        ("a fox | a fox:-1", [], 20, "cancel"),
    ],
)
def test_queries_that_mean_nothing(tiny, tmp_path, query, images, top, part) -> None:
    with pytest.raises(ConfigError, match=part):
        vqclip.search(query, write_discs(tmp_path), images=images, top=top, perceptor=tiny)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        vqclip.search(" ", tmp_path / "nowhere", images="gone.png", top=0, precision="half")
    found = "\n".join(caught.value.messages)
    for part in ("a prompt is empty", "gone.png", "nowhere", "top: ", "'half' is unknown"):
        assert part in found


def test_words_cut_off_are_warned_of(tiny, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="a query holds 14 tokens; not seen"):
        vqclip.search("word " * 15, write_discs(tmp_path), perceptor=tiny)


def test_identical_copies_are_found_once(tiny, tmp_path: Path) -> None:
    discs = write_discs(tmp_path)
    expected = vqclip.search("a fox", tmp_path, perceptor=tiny)
    for path in discs:
        path.with_name(f"copy of {path.name}").write_bytes(path.read_bytes())
    found = vqclip.search("a fox", tmp_path, perceptor=tiny)
    assert len(found.matches) == len(expected.matches)
    assert found.copies == len(expected.matches)
    assert found.searched == 2 * expected.searched
