"""Looks: the graph of a grade, its program, its pictures and its file.

Each layer knows only the layers below it::

    compose     several looks as one: stack, dissolve, compound
    open_look   the look of a job: from a file or shipped, with the overrides of the job
    look        Look, the facade that users hold
    difference  what two looks do differently, in sentences
    rendering   Look.render, a call of grade.render
    file        .grade.yaml: read, check, save, format, JSON Schema
    viewing     previews, probed pixels, the graph as SVG
    running     arrays and frames through the kernel of an output
    identity    equality, hashes, kernel keys, files that a look depends on
    tracing     from graph to program: spaces, alpha, geometry, uniforms
    model       pictures, mattes, nodes, names, and changes of their values
    errors
"""

from grade.graph.errors import DomainError, GraphError, LookFileError, PixelsError, UnknownName
from grade.graph.look import Look
from grade.graph.model.connect import combine_channels, layer, mix, parallel
from grade.graph.model.inputs import MatteFile, PlateFile
from grade.graph.model.naming import Placed
from grade.graph.model.picture import Matte, Picture, place
from grade.graph.model.plate_input import InputView

__all__ = [
    "DomainError",
    "GraphError",
    "InputView",
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
