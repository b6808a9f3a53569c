"""Canonical captions in other words: synonyms, word order, with and without articles."""

from __future__ import annotations

import random
import re

from vqclip.world.captions.newcomers import typed
from vqclip.world.captions.synonyms import STYLE_NAMES, SYNONYMS
from vqclip.world.scenery.skies import HOURS
from vqclip.world.styles.media import STYLES
from vqclip.world.words import with_articles

KEPT = 0.25
"""Share of the captions that stay canonical."""
REPLACED = 0.25
"""Share of the words with synonyms that are replaced."""
PORTRAIT = re.compile(r"^((?:an? )?(?:closeup|close up)|an?) portrait of\b")
"""What a style is put into: "a closeup watercolor portrait of a woman"."""
GROUNDED = re.compile(r"^(?P<what>.+) on an? (?P<color>\w+) background$")
"""A canonical caption with a plain background."""
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
STYLE_FRAMES = (
    "{body}, {name}",
    "{body}, {name} style",
    "{body} in the style of {whole}",
    "{body} as {whole}",
    "{name} of {body}",
    "{whole} of {body}",
    "{body} ({name})",
)
REPLACEABLE = re.compile(rf"\b(?:{'|'.join(sorted(SYNONYMS, key=len, reverse=True))})\b")


def split_style(caption: str) -> tuple[str, str]:
    """Split the words for a style from the start of a canonical caption; empty if it has none."""
    for style in STYLES:
        if caption.startswith(f"{style} "):
            return style, caption[len(style) + 1 :]
    return "", caption


def phrase(caption: str, rng: random.Random) -> str:
    """Return a canonical caption in one of many phrasings; sometimes unchanged."""
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
        form = rng.choice((*STYLE_FRAMES, f"{style} {{body}}", f"{style} {{body}}"))
        if PORTRAIT.match(body) and rng.random() < 0.6:
            body, form = PORTRAIT.sub(rf"\1 {name} portrait of", body), "{body}"
        body = form.format(body=body, name=name, whole=whole)
    elif rng.random() < 0.3:
        body = rng.choice(FRAMES).format(body)
    elif rng.random() < 0.3:
        body = _hour_first(body)
    return typed(with_articles(body), rng)


def _order(body: str, rng: random.Random) -> str:
    """Move the background, or turn what follows `with` into a list."""
    grounded = GROUNDED.match(body)
    if grounded and rng.random() < 0.7:
        return rng.choice(BACKGROUNDS).format(**grounded.groupdict())
    head, joint, tail = body.partition(" with ")
    if joint and "rings" not in tail and rng.random() < 0.25:
        return f"{head}, {tail.replace(' and ', ', ')}"
    return body


def _hour_first(body: str) -> str:
    for hour in HOURS.values():
        for name in hour.names:
            if f" {name}" in body:
                return f"{name}, {body.replace(f' {name}', '', 1)}"
    return body


def _synonyms(body: str, rng: random.Random) -> str:
    def synonym(match: re.Match[str]) -> str:
        return rng.choice(SYNONYMS[match[0]]) if rng.random() < REPLACED else match[0]

    return REPLACEABLE.sub(synonym, body)
