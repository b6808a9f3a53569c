"""Canonical captions said otherwise: synonyms, word order, with and without articles."""

from __future__ import annotations

import random
import re

from vqclip.world.captions.synonyms import STYLE_NAMES, SYNONYMS
from vqclip.world.scenery.skies import HOURS
from vqclip.world.styles.media import STYLES
from vqclip.world.words import with_articles

KEPT = 0.3
"""Share of the captions that stay canonical."""
REPLACED = 0.25
"""Share of the words with synonyms that are replaced."""
GROUNDED = re.compile(r"^(?P<what>.+) on an? (?P<color>\w+) background$")
BACKGROUNDS = (
    "{what} on a {color} background",
    "{what} against a {color} background",
    "{what} on {color}",
    "{what}, {color} background",
    "{what} in front of a {color} background",
    "{color} background with {what}",
    "a {color} background with {what}",
)
FRAMES = (
    "a picture of {}",
    "a drawing of {}",
    "an image of {}",
    "a photo of {}",
    "an illustration of {}",
    "picture of {}",
    "drawing of {}",
    "{}, simple drawing",
)
STYLED = (
    "{body}, {name}",
    "{body}, {name} style",
    "{body} in the style of {whole}",
    "{body} as {whole}",
    "{name} of {body}",
    "{whole} of {body}",
    "{body} ({name})",
)
FOUND = re.compile(rf"\b(?:{'|'.join(sorted(SYNONYMS, key=len, reverse=True))})\b")


def split_style(caption: str) -> tuple[str, str]:
    """Return the words for the style that a canonical caption begins with, if any, and the rest."""
    for style in STYLES:
        if caption.startswith(f"{style} "):
            return style, caption[len(style) + 1 :]
    return "", caption


def phrase(caption: str, rng: random.Random) -> str:
    """Say a canonical caption in one of many ways; sometimes it stays as it is."""
    if rng.random() < KEPT:
        return caption
    style, body = split_style(caption)
    body = _synonyms(_order(body, rng), rng)
    if rng.random() < 0.3:
        body = re.sub(r"^an? ", "", body)
    elif rng.random() < 0.1:
        body = re.sub(r"\b(?:an?|the) ", "", body)
    if style:
        name, whole = STYLE_NAMES[style]
        form = rng.choice((*STYLED, f"{style} {{body}}", f"{style} {{body}}"))
        body = form.format(body=body, name=name, whole=whole)
    elif rng.random() < 0.3:
        body = rng.choice(FRAMES).format(body)
    elif rng.random() < 0.3:
        body = _hour_first(body)
    return with_articles(body)


def _order(body: str, rng: random.Random) -> str:
    """Put the background elsewhere, or list what else there is."""
    found = GROUNDED.match(body)
    if found and rng.random() < 0.7:
        return rng.choice(BACKGROUNDS).format(**found.groupdict())
    head, given, tail = body.partition(" with ")
    if given and "rings" not in tail and rng.random() < 0.25:
        return f"{head}, {tail.replace(' and ', ', ')}"
    return body


def _hour_first(body: str) -> str:
    for hour in HOURS.values():
        for name in hour.names:
            if f" {name}" in body:
                return f"{name}, {body.replace(f' {name}', '', 1)}"
    return body


def _synonyms(body: str, rng: random.Random) -> str:
    def other(found: re.Match[str]) -> str:
        return rng.choice(SYNONYMS[found[0]]) if rng.random() < REPLACED else found[0]

    return FOUND.sub(other, body)
