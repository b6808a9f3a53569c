"""Pages for the browser: one template for galleries and matches, filled by jinja2.

A page holds its pictures and its script, so that it needs no other file and no network.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from PIL import Image

from vqclip.views.tiles import encode

TEMPLATE = "pictures.html.j2"


@dataclass(frozen=True)
class Link:
    """A link in the head of a page."""

    name: str
    address: str


@dataclass(frozen=True)
class PicturePage:
    """What a page shows.

    Attributes:
        name: its title.
        pictures: what the script of the page knows of each picture: `name`, `file`, `image` with
            `width` and `height`, and more or less of `labels`, `prompts`, `seed`, `score`,
            `rank`, `kept`, `recipe`, `command`.
        axes: labels by which pictures can be sorted.
        facts: further data of the page.
        failed: name and error of pictures that could not be drawn.
        links: to files beside the page.
    """

    name: str
    pictures: Sequence[Mapping[str, Any]]
    axes: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    failed: Sequence[Mapping[str, str | None]] = ()
    links: Sequence[Link] = ()

    def render(self) -> str:
        """Return the page as HTML."""
        data = {
            "name": self.name,
            "axes": list(self.axes),
            "pictures": list(self.pictures),
            "failed": list(self.failed),
            **self.facts,
        }
        page = _template().render(name=self.name, data=data, failed=self.failed, links=self.links)
        return f"{page}\n"


@cache
def _template() -> Template:
    # Texts become HTML with their signs escaped; `</script>` in a prompt ends no script.
    environment = Environment(
        loader=PackageLoader("vqclip.views", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": True}
    return environment.get_template(TEMPLATE)


def embedded(image: Image.Image, *, quality: int = 90) -> str:
    """Return a picture as the address of an image that holds it."""
    content = base64.b64encode(encode(image, "WEBP", quality=quality)).decode()
    return f"data:image/webp;base64,{content}"
