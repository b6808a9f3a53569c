"""What changes with the steps of a training: the learning rate, and the decay of averages."""

from __future__ import annotations

from vqclip.engine.optim import learning_rate_factor


def cosine_factor(step: int, *, steps: int, warmup: int, final: float) -> float:
    """Return the factor of the learning rate at a step, counted from 0.

    Args:
        step: of the training.
        steps: of the whole training.
        warmup: steps of linear growth.
        final: factor of the last step, to which the cosine falls.
    """
    return learning_rate_factor(
        step, steps=steps, warmup=warmup, decay="cosine", final=final, step_at=1.0
    )


def warm_decay(decay: float, updates: int) -> float:
    """Return the decay of a moving average of weights after a number of updates.

    It grows from 0.1 towards `decay`, as in TensorFlow's ExponentialMovingAverage: otherwise the
    first weights, which are random, would stay in the average for about 1 / (1 - decay) updates.
    """
    return min(decay, (1 + updates) / (10 + updates))
