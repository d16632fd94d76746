"""What can be wrong with a render job, as types."""

from __future__ import annotations

from grade.errors import FramesFailed, GradeError, RequestError


class PlanError(RequestError):
    """The job cannot be done as asked; nothing was written."""


class UnknownOption(PlanError, TypeError):
    """An option that a job does not have; also a TypeError, as for any wrong keyword."""


class MissingFrames(PlanError):
    """The plate lacks frames, and the policy is to stop then."""


class WouldOverwrite(PlanError):
    """The outputs would replace files that grade did not write, or the plate itself."""


class NotDisplayReferred(PlanError):
    """A scene-referred output was to be written to a display-referred format."""


class OddFrame(FramesFailed):
    """A frame that is unlike its plate: other color tags, another size, aspect or rate."""


class ShowFileError(PlanError):
    """A show file or its table of shots is wrong; the message begins with ``file:line:``."""


class ProgramNotSent(GradeError):
    """A worker lacks the program of this frame; the dispatcher sends it and tries again."""
