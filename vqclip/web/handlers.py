"""What the forms of the page do: Gradio's values in, Gradio's values out; no error passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from vqclip.config.schema import Config
from vqclip.errors import ConfigError, Mistakes, VqclipError, did_you_mean, shown
from vqclip.web import fragments
from vqclip.web.desk import Desk
from vqclip.web.form import Form, read_document
from vqclip.web.gate import owner_of
from vqclip.web.gridwork import Grid
from vqclip.web.ownshelf import names_of, save
from vqclip.web.spelling import check_spelling
from vqclip.web.transcript import yaml_of

NO_STYLE = "none"
"""In a series: a picture without a style."""
LONGEST = 20_000
"""Characters of a field."""


def visitor(request: gr.Request) -> str:
    """Return who sends a request."""
    return owner_of(request.cookies)


def spoken(work: Callable[[], str]) -> str:
    """Do something whose answer is a sentence; show the sentence, or the one of an error."""
    try:
        return fragments.said(work(), good=True)
    except VqclipError as error:
        return fragments.refused(error)


def text_of(value: object) -> str:
    """Return a field as text: what sends it may be no browser.

    Raises:
        ConfigError: it is too long.
    """
    text = "" if value is None else str(value)
    if len(text) > LONGEST:
        raise ConfigError(f"a field has at most {LONGEST:,} characters, not {len(text):,}")
    return text


def read_form(
    prompt: object,
    preset: object,
    styles: object,
    numbers: Sequence[object],
    image: object,
    more: object,
) -> Form:
    """Make a form of the fields of the page.

    Args:
        prompt: the prompts.
        preset: name of a preset, or nothing.
        styles: a list of names.
        numbers: seed, width, height and steps.
        image: path of an uploaded picture, or nothing.
        more: further settings, one a line.

    Raises:
        ConfigError: with every preset and style that is unknown.
    """
    seed, width, height, steps = map(text_of, numbers)
    names = [text_of(name) for name in styles] if isinstance(styles, list) else []
    chosen = text_of(preset) or None
    mistakes = Mistakes()
    _check_names("preset", [] if chosen is None else [chosen], names_of("preset"), mistakes)
    _check_names("style", names, names_of("style"), mistakes)
    mistakes.check()
    return Form(
        text_of(prompt),
        chosen,
        tuple(names),
        seed,
        width,
        height,
        steps,
        text_of(image) or None,
        tuple(text_of(more).splitlines()),
    )


def _check_names(kind: str, given: Sequence[str], known: Sequence[str], found: Mistakes) -> None:
    """Note names that are not on the shelf: here, no file is named by its path."""
    for name in given:
        if name not in known:
            found.add(f"there is no {kind} {shown(name)}{did_you_mean(name, known)}")


def read_grid(
    prompts: object,
    preset: object,
    styles: object,
    seeds: object,
    numbers: Sequence[object],
    axes: Sequence[object],
) -> Grid:
    """Make a grid of the fields of the page.

    Args:
        prompts: one a line.
        preset: name of a preset, or nothing.
        styles: a list of names; `none` is without one.
        seeds: as on the command line.
        numbers: width, height and steps.
        axes: keys and values by turns; values have commas between them.

    Raises:
        ConfigError: with every preset and style that is unknown.
    """
    names = [text_of(name) for name in styles] if isinstance(styles, list) else []
    chosen = text_of(preset) or None
    mistakes = Mistakes()
    _check_names("preset", [] if chosen is None else [chosen], names_of("preset"), mistakes)
    _check_names("style", names, [NO_STYLE, *names_of("style")], mistakes)
    mistakes.check()
    sides = dict(zip(("width", "height", "steps"), map(text_of, numbers), strict=True))
    settings = {key: value.strip() for key, value in sides.items() if value.strip()}
    table: dict[str, list[str]] = {}
    for key, values in zip(axes[::2], axes[1::2], strict=True):
        if text_of(key):
            table[text_of(key)] = text_of(values).split(",")
    lines = text_of(prompts).splitlines()
    return Grid(lines, settings, chosen, tuple(names), text_of(seeds), table)


class Handlers:
    """The handlers of one desk.

    Args:
        desk: takes what visitors ask for.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def draw(self, request: gr.Request, *fields: Any) -> str:
        """Put the picture of the form into the queue."""
        prompt, preset, styles, *sizes, image, more = fields

        def submit() -> str:
            form = read_form(prompt, preset, styles, sizes, image, more)
            self.desk.draw(form.config(), visitor(request))
            return ""

        return spoken(submit)

    def draw_other(self, request: gr.Request, prompt: Any, ticket: Any) -> str:
        """Draw the picture that is shown with another prompt."""

        def submit() -> str:
            if not text_of(prompt).strip():
                raise ConfigError("write the other prompt first")
            self.desk.draw_again(text_of(ticket), visitor(request), prompt=text_of(prompt))
            return ""

        return spoken(submit)

    def draw_series(self, request: gr.Request, *fields: Any) -> str:
        """Put a series into the queue."""
        prompts, preset, styles, seeds, width, height, steps, *axes = fields

        def submit() -> str:
            grid = read_grid(prompts, preset, styles, seeds, (width, height, steps), axes)
            ticket = self.desk.draw_grid(grid, visitor(request))
            return f"{ticket.steps} pictures are in the queue"

        return spoken(submit)

    def draw_document(self, request: gr.Request, text: Any) -> str:
        """Put the picture of a YAML text into the queue."""

        def submit() -> str:
            self.desk.draw(self._document(text), visitor(request))
            return ""

        return spoken(submit)

    def save_document(self, text: Any, kind: Any, name: Any) -> str:
        """Save a YAML text as a style or a preset of the user's own."""
        return spoken(
            lambda: f"saved as {save(text_of(kind), text_of(name).strip(), self._document(text))}"
        )

    def _document(self, text: Any) -> Config:
        config = read_document(str(text or ""), self.desk.allowance)
        self.desk.allowance.check(config, self.desk.enclosure)
        return config

    def check_document(self, text: Any) -> str:
        """Return the mistakes of a YAML text, as the command line words them."""
        try:
            self._document(text)
        except VqclipError as error:
            return fragments.refused(error)
        return fragments.said("No mistakes.", good=True)

    def document_of(self, *fields: Any) -> tuple[str, str]:
        """Return the resolved YAML of the form, and a message."""
        prompt, preset, styles, *numbers, image, more = fields
        try:
            config = read_form(prompt, preset, styles, numbers, image, more).config()
        except VqclipError as error:
            return "", fragments.refused(error)
        return yaml_of(config), fragments.said("The settings of the form.", good=True)

    def spell(self, prompt: Any, preset: Any) -> str:
        """Return which words of a prompt are not known."""
        config = Config()
        try:
            if preset:
                config = read_form("a", preset, [], ("0", "", "", ""), None, "").config()
            return fragments.spelled(check_spelling(text_of(prompt), config))
        except VqclipError as error:
            return fragments.refused(error)

    def upload(self, file: Any) -> tuple[str, str]:
        """Check an uploaded picture; return its path, and what is shown."""
        if not file:
            return "", ""
        try:
            path = self.desk.upload(Path(str(file)))
        except VqclipError as error:
            return "", fragments.refused(error)
        return str(path), fragments.uploaded(path.name)
