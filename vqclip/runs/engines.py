"""What carries out a run: a worker in this process, a crew of processes, or a Ray cluster."""

from __future__ import annotations

from collections.abc import Iterator

from vqclip.models.fetch.bars import Bars
from vqclip.runs.cluster import Cluster
from vqclip.runs.crew import Crew
from vqclip.runs.drive import Stop
from vqclip.runs.events import Event
from vqclip.runs.folder import RunFolder
from vqclip.runs.modelcache import ModelCache
from vqclip.runs.pacelog import PaceLog
from vqclip.runs.work import WorkOptions
from vqclip.runs.worker import Worker


def carry_out(
    run: RunFolder, options: WorkOptions, stop: Stop, *, bars: Bars | None = None
) -> Iterator[Event]:
    """Draw what is left of a run, and yield what happens.

    Args:
        run: the folder.
        options: how to work.
        stop: called often.
        bars: class of the progress bars of downloads; None: no bars.

    Raises:
        ConfigError: the cluster cannot be reached.
        OutputError: the folder cannot be written to.
    """
    if options.engine == "ray":
        return Cluster(run, stop).work(options.address)
    if options.workers > 1:
        return Crew(run, options, stop).work()
    cache = ModelCache(options.device, run.plan.judge, bars)
    return Worker(run, cache, stop, options, PaceLog.of_user()).work()
