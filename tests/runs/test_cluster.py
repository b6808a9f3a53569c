"""A run on a cluster: actors that die, come and go; and a real Ray cluster whose node is killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.reduction import ForkingPickler
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from tests.running import MATRIX, TinyCache, draw, never, of_kind, pictures, states, stop_after
from vqclip.errors import ConfigError, OutputError
from vqclip.runs import cluster
from vqclip.runs.cluster import ATTEMPTS, Cluster
from vqclip.runs.events import Done, Failed, Note, Started
from vqclip.runs.folder import RunFolder


class DeathError(Exception):
    """What Ray raises where an actor has died."""


def sent(value: Any) -> Any:
    """What arrives of a value in another process."""
    return ForkingPickler.loads(ForkingPickler.dumps(value))


@dataclass
class FakeRay:
    """As much of Ray as a cluster is driven by; actors live in this process.

    Attributes:
        places: CPUs of the cluster.
        deaths: actors that die at their next batch.
        dies_idle: whether the first actor dies before it gets a batch.
    """

    places: int = 1
    deaths: int = 0
    dies_idle: bool = False
    started: int = 0
    is_down: bool = False
    exceptions: ClassVar = SimpleNamespace(RayError=DeathError)

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": self.places}

    def remote(self, kind: type) -> FakeActorClass:
        return FakeActorClass(self, kind)

    def wait(self, references: list[Any], timeout: float) -> tuple[list[Any], list[Any]]:
        return references[:1], references[1:]

    def get(self, reference: Callable[[], Any]) -> Any:
        return reference()

    def shutdown(self) -> None:
        self.is_down = True


@dataclass
class FakeActorClass:
    ray: FakeRay
    kind: type

    def options(self, **_: Any) -> FakeActorClass:
        return self

    def remote(self, *arguments: Any) -> FakeActor:
        self.ray.started += 1
        return FakeActor(self.ray, self.kind(*sent(arguments)))


@dataclass
class FakeActor:
    ray: FakeRay
    worker: Any

    def __getattr__(self, name: str) -> FakeMethod:
        return FakeMethod(self, name)


@dataclass
class FakeMethod:
    actor: FakeActor
    name: str

    def remote(self, *arguments: Any) -> Callable[[], Any]:
        ray = self.actor.ray

        def result() -> Any:
            if self.name == "draw" and ray.deaths:
                ray.deaths -= 1
                raise DeathError("the actor died\nbecause of its node")
            if self.name == "limit" and ray.dies_idle:
                ray.dies_idle = False
                raise DeathError("the actor died")
            method = getattr(self.actor.worker, self.name)
            return sent(method(*sent(arguments)))

        return result


@pytest.fixture(autouse=True)
def _tiny(monkeypatch) -> None:
    monkeypatch.setattr(cluster, "ModelCache", lambda *_: TinyCache())


def run_on(ray: FakeRay, plan, stop=never) -> tuple[RunFolder, list[Any]]:
    run = RunFolder.open(plan)
    return run, list(Cluster(run, stop, connect=lambda address: ray).work("anywhere"))


def test_a_cluster_draws_what_a_worker_draws(plan_of) -> None:
    whole = pictures(draw(plan_of(folder="whole"))[0])
    ray = FakeRay(places=2)
    run, events = run_on(ray, plan_of())
    assert pictures(run) == whole
    assert (ray.started, ray.is_down) == (2, True)
    assert [len(event.jobs) for event in of_kind(events, Started)] == [4, 4]
    assert len(of_kind(events, Done)) == 8
    results = [run.manifest.entry(job.id).result for job in run.plan.jobs]
    assert [result.file for result in results] == [f"{job.name}.png" for job in run.plan.jobs]
    assert [path.name for path in run.folder.glob("*.checkpoint")] == []


def test_candidates_go_where_they_are_looked_for(plan_of) -> None:
    run, _ = run_on(FakeRay(), plan_of("candidates: 2\njobs:\n  - {prompt: a fox}\n"))
    assert all(run.path(job).is_file() for job in run.plan.jobs)
    assert run.pending() == []


def test_the_batch_of_an_actor_that_dies_begins_again(plan_of) -> None:
    run, events = run_on(FakeRay(deaths=1), plan_of())
    assert [note.text for note in of_kind(events, Note)] == [
        "a worker of the cluster died; 4 pictures start over (the actor died)"
    ]
    assert states(run) == ["done"] * 8


def test_an_actor_that_dies_idle_is_replaced(plan_of) -> None:
    ray = FakeRay(dies_idle=True)
    run, _ = run_on(ray, plan_of())
    assert ray.started == 2
    assert states(run) == ["done"] * 8


def test_a_job_under_which_several_actors_died_has_failed(plan_of) -> None:
    run, events = run_on(FakeRay(deaths=ATTEMPTS), plan_of())
    failed = of_kind(events, Failed)
    assert [event.error for event in failed] == [
        "3 workers died while drawing it: the actor died"
    ] * 4
    assert sorted(states(run)) == ["done"] * 4 + ["failed"] * 4


def test_a_job_that_fails_on_a_node_has_failed_here(plan_of) -> None:
    text = "jobs:\n  - {prompt: a fox}\n  - {prompt: a cow, start.image: none.png}\n"
    run, events = run_on(FakeRay(), plan_of(text))
    assert "there is no picture none.png" in of_kind(events, Failed)[0].error
    assert states(run) == ["done", "failed"]


def test_a_cluster_that_is_stopped_gives_its_jobs_back(plan_of) -> None:
    run, _ = run_on(FakeRay(places=2), plan_of(), stop_after(3))
    assert sorted(states(run)) == ["done"] * 4 + ["running"] * 4
    other = RunFolder.open(plan_of())
    assert len(other.claim_batch(lambda job, left: left)) == 4


def test_a_node_of_other_weights_is_refused(plan_of, monkeypatch) -> None:
    run, _ = run_on(FakeRay(), plan_of(), stop_after(2))
    assert sorted(states(run)) == ["done"] * 4 + ["waiting"] * 4
    other = replace(TinyCache().models, hashes={"vqgan tiny": "1" * 64})
    monkeypatch.setattr(cluster, "ModelCache", lambda *_: TinyCache(other))
    with pytest.raises(OutputError, match="the weights have changed"):
        run_on(FakeRay(), plan_of())


def test_an_address_where_nobody_listens_is_said(plan_of) -> None:
    run = RunFolder.open(plan_of())
    with pytest.raises(ConfigError, match="there is no Ray cluster at '127.0.0.1:1'"):
        list(Cluster(run, never).work("127.0.0.1:1"))


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_jobs_of_a_real_node_that_is_killed_are_taken_up_again(plan_of) -> None:
    from ray.cluster_utils import Cluster as Nodes

    # The head has no place for an actor, so that all work is where it is killed.
    fast = {"health_check_period_ms": 500, "health_check_failure_threshold": 4}
    head = {"num_cpus": 0, "include_dashboard": False, "_system_config": fast}
    nodes = Nodes(initialize_head=True, head_node_args=head)
    try:
        node = nodes.add_node(num_cpus=1)
        run = RunFolder.open(plan_of(MATRIX))
        notes = []
        for event in Cluster(run, never).work(nodes.address):
            if isinstance(event, Note):
                notes.append(event.text)
            if isinstance(event, Started) and node is not None:
                nodes.remove_node(node, allow_graceful=False)
                nodes.add_node(num_cpus=1)
                node = None
    finally:
        nodes.shutdown()
    assert len(notes) == 1
    assert "4 pictures start over" in notes[0]
    assert states(run) == ["done"] * 8
    assert len(pictures(run)) == 8
