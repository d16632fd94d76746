"""The user's graph: pictures, looks, their programs, their files."""

from grade.graph.errors import DomainError, GraphError, LookFileError, PixelsError, UnknownName
from grade.graph.look import Look
from grade.graph.model.connect import combine_channels, layer, mix, parallel
from grade.graph.model.inputs import MatteFile, PlateFile
from grade.graph.model.naming import Placed
from grade.graph.model.picture import Matte, Picture, place

__all__ = [
    "DomainError",
    "GraphError",
    "Look",
    "LookFileError",
    "Matte",
    "MatteFile",
    "Picture",
    "PixelsError",
    "Placed",
    "PlateFile",
    "UnknownName",
    "combine_channels",
    "layer",
    "mix",
    "parallel",
    "place",
]
