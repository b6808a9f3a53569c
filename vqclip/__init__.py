"""Pictures from prompts: the latent of a VQGAN optimised under the guidance of CLIP.

`generate` draws a picture; `prepare` gives the iterator behind it, for notebooks. `classify` says
what is in pictures, `search` finds them by words, `score` measures how near they are to prompts.
Importing the package imports neither torch nor the models.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vqclip.painter import Drawing, Painter, Picture, draw_series
    from vqclip.perception.classification import classify
    from vqclip.perception.matches import search
    from vqclip.perception.scores import score

__version__ = "1.0.0"
__all__ = [
    "Painter",
    "__version__",
    "classify",
    "generate",
    "prepare",
    "replay",
    "score",
    "search",
    "draw_series",
]
HOMES = {
    "classify": "perception.classification",
    "score": "perception.scores",
    "search": "perception.matches",
    "Painter": "painter",
    "draw_series": "painter",
}
"""Public names and the modules they come from."""


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name in HOMES:
        from importlib import import_module

        return getattr(import_module(f"vqclip.{HOMES[name]}"), name)
    raise AttributeError(f"module 'vqclip' has no attribute {name!r}")


def generate(
    prompt: str,
    *,
    preset: str | None = None,
    config: str | Path | None = None,
    styles: Sequence[str] = (),
    **settings: Any,
) -> Picture:
    """Draw a picture of a prompt and return it; for several, a `Painter` keeps the models.

    Args:
        prompt: as on the command line, `text:weight:stop | text ...`.
        preset: as for `prepare`, and so are config, styles and settings.

    Returns:
        an RGB picture of exactly the width and height of the configuration, which knows its recipe.

    Raises:
        ConfigError: with every mistake in prompt and settings.
        CheckpointError: the models cannot be loaded.
        ImageError: a picture to start from or to aim at cannot be read.
        DivergedError: the loss stopped being finite.
    """
    from vqclip.painter import Painter

    painter = Painter(preset, config=config, styles=styles, progress=False)
    return painter.generate(prompt, **settings)


def prepare(
    prompt: str,
    *,
    preset: str | None = None,
    config: str | Path | None = None,
    styles: Sequence[str] = (),
    **settings: Any,
) -> Drawing:
    """Load the models and make the iterator that draws a picture.

    Iterate over the result for its steps (`Iterate`: step, losses by name); call `.images()` at
    any time for the picture so far, (1, 3, H, W) in [0, 1]. Words that a perceptor cannot read
    are warned of.

    Args:
        prompt: as on the command line.
        preset: the name of a preset, or the path of one.
        config: a YAML file.
        styles: names or paths of styles.
        settings: keys of the configuration; sections are dictionaries, as in
            `prepare("a fox", steps=100, cutouts={"count": 32})`.

    Raises:
        ConfigError: with every mistake in prompt and settings.
        CheckpointError: the models cannot be loaded.
        ImageError: a picture to start from or to aim at cannot be read.
    """
    from vqclip.painter import Painter

    return Painter(preset, config=config, styles=styles).prepare(prompt, **settings)


def replay(path: str | Path, **settings: Any) -> Picture:
    """Draw the picture of a file again by its recipe, with or without changes.

    Raises:
        OutputError: the file holds no recipe.
    """
    from vqclip.painter import Painter

    return Painter(progress=False).replay(path, **settings)
