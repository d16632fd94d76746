"""Rendering: a look over a still or a sequence, onto disk, by any number of processes and hosts.

``grade.render(...)`` calls `grade.render.job.render`, and ``grade.render_show(...)``
`grade.render.show.job.render_show`: the verb ``grade render`` is a thin face of the same jobs.

`plan` checks everything, and says of each file whether and why it must be written; `Stream` writes.
Hidden claims lie beside the frames while it works (`grade.render.ledger.claim`). The journals lie
in ``.grade/`` (`grade.render.ledger.journal`); `grade.render.ledger.resume`, ``grade status`` and
``grade verify`` read them.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, Unpack

from grade.graph.look import Look
from grade.render.frame.destination import Destination
from grade.render.frames import Task
from grade.render.job import AnyPath, Outputs, render
from grade.render.options import Keywords, Options
from grade.render.plan import Plan, plan
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

    def __reduce__(self) -> tuple[Any, ...]:
        return importlib.import_module, (self.__name__,)


sys.modules[__name__].__class__ = _CallableRoom
