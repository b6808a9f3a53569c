"""The film of a run: how a picture came about, from its first step to its last.

While the picture is drawn, its frames are kept without loss in a folder beside it, so that a run
that is continued has all of them; the film is encoded from there, one frame at a time.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from PIL import Image

from vqclip.config.destination import SLOT, VideoConfig, for_many
from vqclip.config.job import Job
from vqclip.errors import ConfigError, Mistakes, VqclipError
from vqclip.files.atomic import write
from vqclip.files.images import load_image
from vqclip.files.paths import user_path
from vqclip.film.filmreader import recipe_text
from vqclip.film.filmtexts import FilmTexts
from vqclip.film.filmwriter import FilmWriter
from vqclip.film.formats import FILM_FORMATS, check_writable, film_format
from vqclip.outputs import recipe as recipes
from vqclip.outputs.names import FRAMES, check_folder
from vqclip.outputs.recipe import Recipe

COMPRESSION = 1
"""Of the frames that are kept: they are deleted soon."""


@dataclass(frozen=True)
class ProgressFilm:
    """The film of one picture.

    Attributes:
        job: job of the picture; its settings name a film.
        picture: path of the picture.
    """

    job: Job
    picture: Path

    @property
    def settings(self) -> VideoConfig:
        """The settings of the film."""
        return self.job.config.output.video

    @property
    def steps(self) -> int:
        """The steps of the whole run."""
        return self.job.config.steps

    @property
    def folder(self) -> Path:
        """The folder of the frames."""
        return self.picture.with_suffix(FRAMES)

    @property
    def path(self) -> Path:
        """The path of the film."""
        return film_path(self.settings, self.picture)

    def is_due(self, step: int) -> bool:
        """Return whether a step is shown; the last one is, by the finished picture."""
        return step % self.settings.stride(self.steps) == 0 and step < self.steps

    def add(self, step: int, image: Image.Image) -> None:
        """Keep a frame.

        Raises:
            OutputError: the folder cannot be written to.
        """
        buffer = BytesIO()
        image.save(buffer, "PNG", compress_level=COMPRESSION)
        write(self.folder / f"{step:07d}.png", buffer.getvalue())

    def encode(self, recipe: Recipe, until: int) -> None:
        """Write the film of the steps so far, if there are any.

        The finished picture is its last frame, and is held.

        Args:
            recipe: of the picture.
            until: number of the last step.

        Raises:
            ImageError: a frame cannot be read.
            OutputError: the film cannot be written.
        """
        images = list(self._frames(until))
        if until >= self.steps:
            images.append(self.picture)
        if not images:
            return
        prompts = " | ".join(str(prompt) for prompt in recipe.config.all_prompts())
        texts = FilmTexts(recipe.to_json(), prompts, f"vqclip {recipe.versions['vqclip']}")
        with FilmWriter(self._free_path(), fps=self.settings.rate(self.steps), texts=texts) as film:
            for path in images:
                film.add(load_image(path))
            film.hold(self.settings.hold)

    def drop(self) -> None:
        """Delete the frames."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _free_path(self) -> Path:
        """Return the path of the film, or one with a number where something else is in the way."""
        free, number = self.path, 1
        while not _is_free(free, self.job):
            number += 1
            free = self.path.with_stem(f"{self.path.stem}-{number}")
        return free

    def _frames(self, until: int) -> Iterator[Path]:
        """Yield the paths of the frames of the steps so far, in their order."""
        for path in sorted(self.folder.glob("[0-9]*.png")):
            if int(path.stem) <= until and self.is_due(int(path.stem)):
                yield path


def film_path(settings: VideoConfig, picture: Path) -> Path:
    """Return the path of the film of a picture; its settings name a file."""
    file = settings.file or ""
    if file.lower() in FILM_FORMATS:
        return picture.with_suffix(f".{file.lower()}")
    return user_path(file.replace(SLOT, picture.stem))


def one_film_each(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Return jobs of one configuration, whose films get the names of the pictures, too."""
    config = jobs[0].config
    file = config.output.video.file
    if len(jobs) == 1 or file is None:
        return tuple(jobs)
    video = replace(config.output.video, file=for_many(file))
    config = replace(config, output=replace(config.output, video=video))
    return tuple(replace(job, config=config) for job in jobs)


def check_films(jobs: Sequence[Job], pictures: Sequence[Path]) -> None:
    """Make sure, before anything is drawn, that the films of jobs can be written.

    Args:
        jobs: jobs of one or more pictures.
        pictures: path of each picture, as far as it is known.

    Raises:
        ConfigError: with every mistake: PyAV is missing, films have one name, or a film would
            replace something else.
        OutputError: a folder cannot be written to.
    """
    mistakes = Mistakes()
    films: dict[Path, Job] = {}
    for job, picture in zip(jobs, pictures, strict=True):
        settings = job.config.output.video
        if settings.file is None:
            continue
        path = film_path(settings, picture)
        if path in films:
            mistakes.add(
                f"output.video.file: {settings.file} is one film for several pictures: put {SLOT} "
                "into its name"
            )
        films[path] = job
    for path, job in films.items():
        with mistakes.noted("output.video.file: "):
            check_writable(film_format(path))
            _check_place(path, job)
    mistakes.check()


def _check_place(path: Path, job: Job) -> None:
    """Make sure that a film can be written to its place.

    Raises:
        ConfigError: something else is there.
        OutputError: the folder cannot be written to.
    """
    check_folder(path.parent)
    named = job.config.output.video.file or ""
    # A film beside its picture gets a number, as the picture does.
    if named.lower() not in FILM_FORMATS and not _is_free(path, job):
        raise ConfigError(
            f"{path} already exists, and is not the film that would be written there: --overwrite "
            "replaces it"
        )


def _is_free(path: Path, job: Job) -> bool:
    """Return whether a film may be written: nothing, or an earlier state of it, is replaced."""
    if job.config.output.overwrite or not path.exists():
        return True
    try:
        return Job.of(_recipe_of(path).config).id == job.id
    except VqclipError:
        return False


def _recipe_of(path: Path) -> Recipe:
    """Read the recipe of a film.

    Raises:
        VqclipError: there is none.
    """
    if path.suffix.lower() in (".apng", ".webp"):
        return recipes.read(path)
    return Recipe.from_json(recipe_text(path), str(path))
