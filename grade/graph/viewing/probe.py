"""One pixel through every node of a look: what each made of it, to the bit.

Every node is traced as if the look ended there, and run in float32 at the pixel's true place. The
numbers are those of the kernels, which all have the bits of that interpreter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from grade.graph.errors import PixelsError
from grade.graph.model.graph import Graph
from grade.graph.model.naming import SOURCE
from grade.graph.model.picture import Matte
from grade.graph.model.wire import Wire, walk
from grade.graph.running.apply import ALPHAS
from grade.graph.tracing.pixels import Pixel
from grade.graph.tracing.trace import Tracer, program_of
from grade.graph.tracing.uniforms import uniform_values
from grade.graph.viewing.ending import derive_for
from grade.graph.viewing.pixel import PixelInMemory, pixel_of_array, pixel_of_frame
from grade.io.frame import Frame
from grade.ir.expression import Node, channels
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, verify
from grade.ir.storage import Layout, encode
from grade.passes.pipeline import lower

Triple = tuple[float, float, float]
READ, WORKING, STORED = "read", "working", "stored"


class ProbedNode(NamedTuple):
    """What a pixel is behind one node.

    Attributes
    ----------
    name, op
        The node and its kind. The source has two rows: as ``read``, and in the ``working`` space.
        The last row is the output as ``stored``.
    space
        The space that the numbers are in; None where it is not known, and for a matte.
    rgb
        Straight colour in float32; of the last row what is stored: integers where the picture is
        of integers, multiplied by alpha where it is. None for a matte.
    matte
        Of a matte its value, 0..1; of a picture that of the node's matte, None where it has none.
    change
        ``rgb`` less that of the node's first picture; None where the space is another one.
    """

    name: str
    op: str
    space: str | None
    rgb: Triple | None
    matte: float | None = None
    change: Triple | None = None


def probe(
    graph: Graph,
    picture: Any,
    x: int = 0,
    y: int = 0,
    *,
    output: str | None = None,
    frame: float | None = None,
    first: float | None = None,
    alpha: str | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> list[ProbedNode]:
    """A pixel behind every node of an output; see ``Look.probe``."""
    if alpha is not None and alpha not in ALPHAS:
        raise PixelsError(f"alpha = {alpha!r}: takes straight, premultiplied or ignore")
    name = graph.output_name(output)
    kind = None if alpha is None else ALPHAS[alpha]
    if isinstance(picture, Frame):
        graph = derive_for(graph, picture, graph.outputs)
        number = picture.frame if frame is None else frame
        spot = pixel_of_frame(graph, name, picture, (x, y), kind, number, inputs)
    else:
        number = frame
        spot = pixel_of_array(graph, name, picture, (x, y), kind or "straight", inputs)
    return list(_Probe(graph, name, spot, number, first).rows())


class _Probe:
    """The nodes of an output at one pixel."""

    def __init__(
        self,
        graph: Graph,
        output: str,
        spot: PixelInMemory,
        frame: float | None,
        first: float | None,
    ) -> None:
        self.graph, self.output, self.spot = graph, output, spot
        self.frame, self.first = frame, first
        self.layouts = {name: layout for name, (layout, _) in spot.inputs.items()}

    def rows(self) -> Iterator[ProbedNode]:
        places, end = self.graph.names.places, self.graph.outputs[self.output]
        found: dict[Wire, ProbedNode] = {}
        for wire in walk([end]):
            if isinstance(wire, Matte):
                if wire in places:
                    op = wire.operator if wire.op is None else wire.op.kind
                    yield ProbedNode(places[wire], str(op), None, None, self.matte(wire))
                continue
            if wire.op is None:
                yield self.read()
            found[wire] = self.picture(wire, found)
            yield found[wire]
        yield self.stored(found[end])

    def read(self) -> ProbedNode:
        """The plate, in its own space."""
        graph = self.graph
        plate = graph.input or graph.working
        if plate is not None:
            plate = str(graph.configuration.space(plate).name)
        colour = Pixel(self.spot.layout, self.spot.alpha).colour()
        return ProbedNode(SOURCE, READ, plate, self.colour(Tracer(graph, self.layouts), colour))

    def picture(self, wire: Wire, found: Mapping[Wire, ProbedNode]) -> ProbedNode:
        """What a node gives, in the space that the next one is handed it in."""
        tracer = Tracer(self.graph, self.layouts)
        colour = Pixel(self.spot.layout, self.spot.alpha).colour()
        if wire.op is None:
            name, kind = SOURCE, WORKING
        else:
            name, kind = self.graph.names.places.get(wire, self.output), wire.op.kind
        end = tracer.output(wire, name, colour)
        rgb = self.colour(tracer, end.colour)
        matte = None if wire.matte is None else self.matte(wire.matte)
        change = None
        if wire.inputs:
            before = found[wire.inputs[0]]
            if before.space == end.space and before.rgb is not None:
                change = _subtract(rgb, before.rgb)
        return ProbedNode(name, kind, end.space, rgb, matte, change)

    def matte(self, wire: Matte) -> float:
        """The value of a matte."""
        tracer = Tracer(self.graph, self.layouts)
        grey = tracer.matte_of(wire, Pixel(self.spot.layout, self.spot.alpha).colour())
        return self.floats(tracer, [grey])[0]

    def stored(self, last: ProbedNode) -> ProbedNode:
        """What is written of the output."""
        layout = self.spot.layout
        target = Layout(3, layout.code, planar=True)
        program = program_of(self.graph, self.output, layout, target, self.spot.alpha, self.layouts)
        raw = self.run(program, list(self.graph.inputs(self.output)))
        if layout.storage == "f16":
            numbers = [float(v.astype(np.uint16).view(np.float16)) for v in raw]
        else:
            numbers = [v.item() for v in raw]
        return ProbedNode(self.output, STORED, last.space, _triple(numbers))

    def colour(self, tracer: Tracer, colour: Node) -> Triple:
        return _triple(self.floats(tracer, channels(colour)))

    def floats(self, tracer: Tracer, values: Any) -> list[float]:
        """The numbers of some expressions."""
        stage = Stage(tuple(encode("f32", value) for value in values))
        program = Program(
            (self.spot.layout, *tracer.layouts.values()),
            (Layout(len(stage.outputs), "f32", planar=True),),
            tuple(tracer.uniforms),
            (stage,),
        )
        return [value.item() for value in self.run(verify(program), list(tracer.layouts))]

    def run(self, program: Program, inputs: list[str]) -> list[Any]:
        """The raw numbers that a program stores at the pixel."""
        spot, frame = self.spot, self.frame
        uniforms = uniform_values(
            self.graph, program, frame, spot.geometry, self.first, spot.timecode
        )
        sources = [self.spot.raw, *(self.spot.inputs[name][1] for name in inputs)]
        interpreter = Interpreter(lower(program), np.float32)
        made = interpreter.run(sources, uniforms, self.spot.geometry.origin)
        return [plane[0, 0] for plane in made]


def _triple(numbers: list[float]) -> Triple:
    red, green, blue = numbers
    return red, green, blue


def _subtract(after: Triple, before: Triple) -> Triple:
    return _triple([a - b for a, b in zip(after, before, strict=True)])
