"""Rendering: a look over a still or a sequence, onto disk, by any number of processes and hosts.

`plan` checks everything, and says of each file whether and why it must be written; `Stream` writes.
Hidden claims lie beside the frames while it works (`grade.render.ledger.claim`). The journals lie
in ``.grade/`` (`grade.render.ledger.journal`); `grade.render.ledger.resume`, ``grade status`` and
``grade verify`` read them.
"""

from grade.render.frame.destination import Destination
from grade.render.frame_selection import Task
from grade.render.plan import Plan, plan
from grade.render.report import Outcome, Report
from grade.render.request import Request
from grade.render.stream import Stream

__all__ = ["Destination", "Outcome", "Plan", "Report", "Request", "Stream", "Task", "plan"]
