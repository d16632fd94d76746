"""Rendering: a look over a still or a sequence. `plan` checks everything, `run` writes frames."""

from grade.render.plan import Plan, Request, Task, plan
from grade.render.report import Outcome, Report
from grade.render.stream import Stream

__all__ = ["Outcome", "Plan", "Report", "Request", "Stream", "Task", "plan"]
