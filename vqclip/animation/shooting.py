"""The loop over the frames of a film: it draws and writes them, and yields what happens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from vqclip.animation.animation import Animation
from vqclip.animation.filmevents import FilmDone, FilmInterrupted, FilmStarted, FrameDone
from vqclip.animation.filmrecipe import FilmRecipe, sounds_of
from vqclip.animation.filmstage import FilmFrame, Stage
from vqclip.animation.montage import closure, montage
from vqclip.animation.reel import SUFFIX, Reel
from vqclip.errors import OutputError
from vqclip.files.atomic import sha256
from vqclip.files.paths import user_path
from vqclip.film.filmtexts import FilmTexts
from vqclip.film.filmwriter import FilmWriter
from vqclip.models.load import Models
from vqclip.outputs.writer import recipes_of
from vqclip.runs.drive import Stop
from vqclip.runs.events import Event, Note, Step, without_repeats


@dataclass
class Shooting:
    """The drawing of one film.

    Attributes:
        models: a generator and perceptors, frozen, on one device.
        animation: what to draw.
        path: of the film.
        frames: folder in which the frames are kept; None: they are deleted when the film is there.
        overwrite: whether a film, or the frames of another one, may be replaced.
    """

    models: Models
    animation: Animation
    path: Path
    frames: Path | None = None
    overwrite: bool = False
    _numbers: list[int] = field(default_factory=list, init=False)
    _flickers: list[float] = field(default_factory=list, init=False)

    @property
    def folder(self) -> Path:
        """The folder of the frames while they are drawn."""
        return self.path.with_suffix(SUFFIX) if self.frames is None else self.frames

    def run(self, stop: Stop) -> Iterator[Event]:
        """Draw the frames that are left, and write the film.

        Args:
            stop: called after every step.

        Raises:
            ConfigError: the folder of the frames holds something else.
            DivergedError: a loss is not finite; all frames before are kept.
            OutputError: the folder cannot be written to.
        """
        reel = Reel.open(self.folder, self.animation.id, replace=self.overwrite)
        try:
            yield from self._run(reel, stop)
        finally:
            reel.close()

    def _run(self, reel: Reel, stop: Stop) -> Iterator[Event]:
        begun, jobs = time.monotonic(), (self.animation.id,)
        total = len(self.animation.numbers)
        stage = Stage(self.models, self.animation)
        self._continue(stage, reel)
        recipe = recipe_of(stage)
        notes = [Note(jobs, text) for text in stage.generation.warnings]
        yield from without_repeats(notes, set())
        yield FilmStarted(jobs, len(self._numbers), total, str(self.path))
        while stage.left:
            steps = stage.steps(stage.left[0])
            for step, drawn in enumerate(stage.draw(stop), start=1):
                if isinstance(drawn, FilmFrame):
                    yield self._keep(stage, reel, recipe, drawn)
                else:
                    yield Step(jobs, step, steps, tuple(own.named() for own in drawn.losses))
            if stop() and stage.left:
                yield FilmInterrupted(jobs, len(self._numbers), total)
                return
        yield self._finish(reel, recipe, stage.aspect, time.monotonic() - begun)

    def _continue(self, stage: Stage, reel: Reel) -> None:
        """Go on after the last whole frame, if there is one."""
        state = reel.read_state()
        if state is None:
            return
        try:
            stage.load_state_dict(state)
            self._numbers, self._flickers = list(state["numbers"]), list(state["flickers"])
        except (KeyError, RuntimeError, ValueError, TypeError) as error:
            raise OutputError(f"{reel.folder} does not fit these models: delete it") from error

    def _keep(self, stage: Stage, reel: Reel, recipe: FilmRecipe, drawn: FilmFrame) -> FrameDone:
        """Write a frame, then what is needed to continue after it."""
        text = recipe.to_json(drawn.number)
        reel.write_frame(drawn.number, drawn.image, text, prompts_of(self.animation))
        self._numbers.append(drawn.number)
        if drawn.flicker is not None:
            self._flickers.append(drawn.flicker)
        known = {"numbers": self._numbers, "flickers": self._flickers}
        reel.write_state({**stage.state_dict(), **known})
        return FrameDone(
            jobs=(self.animation.id,),
            done=len(self._numbers),
            frames=len(self.animation.numbers),
            number=drawn.number,
            path=str(reel.path(drawn.number)),
            flicker=drawn.flicker,
            loss=drawn.loss,
        )

    def _finish(self, reel: Reel, recipe: FilmRecipe, aspect: float, took: float) -> FilmDone:
        """Write the film, then delete what is no longer needed."""
        animation = self.animation
        texts = FilmTexts(
            recipe.to_json(),
            prompts_of(animation),
            f"vqclip {recipe.recipe.versions['vqclip']}",
        )
        sound = animation.script.sound
        writer = FilmWriter(
            self.path,
            fps=animation.fps,
            texts=texts,
            sound=None if sound is None else user_path(sound),
            replace=self.overwrite,
        )
        with writer:
            for image in montage(reel, animation):
                writer.add(image)
        gap = closure(reel, animation, aspect)
        shown = animation.numbers[: animation.shown]
        reel.finish(keep=None if self.frames is None else shown)
        mean = sum(self._flickers) / len(self._flickers) if self._flickers else None
        return FilmDone(
            jobs=(animation.id,),
            path=str(self.path),
            frames=animation.shown,
            seconds=animation.shown / animation.fps,
            flicker=mean,
            closure=gap,
            took=took,
        )


def recipe_of(stage: Stage) -> FilmRecipe:
    """Return the recipe of the film on a stage."""
    animation = stage.animation
    recipe = recipes_of(stage.generation)[0]
    names = dict.fromkeys(name for job in animation.jobs for name in job.whole().pictures())
    pictures = {name: sha256(user_path(name)) for name in names}
    sounds = {name: sha256(user_path(name)) for name in sounds_of(animation.script)}
    return FilmRecipe(
        animation, replace(recipe, config=animation.config, pictures=pictures), sounds
    )


def prompts_of(animation: Animation) -> str:
    """Return the prompts of all scenes in one line."""
    scenes = [" | ".join(map(str, job.prompts)) for job in animation.jobs]
    return " / ".join(dict.fromkeys(scenes))
