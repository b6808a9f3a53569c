"""From frames to the film: in their order, the tail of a loop faded into its beginning."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from PIL import Image

from vqclip.animation.animation import Animation
from vqclip.animation.flicker import flicker
from vqclip.animation.reel import Reel
from vqclip.animation.tracks import eased
from vqclip.files.images import load_image, to_pil, to_tensor


def montage(reel: Reel, animation: Animation) -> Iterator[Image.Image]:
    """Yield the frames of the film, one at a time."""
    for index in range(animation.shown):
        yield film_frame(reel, animation, index)


def film_frame(reel: Reel, animation: Animation, index: int) -> Image.Image:
    """Return a frame of the film by its place, from 0.

    The tail of a loop was drawn as if the film went on after its end. It fades into the beginning,
    which moves alike: so the last frame is followed by its own successor.
    """
    numbers, shown = animation.numbers, animation.shown
    image = load_image(reel.path(numbers[index]))
    tail = numbers[shown:]
    if index >= len(tail):
        return image
    share = eased(index / len(tail), "cosine")
    after = load_image(reel.path(tail[index]))
    return to_pil(torch.lerp(to_tensor(after), to_tensor(image), share)[0])


def closure(reel: Reel, animation: Animation, aspect: float) -> float | None:
    """Return how much the first frame of a loop differs from its last one, moved as it should be.

    In levels from 0 to 255, to be compared with the flicker of all frames; None: no loop.
    """
    if not animation.script.loop or animation.shown < 2:
        return None
    last, first = (film_frame(reel, animation, index) for index in (animation.shown - 1, 0))
    matrix = animation.matrix(animation.stride * animation.shown, aspect)
    return flicker(to_tensor(last), to_tensor(first), matrix)
