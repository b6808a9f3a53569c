"""Option groups: the fields of a dataclass become options of a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from vqclip.cli.optiongroup import takes


@dataclass(frozen=True)
class Pen:
    width: Annotated[int, typer.Option(min=1, help="In pixels.")] = 2
    red: Annotated[bool, typer.Option("--red", help="Instead of black.")] = False


app = typer.Typer(rich_markup_mode=None)


@app.command()
@takes(Pen)
def line(
    start: Annotated[str, typer.Argument()],
    flags: Pen,
    end: Annotated[str, typer.Option()] = "here",
) -> None:
    """Draw a line."""
    typer.echo(f"{start} {end} {flags}")


def call(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.output


def test_options_arrive_in_the_dataclass() -> None:
    assert call("a") == (0, "a here Pen(width=2, red=False)\n")
    assert call("a", "--red", "--end", "b", "--width", "3") == (0, "a b Pen(width=3, red=True)\n")


def test_options_are_checked_and_documented() -> None:
    code, out = call("a", "--width", "0")
    assert code == 2
    assert "--width" in out
    _, out = call("--help")
    assert "Draw a line." in out
    assert "In pixels." in out
    assert "flags" not in out
    assert out.index("--end") < out.index("--width") < out.index("--red")
