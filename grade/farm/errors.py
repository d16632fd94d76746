"""What can be wrong with a farm."""

from __future__ import annotations

from grade.errors import RequestError, TemporaryError


class FarmError(RequestError):
    """What was asked of a farm has no meaning there, or the farm is not made for it."""


class FarmLost(TemporaryError):
    """The farm does not answer, or lost what it was doing."""
