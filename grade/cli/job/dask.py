"""``grade render --dask``: frames on a cluster, shown as those of this machine are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

from grade.errors import RequestError
from grade.log import Log

if TYPE_CHECKING:
    from grade.render import Outcome, Plan
    from grade.render.show_job import Crew
    from grade.render.stop_event import StopEvent
    from grade.run import Executor

CrewMaker = Callable[[Mapping[str, "Plan"], "StopEvent"], "Crew"]


def cluster_device(where: str | None, paths: list[str]) -> Executor | None:
    """What stands for a cluster while a job is planned, for nothing is compiled here then.

    Parameters
    ----------
    where
        The value of ``--dask``; None: the job runs here, and so it is None.
    paths
        What is read and written.

    Raises
    ------
    RequestError
        The job has a movie, which is one file that is read and written in order.
    """
    if where is None:
        return None
    from grade.farm.cluster import ClusterExecutor, check_address
    from grade.io.formats.movie import is_movie

    movies = [path for path in paths if is_movie(path.partition(",")[0])]
    if movies:
        raise RequestError(f"{movies[0]}: movies are rendered here, not on Dask; leave out --dask")
    return ClusterExecutor(f"dask {check_address(where)}")


@contextmanager
def crew_on(
    where: str, device: str, threads: int | None, wait: float | None, log: Log
) -> Iterator[CrewMaker]:
    """Who renders plans on a cluster, for a `with` block.

    Parameters
    ----------
    where
        ``local:N`` or the address of a scheduler.
    device, threads
        Of the workers.
    wait
        Seconds until a scheduler must have a worker.
    log
        Is told the cluster and its workers.
    """
    from grade.farm.cluster import open_cluster
    from grade.farm.dispatch import Dispatcher
    from grade.render.messages import counted

    with open_cluster(where, device, threads, wait, log.info) as found:
        log.info(f"{found.name}: {counted(found.workers, 'worker')}")

        def make(plans: Mapping[str, Plan], stop: StopEvent) -> Crew:
            crew = Dispatcher(found, plans)
            crew.stop = stop
            return crew

        yield make


class OnePlan:
    """A crew that renders one plan, as a stream of this process does.

    Parameters
    ----------
    crew
        The crew.
    """

    # Only movies have remarks and limiters, and no cluster writes one.
    notes: tuple[str, ...] = ()
    limited: Mapping[str, int] = MappingProxyType({})

    def __init__(self, crew: Crew) -> None:
        self.crew = crew

    def outcomes(self) -> Iterator[Outcome]:
        """Render; yield the outcome of each frame as it is known."""
        for _, outcome in self.crew.outcomes():
            yield outcome

    def abandon(self) -> None:
        """Tell the workers to stop, for a process that ends at once."""
        self.crew.abandon()
