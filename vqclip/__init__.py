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
    from PIL.Image import Image

    from vqclip.engine.generation import Generation
    from vqclip.perception.classification import classify
    from vqclip.perception.matches import search
    from vqclip.perception.scores import score

__version__ = "1.0.0"
__all__ = ["__version__", "classify", "generate", "prepare", "score", "search"]
QUERIES = {"classify": "classification", "score": "scores", "search": "matches"}
"""Public functions and the modules of `vqclip.perception` they come from."""


def __getattr__(name: str) -> Any:
    """Import a query of CLIP when it is first used."""
    if name in QUERIES:
        from importlib import import_module

        return getattr(import_module(f"vqclip.perception.{QUERIES[name]}"), name)
    raise AttributeError(f"module 'vqclip' has no attribute {name!r}")


def generate(prompt: str, **settings: Any) -> Image:
    """Draw a picture of a prompt and return it.

    Args:
        prompt: as on the command line, `text:weight:stop | text ...`.
        settings: as for `prepare`.

    Returns:
        an RGB picture of exactly the width and height of the configuration.

    Raises:
        ConfigError: with every mistake in prompt and settings.
        CheckpointError: the models cannot be loaded.
        ImageError: a picture to start from or to aim at cannot be read.
        DivergedError: the loss stopped being finite.
    """
    from vqclip.images import to_pil

    generation = prepare(prompt, **settings)
    for _ in generation:
        pass
    return to_pil(generation.images()[0])


def prepare(
    prompt: str,
    *,
    preset: str | None = None,
    config: str | Path | None = None,
    styles: Sequence[str] = (),
    **settings: Any,
) -> Generation:
    """Load the models and make the iterator that draws a picture.

    Iterate over the result for its steps (`Iterate`: step, losses by name); call `.images()` at
    any time for the picture so far, (1, 3, H, W) in [0, 1]. Words that a perceptor cannot read
    are warned of.

    Args:
        prompt: as on the command line.
        preset: the name of a preset.
        config: a YAML file.
        styles: names of styles.
        settings: keys of the configuration; sections are dictionaries, as in
            `prepare("a fox", steps=100, cutouts={"count": 32})`.

    Raises:
        ConfigError: with every mistake in prompt and settings.
        CheckpointError: the models cannot be loaded.
        ImageError: a picture to start from or to aim at cannot be read.
    """
    import warnings

    from vqclip.config.job import expand
    from vqclip.config.layers import Assignment, load_config
    from vqclip.device import resolve_device
    from vqclip.engine.build import build
    from vqclip.files.paths import user_path
    from vqclip.models.load import load_models

    resolved = load_config(
        preset=preset,
        files=[] if config is None else [user_path(config)],
        styles=styles,
        assignments=[
            Assignment("prompts", [prompt], "prompt"),
            *(Assignment(key, value, "") for key, value in settings.items()),
        ],
    )
    device = resolve_device(resolved.device)
    models = load_models(
        resolved.vqgan, resolved.perceptor_weights(), device=device, model_dir=resolved.model_dir
    )
    generation = build(models, expand(resolved, []))
    for warning in generation.warnings:
        warnings.warn(warning, stacklevel=2)
    return generation
