"""Random streams: each image of a batch draws as it would alone."""

from __future__ import annotations

import torch

from vqclip.randomness import Streams, stream


def test_streams_differ_by_name_and_seed_and_not_by_company() -> None:
    alone = Streams([stream(1, "init")]).normal(4)[0]
    company = Streams([stream(0, "init"), stream(1, "init")]).normal(4)[1]
    assert torch.equal(alone, company)
    assert not torch.equal(alone, Streams([stream(1, "cutouts")]).normal(4)[0])
    assert not torch.equal(alone, Streams([stream(2, "init")]).normal(4)[0])


def test_a_stream_of_a_name_and_seed_never_changes() -> None:
    drawn = torch.randint(1000, (4,), generator=stream(7, "init/0"))
    assert drawn.tolist() == [805, 286, 37, 810]


def test_draws_keep_their_ranges() -> None:
    streams = Streams([stream(0, "init"), stream(1, "init")])
    uniform = streams.uniform(500, low=-2, high=3)
    assert uniform.shape == (2, 500)
    assert uniform.min() >= -2
    assert uniform.max() < 3
    assert uniform.max() - uniform.min() > 4.8
    integers = streams.integers(3, 500)
    assert integers.unique().tolist() == [0, 1, 2]


def test_restored_streams_draw_what_follows() -> None:
    streams = Streams([stream(0, "init"), stream(1, "init")])
    streams.normal(3)
    state = streams.state()
    expected = streams.normal(5)
    streams.restore(state)
    assert torch.equal(streams.normal(5), expected)
    streams.restore(state)
    assert torch.equal(streams.select([1]).normal(5), expected[1:])
