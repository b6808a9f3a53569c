"""The form of the page: its fields as a configuration, checked like a command line."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from vqclip.config.layers import Assignment, load_config, merge, parse_override, read_yaml_text
from vqclip.config.schema import Config
from vqclip.errors import ConfigError, Mistakes
from vqclip.web.allowance import Allowance

ORIGIN = "line of the YAML"
RANDOM_SEEDS = 2**31
"""Random seeds are below this: short enough to be read out."""


FILE_KEYS = ("palette",)
"""Keys whose values may name a file that is read together with the settings."""
NO_FILE = re.compile(r"[#\w\s,-]*")
"""Names and colors: a file has a suffix, or a word before it."""


def refuse_files(assignments: Iterable[Assignment]) -> None:
    """Refuse settings that would read files of the server.

    Raises:
        ConfigError: with every such setting.
    """
    mistakes = Mistakes()
    for own in assignments:
        section = own.key.partition(".")[0]
        text = own.value if isinstance(own.value, str) else ""
        if section in FILE_KEYS and (not NO_FILE.fullmatch(text) or text.split()[:1] == ["from"]):
            mistakes.add(f"{own.key}: this page reads no files: give colors, or the name of a list")
    mistakes.check()


@dataclass(frozen=True)
class Form:
    """What a visitor filled in; every field as it was written.

    Attributes:
        prompt: prompts with bars between them.
        preset: name of a preset, or None.
        styles: names of styles.
        seed: the random seed; empty: a random one.
        width: in pixels; empty: as the preset has it.
        height: likewise.
        steps: likewise.
        image: path of the picture to start from, or None.
        settings: further settings, each `key=value`.
    """

    prompt: str
    preset: str | None = None
    styles: Sequence[str] = ()
    seed: str = ""
    width: str = ""
    height: str = ""
    steps: str = ""
    image: str | None = None
    settings: Sequence[str] = field(default=())

    def config(self) -> Config:
        """Return the configuration.

        Raises:
            ConfigError: with every mistake.
        """
        seed = self.seed.strip() or str(secrets.randbelow(RANDOM_SEEDS))
        given = [
            *([Assignment("prompts", [self.prompt], "prompt")] if self.prompt.strip() else []),
            Assignment("seed", seed, "seed"),
        ]
        sides = {"width": self.width, "height": self.height, "steps": self.steps}
        given += [Assignment(key, text.strip(), key) for key, text in sides.items() if text.strip()]
        if self.image is not None:
            given.append(Assignment("start.image", self.image, "start picture"))
        mistakes = Mistakes()
        for text in self.settings:
            if text.strip():
                given += mistakes.read(lambda text=text: [parse_override(text)], [])  # type: ignore[misc]
        refuse_files(given)
        config = mistakes.read(
            lambda: load_config(preset=self.preset, styles=self.styles, assignments=given), Config()
        )
        if not self.prompt.strip() and not config.all_prompts():
            mistakes.add("there is no prompt: say what to draw")
        mistakes.check()
        return config


def read_document(text: str, allowance: Allowance) -> Config:
    """Read a configuration that was written as YAML.

    Raises:
        ConfigError: with every mistake and its line.
    """
    if len(text) > allowance.text:
        raise ConfigError(f"the YAML has {len(text):,} characters, and at most {allowance.text:,}")
    try:
        assignments = read_yaml_text(text, ORIGIN)
        refuse_files(assignments)
        return merge(assignments)
    except ConfigError as error:
        messages = [message.replace(f"{ORIGIN}, line ", "line ") for message in error.messages]
        raise ConfigError(messages) from error
