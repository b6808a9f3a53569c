"""The import of open_clip, without the compiler of torch that torchvision and timm would import.

Everything here that needs open_clip takes it from this file.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

from vqclip.models.eager import without_compiler

# open_clip passes over a timm that fails to import, so both are imported before it. What other
# versions of them need of the compiler, and the stand-in lacks, they find in a plain import.
with suppress(Exception), without_compiler():
    import_module("torchvision")
    import_module("timm")

import open_clip

__all__ = ["open_clip"]
