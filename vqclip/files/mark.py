"""The mark of what was made by a trained model, in XMP as the IPTC defines it.

See https://cv.iptc.org/newscodes/digitalsourcetype/.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, unescape

TRAINED_MEDIA = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 Iptc4xmpExt:DigitalSourceType="{source}">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></dc:description>
{recipe}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


RECIPE = """<vqclip:Recipe xmlns:vqclip="https://vqclip.invalid/recipe/1/">{text}</vqclip:Recipe>
"""
FOUND = re.compile(rb"<vqclip:Recipe[^>]*>(.*?)</vqclip:Recipe>", re.DOTALL)


def mark(description: str, *, recipe: str = "") -> str:
    """Return the XMP packet of a picture or film that a trained model made.

    Args:
        description: what it shows.
        recipe: how it is made again, in formats that have no text of their own for that.
    """
    own = RECIPE.format(text=escape(recipe)) if recipe else ""
    return XMP.format(source=TRAINED_MEDIA, text=escape(description), recipe=own)


def marked_recipe(packet: object) -> str | None:
    """Return the recipe in the XMP packet of a file, if there is one."""
    found = FOUND.search(packet) if isinstance(packet, bytes) else None
    return None if found is None else unescape(found[1].decode("utf-8", "replace"))
