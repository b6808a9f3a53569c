"""Outlets: nothing that happens to a console ends the work; what was lost is known."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqclip.cli.outlet import Outlet, outlets, writable

FULL = Path("/dev/full")


def words(*more: str) -> list[str]:
    return [sys.executable, "-m", "vqclip", *more]


def stream_of(encoding: str) -> tuple[io.BytesIO, io.TextIOWrapper]:
    content = io.BytesIO()
    return content, io.TextIOWrapper(content, encoding=encoding, write_through=True, newline="")


def test_what_an_encoding_lacks_is_escaped() -> None:
    content, stream = stream_of("cp1252")
    outlet = Outlet(stream)
    assert outlet.write("café 雪 😀\n") == 9
    assert content.getvalue().decode("cp1252") == "café \\u96ea \\U0001f600\n"
    assert outlet.error is None


@given(st.text(), st.sampled_from(["utf-8", "ascii", "cp1252", "cp932", "utf-16-le", "latin-1"]))
def test_any_text_can_be_written_in_any_encoding(text: str, encoding: str) -> None:
    shown = writable(text, encoding)
    shown.encode(encoding)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return
    assert shown == text


def test_surrogates_of_file_names_are_escaped() -> None:
    content, stream = stream_of("utf-8")
    Outlet(stream).write(os.fsdecode(b"a\xff.png"))
    assert content.getvalue() == b"a\\udcff.png"


def test_a_closed_stream_loses_what_is_written_and_tells_why() -> None:
    outlet = Outlet(None)
    assert not outlet.isatty()
    outlet.flush()
    assert outlet.error is None
    outlet.write("a result")
    assert isinstance(outlet.error, OSError)
    _, stream = stream_of("utf-8")
    stream.close()
    outlet = Outlet(stream)
    outlet.write("a result")
    assert isinstance(outlet.error, ValueError)


def test_the_streams_are_restored(capsys) -> None:
    before = sys.stdout, sys.stderr
    with outlets() as (out, err):
        assert (sys.stdout, sys.stderr) == (out, err)
        sys.stdout.write("a result\n")
        sys.stderr.write("a message\n")
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr() == ("a result\n", "a message\n")


def test_bytes_are_no_text() -> None:
    with pytest.raises(TypeError):
        Outlet(stream_of("utf-8")[1]).write(b"x")  # type: ignore[arg-type]


def test_results_that_were_lost_are_told_by_the_exit_code() -> None:
    if not FULL.exists():
        pytest.skip("this system has no /dev/full")
    with FULL.open("w") as full:
        done = subprocess.run(words("config"), stdout=full, stderr=-1, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "vqclip: the results could not be printed: No space left on device\n"


def test_a_reader_that_wants_no_more_is_told_nothing() -> None:
    process = subprocess.Popen(words("config"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate()
    assert (process.returncode, err) == (1, b"")


def test_messages_that_were_lost_change_no_exit_code() -> None:
    command = f'"{sys.executable}" -m vqclip generate "a fox" stpes=3 2>&-'
    done = subprocess.run(command, shell=True, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")


def test_no_file_gets_the_number_of_a_closed_stream(tmp_path) -> None:
    lines = ["with outlets():", " number = open('x', 'w').fileno()", "sys.exit(number < 3)"]
    program = "\n".join(["import sys", "from vqclip.cli.outlet import outlets", *lines])
    command = f'"{sys.executable}" -c "{program}" <&- >&- 2>&-; echo $?'
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, check=False)
    assert done.stdout == b"0\n"
