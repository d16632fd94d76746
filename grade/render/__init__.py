"""Rendering: a look over a still or a sequence, onto disk, by any number of processes and hosts.

`plan` checks everything, and says of each file whether and why it must be written; `Stream` writes.
Beside the frames lie hidden claims while it works (`grade.render.claim`) and, in ``.grade/``, the
journals (`grade.render.journal`), which `grade.render.resume`, ``grade status`` and
``grade verify`` read.
"""

from grade.render.destination import Destination
from grade.render.frames import Task
from grade.render.plan import Plan, plan
from grade.render.report import Outcome, Report
from grade.render.request import Request
from grade.render.stream import Stream

__all__ = ["Destination", "Outcome", "Plan", "Report", "Request", "Stream", "Task", "plan"]
