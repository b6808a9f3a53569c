"""The pictures that a recipe starts from or aims at: found again, and known by their SHA-256."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vqclip.config.schema import Config
from vqclip.errors import ConfigError, Mistakes, shown
from vqclip.files.atomic import sha256
from vqclip.files.paths import is_file, user_path


@dataclass(frozen=True)
class Sources:
    """Finds the pictures of a recipe, which may come from a stranger.

    A picture is read if it has the SHA-256 of the recipe, or lies in the recipe's folder.

    Attributes:
        folder: folder of the recipe's file.
        known: SHA-256 of each picture by its path, as far as the recipe holds them.
        trusted: whether the user allows any picture to be read.
    """

    folder: Path
    known: Mapping[str, str]
    trusted: bool = False

    def find(self, config: Config) -> Config:
        """Return a configuration with the paths at which its pictures were found.

        Raises:
            ConfigError: with every picture that does not exist, or is not to be read.
        """
        mistakes = Mistakes()
        found = {name: name for name in config.pictures()}
        for name in found:
            with mistakes.noted():
                found[name] = self.path(name)
        mistakes.check()

        return config.with_pictures(found)

    def changed(self, config: Config) -> list[str]:
        """Return the pictures of a configuration that are not those of the recipe."""
        known = [(name, self.known[name]) for name in config.pictures() if name in self.known]
        return [name for name, digest in known if _hash(user_path(self.path(name))) != digest]

    def path(self, name: str) -> str:
        """Return the path at which a picture was found; `name` itself where it is that one.

        A relative path is looked for from the current folder and from that of the recipe.

        Raises:
            ConfigError: there is no such picture, or it is not to be read.
        """
        own = user_path(name)
        beside = self.folder / own, self.folder / own.name
        places = list(dict.fromkeys(path for path in (own, *beside) if is_file(path)))
        expected = self.known.get(name)
        if expected is not None:
            same = next((path for path in places if _hash(path) == expected), None)
            if same is not None:
                return name if same == own else str(same)
        found = [path for path in places if path != beside[1] or path == beside[0]]
        if not found:
            raise ConfigError(
                f"the picture {shown(name)}, which the recipe asks for, does not exist: bring it, "
                f"or name another with start.image=PATH or prompts=[...]"
            )
        inside = [path for path in found if self._is_inside(path)]
        if not inside and not self.trusted:
            reason = "is not the one of the recipe" if expected else "is not known by its SHA-256"
            raise ConfigError(
                f"the picture {shown(name)}, which the recipe asks for, lies outside of "
                f"{self.folder} and {reason}: --yes reads it"
            )
        path = (inside or found)[0]
        return name if path == own else str(path)

    def _is_inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self.folder.resolve())


def _hash(path: Path) -> str:
    try:
        return sha256(path)
    except OSError:  # reading it will say why
        return ""
