"""One pixel through every node of a look: the result of each node, to the bit.

Every node is traced as if the look ended there, and interpreted in float32 at the true place of the
pixel. The numbers have the bits of the kernels, because all kernels agree with the interpreter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from grade.graph.model.connect import load_op
from grade.graph.model.graph import Graph
from grade.graph.model.naming import SOURCE
from grade.graph.model.picture import Matte
from grade.graph.model.wire import Wire, walk
from grade.graph.running.options import ApplyOptions, read_alpha
from grade.graph.tracing.pixels import Pixel
from grade.graph.tracing.trace import program_of
from grade.graph.tracing.tracer import Tracer
from grade.graph.tracing.uniforms import uniform_values
from grade.graph.viewing.derived_graph import derive_for
from grade.graph.viewing.pixel import PixelInMemory, pixel_of_array, pixel_of_frame
from grade.io.frame import Frame
from grade.ir.expression import Node, channels
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program
from grade.ir.storage import Layout, encode
from grade.op import Qualifier
from grade.op.formulas.hexcone import NO_HUE
from grade.passes.pipeline import lower

Triple = tuple[float, float, float]


class KeyedColor(NamedTuple):
    """A color as a key sees it: in its space, by hue, saturation and luma.

    ``hue`` is in degrees; None for a grey, which has none. ``saturation`` and ``luma`` are those
    that the key compares with its ranges; for an HSL key the third is its luminance.
    """

    space: str | None
    hue: float | None
    saturation: float
    luma: float


READ, WORKING, STORED = "read", "working", "stored"


class ProbedNode(NamedTuple):
    """A pixel behind one node.

    Attributes
    ----------
    name, op
        The node and its kind. The source is listed twice: as ``read``, and in the ``working``
        space. The output is listed last, as ``stored``.
    space
        The space of the numbers. None where it is not known, and for a matte.
    rgb
        Straight color in float32. For the last entry, the stored numbers: integers in a picture of
        integers, multiplied by alpha in a premultiplied picture. None for a matte.
    matte
        The value of a matte, 0..1; for a picture, of the matte of its node. None where it has none.
    change
        ``rgb`` minus that of the first input of the node. None where the space differs.
    keyed
        Hue, saturation and luma. For a key as it sees its picture; for a picture as a key would
        that is drawn from it. None for other mattes, and for what is read and stored.
    """

    name: str
    op: str
    space: str | None
    rgb: Triple | None
    matte: float | None = None
    change: Triple | None = None
    keyed: KeyedColor | None = None


def probe(graph: Graph, picture: Any, x: int, y: int, options: ApplyOptions) -> list[ProbedNode]:
    """Probe a pixel behind every node of an output; see ``Look.probe``."""
    read_alpha(options.alpha, "straight")  # a wrong one is refused before anything else
    output, number = graph.output_name(options.output), options.frame
    if isinstance(picture, Frame):
        graph = derive_for(graph, picture, graph.outputs)
        alpha = read_alpha(options.alpha, picture.alpha)
        number = picture.frame if number is None else number
        pixel = pixel_of_frame(graph, output, picture, (x, y), alpha, number, options.inputs)
    else:
        alpha = read_alpha(options.alpha, "straight")
        pixel = pixel_of_array(graph, output, picture, (x, y), alpha, options.inputs)
    return list(_Probe(graph, output, pixel, number, options.first).nodes())


class _Probe:
    """The nodes of an output at one pixel."""

    def __init__(
        self,
        graph: Graph,
        output: str,
        pixel: PixelInMemory,
        frame: float | None,
        first: float | None,
    ) -> None:
        self.graph, self.output, self.pixel = graph, output, pixel
        self.frame, self.first = frame, first
        self.layouts = {name: layout for name, (layout, _) in pixel.inputs.items()}

    def nodes(self) -> Iterator[ProbedNode]:
        """The plate, every node and matte in serial order, and what is stored."""
        places, end = self.graph.names.places, self.graph.outputs[self.output]
        probed: dict[Wire, ProbedNode] = {}
        for wire in walk([end]):
            if isinstance(wire, Matte):
                if wire in places:
                    op = wire.operator if wire.op is None else wire.op.kind
                    value, keyed = self.probe_matte(wire), self.probe_key(wire)
                    yield ProbedNode(places[wire], str(op), None, None, value, keyed=keyed)
                continue
            if wire.op is None:
                yield self.probe_plate()
            probed[wire] = self.probe_picture(wire, probed)
            yield probed[wire]
        yield self.probe_stored(probed[end])

    def probe_plate(self) -> ProbedNode:
        """The plate, in its own space."""
        stated = self.graph.assumed_input or self.graph.working
        plate = None if stated is None else str(stated)
        if isinstance(stated, str):
            plate = str(self.graph.configuration.space(stated).name)
        tracer = Tracer(self.graph, self.layouts)
        return ProbedNode(SOURCE, READ, plate, self.compute_color(tracer, self.source))

    def probe_picture(self, wire: Wire, probed: Mapping[Wire, ProbedNode]) -> ProbedNode:
        """The result of a node, in the space that the next node receives."""
        tracer = Tracer(self.graph, self.layouts)
        if wire.op is None:
            name, kind = SOURCE, WORKING
        else:
            name, kind = self.graph.names.places.get(wire, self.output), wire.op.kind
        end = tracer.trace_picture(wire, name, self.source)
        rgb = self.compute_color(tracer, end.color)
        key = cast(Qualifier, load_op("luma_qualifier")())
        keyed = self.compute_keyed(tracer, key, end.color, end.space)
        matte = None if wire.matte is None else self.probe_matte(wire.matte)
        change = None
        if wire.inputs:
            before = probed[wire.inputs[0]]
            if before.space == end.space and before.rgb is not None:
                change = _subtract(rgb, before.rgb)
        return ProbedNode(name, kind, end.space, rgb, matte, change, keyed)

    def probe_key(self, wire: Matte) -> KeyedColor | None:
        """The color that a key sees; None for any other matte, and a key that is off."""
        op = wire.op
        if not isinstance(op, Qualifier) or not op.values["enable"]:
            return None
        tracer = Tracer(self.graph, self.layouts)
        color, space = tracer.trace_key_input(wire, self.source)
        return self.compute_keyed(tracer, op, color, space)

    def compute_keyed(
        self, tracer: Tracer, key: Qualifier, color: Node, space: str | None
    ) -> KeyedColor:
        """Hue, saturation and luma of a traced color, in float32."""
        hue, saturation, luma = self.compute(tracer, list(key.coordinates(color)))
        return KeyedColor(space, None if hue == NO_HUE else hue, saturation, luma)

    def probe_matte(self, wire: Matte) -> float:
        """The value of a matte."""
        tracer = Tracer(self.graph, self.layouts)
        return self.compute(tracer, [tracer.trace_matte(wire, self.source)])[0]

    def probe_stored(self, last: ProbedNode) -> ProbedNode:
        """The numbers that are stored for the output."""
        layout = self.pixel.layout
        target = Layout(3, layout.code, planar=True)
        program = program_of(
            self.graph, self.output, (layout, target), self.pixel.alpha, self.layouts
        )
        raw = self.run(program, list(self.graph.inputs(self.output)))
        if layout.storage == "f16":
            numbers = [float(v.astype(np.uint16).view(np.float16)) for v in raw]
        else:
            numbers = [v.item() for v in raw]
        return ProbedNode(self.output, STORED, last.space, _triple(numbers))

    @property
    def source(self) -> Node:
        """The color of the plate, as an expression."""
        return Pixel(self.pixel.layout, self.pixel.alpha).color()

    def compute_color(self, tracer: Tracer, color: Node) -> Triple:
        """Red, green and blue of a traced color, in float32."""
        return _triple(self.compute(tracer, channels(color)))

    def compute(self, tracer: Tracer, values: Sequence[Node]) -> list[float]:
        """The numbers of traced expressions, in float32."""
        stored = tuple(encode("f32", value) for value in values)
        target = Layout(len(stored), "f32", planar=True)
        program = tracer.program(self.pixel.layout, target, stored)
        return [value.item() for value in self.run(program, list(tracer.inputs))]

    def run(self, program: Program, inputs: list[str]) -> list[Any]:
        """The words that a program stores for the pixel."""
        pixel = self.pixel
        uniforms = uniform_values(
            self.graph, program, self.frame, pixel.geometry, self.first, pixel.timecode
        )
        sources = [pixel.raw, *(pixel.inputs[name][1] for name in inputs)]
        interpreter = Interpreter(lower(program), np.float32)
        made = interpreter.run(sources, uniforms, pixel.geometry.origin)
        return [plane[0, 0] for plane in made]


def _triple(numbers: list[float]) -> Triple:
    red, green, blue = numbers
    return red, green, blue


def _subtract(after: Triple, before: Triple) -> Triple:
    return _triple([a - b for a, b in zip(after, before, strict=True)])
