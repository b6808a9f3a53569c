"""What the gallery of the page does: pictures are listed, chosen, compared and put away."""

from __future__ import annotations

from typing import Any

import gradio as gr

from vqclip.errors import VqclipError, shorten
from vqclip.web import fragments
from vqclip.web.album import SORTS, Print
from vqclip.web.desk import Desk
from vqclip.web.handlers import text_of, visitor
from vqclip.web.transcript import command_of, differences, yaml_of

BY_WORDS, BY_CLIP = "words of prompts", "what pictures show (CLIP)"
ON_PAGE = 24
"""Pictures of a page of the gallery."""


class Browsing:
    """The handlers of the gallery of one desk.

    Args:
        desk: takes what visitors ask for.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def listed(
        self, query: Any, way: Any, sort: Any, page: Any
    ) -> tuple[list[tuple[str, str]], list[str], str]:
        """Return a page of the gallery, the names of its pictures, and a message."""
        try:
            found = self._found(text_of(query), way, text_of(sort) or SORTS[0])
        except VqclipError as error:
            return [], [], fragments.refused(error)
        pages = max(1, -(-len(found) // ON_PAGE))
        number = min(max(1, int(page or 1)), pages)
        shown: list[Print] = []
        tiles = []
        for own in found[(number - 1) * ON_PAGE : number * ON_PAGE]:
            try:
                tiles.append((str(self.desk.album.thumbnail(own.name)), _caption(own)))
                shown.append(own)
            except VqclipError:  # removed meanwhile, or damaged
                continue
        count = f"{len(found)} pictures" if len(found) != 1 else "1 picture"
        text = f"{count}; page {number} of {pages}"
        return tiles, [own.name for own in shown], fragments.said(text, good=True)

    def _found(self, query: str, way: Any, sort: str) -> list[Print]:
        if way == BY_CLIP and query.strip():
            return self.desk.search(query)
        return self.desk.album.prints(sort=sort, words=query)

    def choose(self, names: list[str], index: int) -> tuple[str, str, str, str]:
        """Return the name of a picture of the page, its recipe, its command and its YAML."""
        name = names[index] if 0 <= index < len(names) else ""
        try:
            found = self.desk.album.recipe(name)
        except VqclipError as error:
            shown = fragments.recipe(name, None) if name else ""
            return name, shown + fragments.refused(error), "", ""
        return (
            name,
            fragments.recipe(name, found.config, found.device),
            command_of(found.config),
            yaml_of(found.config),
        )

    def replay(self, name: Any, request: gr.Request) -> str:
        """Draw the chosen picture again."""
        try:
            self.desk.replay(text_of(name), visitor(request))
        except VqclipError as error:
            return fragments.refused(error)
        return fragments.said("It is in the queue.", good=True)

    def favor(self, name: Any) -> str:
        """Make the chosen picture a favorite, or no longer."""
        try:
            liked = self.desk.album.toggle_favorite(text_of(name))
        except VqclipError as error:
            return fragments.refused(error)
        return fragments.said("It is a favorite." if liked else "It is no favorite.", good=True)

    def discard(self, name: Any) -> tuple[str, str]:
        """Move the chosen picture to the bin; return its name there, and a message."""
        try:
            kept = self.desk.album.discard(text_of(name))
        except VqclipError as error:
            return "", fragments.refused(error)
        return kept, fragments.said("It is in the bin; Undo brings it back.", good=True)

    def restore(self, kept: Any) -> str:
        """Move the picture that was discarded last back."""
        try:
            name = self.desk.album.restore(text_of(kept))
        except VqclipError as error:
            return fragments.refused(error)
        return fragments.said(f"{name} is back.", good=True)

    def compare(self, first: Any, second: Any) -> str:
        """Return two pictures beside each other, with the settings in which they differ."""
        names = text_of(first), text_of(second)
        if not all(names):
            return fragments.said("Choose a picture, press Compare, then choose another.")
        try:
            left, right = (self.desk.album.recipe(name).config for name in names)
        except VqclipError as error:
            return fragments.refused(error)
        return fragments.pair(*names, differences(left, right))

    def sheet(self, names: list[str]) -> str:
        """Return a link to a contact sheet of the pictures of the page."""
        try:
            path = self.desk.album.sheet(names)
        except VqclipError as error:
            return fragments.refused(error)
        return (
            f'<p class="vq-said vq-good"><a href="vqclip/sheet/{path.name}" target="_blank" '
            'rel="noopener">Open the contact sheet</a></p>'
        )


def _caption(own: Print) -> str:
    liked = "\N{BLACK STAR} " if own.is_favorite else ""
    return f"{liked}{shorten(own.prompts)}"
