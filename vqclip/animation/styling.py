"""The loop over the frames of a film that is drawn in another style."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from vqclip.animation.filmevents import FilmDone, FilmInterrupted, FilmStarted, FrameDone
from vqclip.animation.reel import SUFFIX, Reel
from vqclip.animation.styled import Neighbor, StyledFilm
from vqclip.engine.generation import Generation
from vqclip.files.images import fit, load_image
from vqclip.film.filmtexts import FilmTexts
from vqclip.film.filmwriter import FilmWriter
from vqclip.film.formats import WITH_SOUND, film_format
from vqclip.film.frame import Frame, FrameSource
from vqclip.models.load import Models
from vqclip.outputs.writer import recipes_of
from vqclip.runs.drive import Stop
from vqclip.runs.events import Event, Note, Step


@dataclass
class StyledShooting:
    """The drawing of one film in another style.

    Attributes:
        models: a generator and perceptors, frozen, on one device.
        film: what to draw.
        source: its frames.
        path: of the film that is written.
        frames: folder in which the frames are kept; None: they are deleted when the film is there.
        overwrite: whether the frames of another film may be replaced.
    """

    models: Models
    film: StyledFilm
    source: FrameSource
    path: Path
    frames: Path | None = None
    overwrite: bool = False
    _recipe: dict[str, object] = field(default_factory=dict, init=False)
    _flickers: list[float] = field(default_factory=list, init=False)

    @property
    def folder(self) -> Path:
        """The folder of the frames while they are drawn."""
        return self.path.with_suffix(SUFFIX) if self.frames is None else self.frames

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the film."""
        return self.film.job.config.width, self.film.job.config.height

    def run(self, stop: Stop) -> Iterator[Event]:
        """Draw the frames that are left, and write the film.

        A frame depends on the source and on the frame before alone; so a run that was interrupted
        or killed continues after its last whole frame, and the film is the same.

        Args:
            stop: called after every step.

        Raises:
            ConfigError: the folder of the frames holds something else.
            DivergedError: a loss is not finite; all frames before are kept.
            FilmError: a frame of the source cannot be read.
            OutputError: the folder cannot be written to.
        """
        reel = Reel.open(self.folder, self.film.id, replace=self.overwrite)
        try:
            yield from self._run(reel, stop)
        finally:
            reel.close()

    def _run(self, reel: Reel, stop: Stop) -> Iterator[Event]:
        begun, jobs, total = time.monotonic(), (self.film.id,), self.source.count
        done = self._done(reel)
        yield FilmStarted(jobs, done, total, str(self.path))
        before: Image.Image | None = None
        for frame in self.source:
            image = fit(frame.image, *self.size)
            if frame.index >= done:
                neighbor = None
                if before is not None:
                    neighbor = Neighbor(before, load_image(reel.path(frame.index - 1)))
                yield from self._draw(reel, frame, image, neighbor, stop)
                if stop() and not reel.path(frame.index).is_file():
                    yield FilmInterrupted(jobs, frame.index, total)
                    return
            before = image
        yield self._finish(reel, begun)

    def _done(self, reel: Reel) -> int:
        """Return how many frames, from the first one on, are drawn."""
        count = 0
        while count < self.source.count and reel.path(count).is_file():
            count += 1
        return count

    def _draw(
        self,
        reel: Reel,
        frame: Frame,
        image: Image.Image,
        before: Neighbor | None,
        stop: Stop,
    ) -> Iterator[Event]:
        """Draw a frame and write it, unless `stop` says so before it is whole."""
        jobs = (self.film.id,)
        generation = self.film.begin(self.models, frame.index, image, before)
        if not self._recipe:
            yield from (Note(jobs, text) for text in dict.fromkeys(generation.warnings))
        loss = 0.0
        for iterate in generation:
            loss = iterate.total
            losses = tuple(own.named() for own in iterate.losses)
            yield Step(jobs, iterate.step, iterate.steps, losses)
            if stop() and iterate.step < iterate.steps:
                return
        result = generation.images()[0]
        text = json.dumps(self._recipe_of(generation) | {"frame": frame.index}, ensure_ascii=False)
        reel.write_frame(frame.index, result, text, self._prompts())
        flicker = self.film.flicker(result, image, before)
        if flicker is not None:
            self._flickers.append(flicker)
        yield FrameDone(
            jobs=jobs,
            done=frame.index + 1,
            frames=self.source.count,
            number=frame.index,
            path=str(reel.path(frame.index)),
            flicker=flicker,
            loss=loss,
        )

    def _recipe_of(self, generation: Generation) -> dict[str, object]:
        """Return the recipe of the film: that of a picture, and how the source was used."""
        if not self._recipe:
            content = json.loads(recipes_of(generation)[0].to_json())
            content["config"]["steps"] = self.film.job.config.steps
            self._recipe = content | {"styling": self.film.to_dict() | {"id": self.film.id}}
        return self._recipe

    def _prompts(self) -> str:
        return " | ".join(str(prompt) for prompt in self.film.job.prompts)

    def _finish(self, reel: Reel, begun: float) -> FilmDone:
        """Write the film with the times and the sound of the source."""
        if not self._recipe:  # all frames were drawn before
            first = fit(next(iter(self.source)).image, *self.size)
            self._recipe_of(self.film.begin(self.models, 0, first, None))
        text = json.dumps(self._recipe, ensure_ascii=False)
        texts = FilmTexts(text, self._prompts(), _program(self._recipe))
        heard = self.source.has_sound and film_format(self.path) in WITH_SOUND
        sound = self.source.path if heard else None
        with FilmWriter(self.path, fps=self.source.fps, texts=texts, sound=sound) as writer:
            for frame in self.source:
                writer.add(load_image(reel.path(frame.index)), frame.seconds)
        reel.finish(keep=None if self.frames is None else range(self.source.count))
        flickers = self._flickers
        return FilmDone(
            jobs=(self.film.id,),
            path=str(self.path),
            frames=writer.frames,
            seconds=writer.seconds,
            flicker=sum(flickers) / len(flickers) if flickers else None,
            closure=None,
            took=time.monotonic() - begun,
        )


def _program(recipe: dict[str, object]) -> str:
    versions = recipe.get("versions")
    return f"vqclip {versions['vqclip']}" if isinstance(versions, dict) else "vqclip"
