"""``look.apply``: an array or a frame through a look."""

from __future__ import annotations

from typing import Any

from grade.graph.errors import PixelsError
from grade.graph.model.graph import Graph
from grade.graph.running.apply_array import TAKES, apply_to_array
from grade.graph.running.apply_frame import apply_to_frame
from grade.graph.running.endpoint import Endpoint
from grade.graph.running.options import ApplyOptions, read_alpha
from grade.io.frame import Frame
from grade.run.dlpack import is_array


def apply(graph: Graph, picture: Any, options: ApplyOptions) -> Any:
    """Grade an array or a frame; see ``Look.apply``."""
    read_alpha(options.alpha, "straight")  # a wrong one is refused before anything else
    return apply_endpoint(Endpoint(graph, graph.output_name(options.output)), picture, options)


def apply_endpoint(endpoint: Endpoint, picture: Any, options: ApplyOptions) -> Any:
    """Compute an endpoint for an array or a frame."""
    if is_array(picture):
        return apply_to_array(endpoint, picture, options)
    if isinstance(picture, Frame):
        return apply_to_frame(endpoint, picture, options)
    given = type(picture)
    raise PixelsError(f"{given.__module__}.{given.__qualname__}: apply {TAKES}, and frames")
