"""What can be wrong with a look."""

from __future__ import annotations

from grade.errors import RequestError


class GraphError(RequestError):
    """Nodes were joined, named or addressed in a way that has no meaning."""


class UnknownName(GraphError, KeyError):
    """A look has no such node or output; the message names the nearest."""

    __str__ = Exception.__str__  # KeyError would print the message in quotes


class DomainError(GraphError):
    """An op needs an encoding that cannot be had where it stands; the message has the remedy."""


class PixelsError(RequestError):
    """An array or a frame is of a kind that a look does not take; the message names it."""


class LookFileError(RequestError):
    """A look file is wrong; the message begins with ``file:line:``."""


class Unchangeable(GraphError, AttributeError):
    """An attribute of a look was set, and a look does not change; the message has the remedy."""
