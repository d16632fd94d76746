"""Rendering: a look over a still, a sequence or a movie, written by any number of processes.

The way of a job, and the module of each step::

    grade.render()                 job            checks options, opens the look, logs what it says
       |
    Request                        request        what is asked for
       |
     plan()                        planner        checks everything, compiles, and finds out which
       |                                          files must be written and why
       |   frame_selection, request_checks, sample_frame, delivery_presets, movie_plan, movie_key
     Plan                          plan
       |
    Stream.outcomes()              stream         runs the steps below on threads, frames overlap
       |
       |   Scheduler.take()        scheduler      the next frame, claimed (ledger.claim)
       |   FrameLoader.load()      frame_loader   plate, other inputs, their checksums
       |   Grader.grade()          frame.grader   one kernel for all outputs of the frame
       |   deliver()               frame.delivery a file, counted and checksummed; or the frame of a
       |                                          movie (movie_outputs)
       |   JournalWriter           journal_writer a row of the journal (ledger.journal)
       |
    Outcome, Outcome ...  ->  Report              report: counts, the last line, the exit code

- ``frame``: how one frame is graded, counted and written.
- ``ledger``: what lies on disk beside the frames. Claims are hidden files while a frame is written;
  journals in ``.grade/`` say what was written from what. By them a later run skips what is up to
  date (`ledger.resume`), and `status` and `verify` read nothing else.
- ``show``: one look over many shots, each of which is planned and streamed as above;
  ``grade.render_show()`` is `show_job`. The verb ``grade render`` is a thin face of both.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, Unpack

from grade.graph.look import Look
from grade.render.frame.destination import Destination
from grade.render.frame_selection import Task
from grade.render.job import AnyPath, Outputs, render
from grade.render.options import Keywords, Options
from grade.render.plan import Plan
from grade.render.planner import plan
from grade.render.report import Outcome, Report
from grade.render.request import Request
from grade.render.stop_event import IsSet
from grade.render.stream import Stream

__all__ = [
    "Destination", "Options", "Outcome", "Plan", "Report", "Request", "Stream", "Task", "plan",
    "render",
]  # fmt: skip


class _CallableRoom(ModuleType):
    """A package that can be called: ``grade.render(...)``.

    Once anybody has imported a module of it, Python binds the package itself to ``grade.render``.
    So the package is the function of that name too. `multiprocessing` sends functions by their
    name, and so it is pickled.
    """

    def __call__(
        self,
        look: Look | AnyPath,
        input: AnyPath,
        outputs: Outputs,
        *,
        progress: Callable[[Outcome], object] | None = None,
        stop: IsSet | None = None,
        dry_run: bool = False,
        **options: Unpack[Keywords],
    ) -> Report:
        return render(
            look, input, outputs, progress=progress, stop=stop, dry_run=dry_run, **options
        )

    __call__.__doc__ = render.__doc__

    def __reduce__(self) -> tuple[Any, ...]:
        return importlib.import_module, (self.__name__,)


sys.modules[__name__].__class__ = _CallableRoom
