"""Traces an output or a matte of a graph into a program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, cast

from grade.graph.model.graph import Graph
from grade.graph.model.picture import Matte
from grade.graph.model.wire import Wire
from grade.graph.tracing.pixels import Pixel, check_layouts
from grade.graph.tracing.tracer import NodeSpaces, Tracer
from grade.io.frame import Alpha
from grade.ir.dither import Dither, reduces
from grade.ir.expression import rgb
from grade.ir.program import Program
from grade.ir.storage import Layout


class Traced(NamedTuple):
    """A program, the spaces of its nodes, the space of its result, and the names of its inputs.

    ``inputs`` are those beside the plate, in the order of the program's sources.
    """

    program: Program
    node_spaces: tuple[NodeSpaces, ...]
    space: str | None
    inputs: tuple[str, ...] = ()


def trace(
    graph: Graph,
    output: str,
    source: Layout,
    target: Layout,
    alpha: Alpha,
    inputs: Mapping[str, Layout] | None = None,
    dither: Dither = "none",
) -> Traced:
    """Trace an output.

    Parameters
    ----------
    graph, output
        The graph, and the name of the output.
    source, target
        How the pixels lie in memory that the program reads and writes.
    alpha
        Whether color is ``premultiplied`` or ``straight``; ``none`` ignores a fourth channel.
    inputs
        How the pixels of other inputs lie in memory, by name; float planes if not given.
    dither
        Whether noise hides the steps of a target with fewer bits; see :mod:`grade.ir.dither`.

    Raises
    ------
    GraphError, DomainError
        If the look cannot be traced; the message has the remedy.
    """
    check_layouts(source, target, alpha)
    tracer, pixel = Tracer(graph, inputs or {}), Pixel(source, alpha)
    end = tracer.trace_picture(graph.outputs[output], output, pixel.color())
    dithered = dither != "none" and reduces(source.code, target.code)
    frame_number = tracer.uniforms.frame_number if dithered else None
    program = tracer.program(source, target, pixel.store(end.color, target, frame_number))
    return Traced(program, tuple(tracer.node_spaces), end.nominal, tuple(tracer.inputs))


def trace_matte(
    graph: Graph,
    wire: Wire,
    source: Layout,
    target: Layout,
    alpha: Alpha = "none",
    inputs: Mapping[str, Layout] | None = None,
) -> Traced:
    """Trace a matte as a grey picture, for a preview.

    The parameters are those of :func:`trace`. The grey is not multiplied by alpha.
    """
    check_layouts(source, target, alpha)
    tracer = Tracer(graph, inputs or {})
    grey = tracer.trace_matte(cast(Matte, wire), Pixel(source, alpha).color())
    stored = Pixel(source, "none").store(rgb(grey, grey, grey), target)
    program = tracer.program(source, target, stored)
    return Traced(program, tuple(tracer.node_spaces), None, tuple(tracer.inputs))


def program_of(
    graph: Graph,
    output: str,
    layouts: tuple[Layout, Layout],
    alpha: Alpha,
    inputs: Mapping[str, Layout] | None = None,
    dither: Dither = "none",
) -> Program:
    """The traced program of an output, kept until the graph changes; see :func:`trace`."""
    key = ("program", output, *layouts, alpha, tuple((inputs or {}).items()), dither)
    return graph.memory.remember(
        key, lambda: trace(graph, output, *layouts, alpha, inputs, dither).program
    )


def spaces_along(graph: Graph, output: str) -> list[NodeSpaces]:
    """The spaces of every node of an output, source first."""
    pixels = Layout(3)
    return list(trace(graph, output, pixels, pixels, "none").node_spaces)
