"""What can be wrong with a render job, as types."""

from __future__ import annotations

from grade.errors import RequestError


class PlanError(RequestError):
    """The job cannot be done as asked; nothing was written."""


class MissingFrames(PlanError):
    """Frames of the plate are not on disk, and the policy is to stop then."""


class WouldOverwrite(PlanError):
    """Files in the way that we did not write, or the plate itself."""


class NotDisplayReferred(PlanError):
    """Scene-referred numbers were to go into a file that people look at."""
