"""The one loop over the steps of a batch: it writes what is due and yields events."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vqclip.config.prompttable import weight_notes
from vqclip.engine.generation import Generation
from vqclip.errors import DivergedError
from vqclip.outputs.writer import Writer
from vqclip.runs.events import Checkpointed, Event, Finished, Interrupted, Note, Started, Step

Stop = Callable[[], bool]
"""Returns whether to stop; it is called often."""


def drive(generation: Generation, writer: Writer, stop: Stop) -> Iterator[Event]:
    """Optimise a batch to its end, and yield what happens.

    Traces, previews and checkpoints are written when they are due. An interruption leaves a
    checkpoint; if a loss diverges, the last good pictures are kept.

    `Finished` is yielded after the pictures are written and before the checkpoint is removed, so
    that nothing is lost if the process is killed before the consumer has recorded it.

    Args:
        generation: the batch.
        writer: writes its files.
        stop: called after every step.

    Raises:
        DivergedError: the loss of a picture is not finite.
        OutputError: the folder cannot be written to.
    """
    jobs = tuple(job.id for job in generation.jobs)
    steps = generation.config.steps
    for warning in generation.warnings:
        yield Note(jobs, warning)
    for text in weight_notes(prompt for job in generation.jobs for prompt in job.prompts):
        yield Note(jobs, text)
    yield Started(jobs, generation.step, steps, generation.origin)
    losses: tuple[dict[str, float], ...] = ()
    try:
        for iterate in generation:
            writer.step(generation, iterate)
            if writer.is_checkpoint_due(iterate):
                writer.checkpoint(generation)
                yield Checkpointed(jobs, iterate.step)
            losses = tuple(own.named() for own in iterate.losses)
            yield Step(jobs, iterate.step, iterate.steps, losses)
            if stop():
                break
    except DivergedError as error:
        writer.diverge(generation, error.images)
        raise
    if generation.step < steps:
        writer.interrupt(generation)
        yield Interrupted(jobs, generation.step)
        return
    writer.save(generation)
    yield Finished(jobs, generation.step, losses)
    writer.drop_checkpoint()
