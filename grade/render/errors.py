"""What can be wrong with a render job, as types."""

from __future__ import annotations

from grade.errors import GradeError, RequestError


class PlanError(RequestError):
    """The job cannot be done as asked; nothing was written."""


class UnknownOption(PlanError, TypeError):
    """An option that a job does not have; also a TypeError, as for any wrong keyword."""


class MissingFrames(PlanError):
    """Frames of the plate are not on disk, and the policy is to stop then."""


class WouldOverwrite(PlanError):
    """Files in the way that we did not write, or the plate itself."""


class NotDisplayReferred(PlanError):
    """Scene-referred numbers were to go into a file that people look at."""


class ShowFileError(PlanError):
    """A show file or its shots are wrong; the message begins with ``file:line:``."""


class Unforeseen(GradeError):
    """A worker was sent no program for this frame: whoever sent it is asked, and sends one."""
