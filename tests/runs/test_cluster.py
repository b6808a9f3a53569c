"""A series on a real Ray cluster of two nodes, one of which is killed."""

from __future__ import annotations

import pytest

from tests.running import MATRIX, never, pictures, states
from vqclip.errors import ConfigError
from vqclip.runs.cluster import Cluster
from vqclip.runs.events import Note, Started
from vqclip.runs.folder import RunFolder


@pytest.mark.filterwarnings("default")
def test_jobs_of_a_node_that_dies_are_taken_up_again(plan_of) -> None:
    from ray.cluster_utils import Cluster as Nodes

    nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        second = nodes.add_node(num_cpus=1)
        # Enough steps that one node is still at work when the other has started.
        run = RunFolder.open(plan_of(MATRIX.replace("0-1", "0-3"), steps=200))
        killed, notes = False, []
        for event in Cluster(run, never).work(nodes.address):
            notes += [event.text] if isinstance(event, Note) else []
            working = isinstance(event, Started) and states(run).count("running") > 4
            if working and not killed:
                nodes.remove_node(second, allow_graceful=False)
                killed = True
    finally:
        nodes.shutdown()
    assert len(notes) == 1
    assert "pictures begin again" in notes[0]
    assert states(run) == ["done"] * 16
    assert len(pictures(run)) == 16


def test_a_cluster_that_is_not_there_is_said(plan_of) -> None:
    run = RunFolder.open(plan_of())
    with pytest.raises(ConfigError, match="there is no Ray cluster at '127.0.0.1:1'"):
        list(Cluster(run, never).work("127.0.0.1:1"))
