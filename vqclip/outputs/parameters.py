"""The recipe as other programs read it: the text `parameters` of AUTOMATIC1111's web UI.

Three lines: what the picture shows; what it does not, after `Negative prompt:`; and keys with
values. Source: https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/Features, and its
modules/infotext_utils.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from vqclip.config.prompt import Prompt
from vqclip.config.schema import Config

HASH_DIGITS = 10


def parameters_of(config: Config, models: Mapping[str, str], version: str) -> str:
    """Return the text of a picture.

    Args:
        config: with the picture's own prompts and seed.
        models: SHA-256 of each weights file by name, that of the generator first.
        version: of the program.
    """
    prompts = [prompt for prompt in config.all_prompts() if prompt.kind == "text"]
    lines = [", ".join(_weighted(prompt) for prompt in prompts if prompt.weight > 0)]
    negative = ", ".join(_weighted(prompt) for prompt in prompts if prompt.weight < 0)
    if negative:
        lines.append(f"Negative prompt: {negative}")
    digest = next(iter(models.values()), "")[:HASH_DIGITS]
    facts = {
        "Steps": config.steps,
        "Sampler": f"VQGAN-CLIP {config.optimizer.name}",
        "Seed": str(config.seed),
        "Size": f"{config.width}x{config.height}",
        "Model hash": digest,
        "Model": config.vqgan,
        "CLIP": "; ".join(config.perceptor_weights()),
        "Version": f"vqclip {version}",
    }
    lines.append(", ".join(f"{key}: {_quoted(value)}" for key, value in facts.items() if value))
    return "\n".join(lines)


def _weighted(prompt: Prompt) -> str:
    """Return a prompt with its weight, `(fog:0.5)`; weights of negative prompts are positive."""
    weight = abs(prompt.weight)
    return prompt.content if weight == 1 else f"({prompt.content}:{weight:g})"


def _quoted(value: object) -> str:
    """Return a value; in quotes, where a comma, a colon or a line break would end it."""
    text = str(value)
    if not set(text) & set(",:\n"):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
