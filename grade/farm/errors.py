"""What can be wrong with a farm, as types."""

from __future__ import annotations

from grade.errors import RequestError, TemporaryError


class FarmError(RequestError):
    """A farm cannot do what was asked, or is not set up for it."""


class FarmLost(TemporaryError):
    """The farm does not answer, or lost the work in progress."""
