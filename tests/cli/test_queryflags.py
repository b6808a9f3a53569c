"""What queries on the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from vqclip.cli.queryflags import QueryFlags, picture_name, report_skipped
from vqclip.perception.folders import OTHER, SkippedFile
from vqclip.perception.queries import QueryKeywords


def test_flags_give_every_keyword_of_a_query() -> None:
    with QueryFlags(quiet=True, no_index=True, device="cpu").keywords() as keywords:
        assert set(keywords) == set(QueryKeywords.__annotations__)
        assert (keywords["device"], keywords["index"], keywords["bars"]) == ("cpu", False, None)
    with QueryFlags().keywords() as keywords:
        assert (keywords["device"], keywords["index"]) == ("auto", True)


def test_files_that_are_not_pictures_are_counted_and_others_named(capsys) -> None:
    skipped = [SkippedFile(Path(f"{number}.txt"), OTHER) for number in range(12)]
    skipped.append(SkippedFile(Path("cut.png"), "damaged"))
    report_skipped(skipped, [Path("folder")])
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("skipped 12 that are not pictures: 0.txt, 1.txt")
    assert first.endswith("9.txt and 2 more")
    assert second == "skipped cut.png: damaged"
    with pytest.raises(typer.Exit) as left:
        report_skipped(skipped, [Path("cut.png")])
    assert left.value.exit_code == 1


def test_a_picture_in_memory_has_a_name() -> None:
    assert picture_name(Path("a\n.png")) == r"a\n.png"
