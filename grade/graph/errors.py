"""Errors of looks: a wrong graph, an unknown name, pixels or a file that a look does not take."""

from __future__ import annotations

from grade.errors import RequestError


class GraphError(RequestError):
    """Nodes are joined, named or addressed in a way that has no meaning."""


class UnknownName(GraphError, KeyError):
    """A look has no node, matte or output of this name; the message names the nearest."""

    __str__ = Exception.__str__  # KeyError would print the message in quotes


class DomainError(GraphError):
    """An op needs an encoding that its picture cannot be given; the message has the remedy."""


class PixelsError(RequestError):
    """A look does not take this array or frame; the message says why."""


class LookFileError(RequestError):
    """A look file is wrong; the message begins with ``file:line:``."""


class Unchangeable(GraphError, AttributeError):
    """An attribute of a look was set; a look does not change, and the message has the remedy."""
