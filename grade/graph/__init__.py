"""The user's graph: pictures, looks, their programs, their files."""

from grade.graph.errors import DomainError, GraphError, LookFileError, PixelsError, UnknownName
from grade.graph.look import Look, Placed
from grade.graph.picture import Picture, mix, place

__all__ = [
    "DomainError",
    "GraphError",
    "Look",
    "LookFileError",
    "Picture",
    "PixelsError",
    "Placed",
    "UnknownName",
    "mix",
    "place",
]
