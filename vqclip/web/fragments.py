"""Small pieces of HTML: everything that visitors or files bring is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from vqclip.config.option import plain
from vqclip.config.schema import Config
from vqclip.errors import VqclipError
from vqclip.web.spelling import Spelling


def said(text: str, *, good: bool = False) -> str:
    """Return a message."""
    kind = "vq-said vq-good" if good else "vq-said"
    return f'<p class="{kind}" role="status">{escape(text)}</p>'


def refused(error: VqclipError) -> str:
    """Return the message of an error."""
    return said(str(error))


def spelled(spelling: Spelling) -> str:
    """Return what is shown under a prompt while it is typed."""
    if spelling.mistake:
        return f'<p class="vq-words">{escape(spelling.mistake)}</p>'
    parts = []
    if spelling.unknown:
        parts.append(f"Words the model does not know: {_bold(spelling.unknown)}.")
    if spelling.rare:
        parts.append(f"Words it hardly knows: {_bold(spelling.rare)}.")
    return f'<p class="vq-words">{" ".join(parts)}</p>'


def _bold(words: Iterable[str]) -> str:
    return ", ".join(f"<b>{escape(word)}</b>" for word in words)


def picture(name: str, kind: str = "picture", css: str = "vq-shown", alt: str = "") -> str:
    """Return an image of the album by its name."""
    address = escape(f"vqclip/{kind}/{quote(name)}", quote=True)
    return f'<img class="{css}" src="{address}" alt="{escape(alt, quote=True)}" loading="lazy">'


def table(rows: Iterable[Sequence[str]], head: Sequence[str] = ()) -> str:
    """Return a table whose first column names the rows."""
    lines = ["".join(f"<th>{escape(text)}</th>" for text in head)] if head else []
    for first, *rest in rows:
        cells = "".join(f"<td>{escape(text)}</td>" for text in rest)
        lines.append(f"<th>{escape(first)}</th>{cells}")
    return f'<table class="vq-recipe">{"".join(f"<tr>{line}</tr>" for line in lines)}</table>'


def recipe(name: str, config: Config | None, device: str = "") -> str:
    """Return a picture with the main lines of its recipe."""
    if config is None:
        return picture(name, alt=name) + table([("file", name), ("recipe", "none")])
    prompts = " | ".join(map(str, config.all_prompts()))
    rows = [
        ("prompts", prompts),
        ("seed", str(config.seed)),
        ("size", f"{config.width} x {config.height}"),
        ("steps", str(config.steps)),
        ("generator", config.vqgan),
        ("guides", ", ".join(config.perceptor_weights())),
        ("start", config.start.image or config.start.kind),
        ("cutouts", str(config.cutouts.count)),
        ("learning rate", str(plain(config.optimizer.learning_rate))),
        ("drawn on", device),
        ("file", name),
    ]
    return picture(name, alt=prompts) + table(rows)


def pair(first: str, second: str, rows: Sequence[Sequence[str]]) -> str:
    """Return two pictures beside each other, and the settings in which they differ."""
    figures = "".join(
        f"<figure>{picture(name, alt=name)}<figcaption>{escape(name)}</figcaption></figure>"
        for name in (first, second)
    )
    differing = table(rows, ("setting", "left", "right")) if rows else said("the same", good=True)
    return f'<div class="vq-pair">{figures}</div>{differing}'


def uploaded(name: str) -> str:
    """Return what is shown of an uploaded picture."""
    address = escape(f"vqclip/upload/{quote(name)}", quote=True)
    return (
        f'<div class="vq-upload"><img src="{address}" alt="the picture to start from">'
        "<span>The drawing starts from this picture.</span></div>"
    )
