"""`grade render --dask`: frames on a cluster, told as those of one machine are."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grade.cli.job.progress import Voice, counted
from grade.errors import GradeError

if TYPE_CHECKING:
    from grade.render import Outcome, Plan, Report
    from grade.render.show.show_report import ShotOutcome, ShowReport


class _OnePlan:
    """Lets a plan on a cluster be run as a stream of this machine is."""

    def __init__(self, crew: Any) -> None:
        self.crew = crew
        self.stop = crew.stop
        self.abandon = crew.abandon

    def outcomes(self) -> Iterator[Outcome]:
        for _, outcome in self.crew.outcomes():
            yield outcome


class _Shots:
    """Lets the shots of a show be run as those of this machine are."""

    def __init__(self, cluster: Any) -> None:
        self.cluster = cluster
        self.stop = threading.Event()
        self.crew: Any = None

    def abandon(self) -> None:
        if self.crew is not None:
            self.crew.abandon()

    def outcomes(self, plans: dict[str, Plan], report: ShowReport) -> Iterator[ShotOutcome]:
        """All shots at one time: the last frames of one beside the first of the next."""
        from grade.farm.dispatch import Dispatcher
        from grade.render.show.show_report import ShotOutcome

        begun = {}
        for shot, plan in plans.items():
            try:
                plan.make_folders()
            except GradeError as error:
                report.refuse(shot, error)
                continue
            report.begin(shot, plan.filled)
            begun[shot] = plan
        self.crew = Dispatcher(self.cluster, begun)
        self.crew.stop = self.stop
        for shot, outcome in self.crew.outcomes():
            yield ShotOutcome.of(shot, outcome)


def run_on(text: str, plan: Plan, report: Report, voice: Voice, options: dict[str, Any]) -> int:
    """Render a plan on a cluster; return the exit code."""
    from grade.cli.render import run
    from grade.farm.cluster import open_cluster
    from grade.farm.dispatch import Dispatcher

    with open_cluster(text, plan.request.device or "auto", options["threads"]) as found:
        voice.say(f"{found.name}: {counted(found.workers, 'worker')}")
        return run(plan, report, voice, options["kind"], _OnePlan(Dispatcher(found, {"": plan})))


@contextmanager
def shots_on(text: str, device: str, threads: int | None) -> Iterator[_Shots]:
    """What runs the shots of a show on a cluster, for a `with` block."""
    from grade.farm.cluster import open_cluster

    with open_cluster(text, device, threads) as found:
        yield _Shots(found)
