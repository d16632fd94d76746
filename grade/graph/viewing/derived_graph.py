"""A graph with other outputs, computed for one picture: what a preview or a probe runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grade.graph.model.graph import Graph
from grade.graph.model.wire import Wire
from grade.graph.running.plate_space import input_space_of
from grade.io.frame import Frame


def derive_for(graph: Graph, picture: Any, ends: Mapping[str, Wire]) -> Graph:
    """The graph with these outputs; for a frame, ``auto`` becomes the space of the frame.

    The graph is dropped after the picture, so its nodes do not count as shared.

    Raises
    ------
    GraphError
        If the tags of the frame contradict the look, or nothing says which space it is in.
    """
    if not isinstance(picture, Frame):
        return graph.derive(ends)
    return graph.derive(ends, input=input_space_of(graph, picture))
