"""The tracer: one output of a look becomes one program.

A picture is carried in whatever space it was last needed in. It is converted when the next op needs
another one, and only then: two linear ops in a log working space share one way in and one way out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

from grade.graph.errors import DomainError, GraphError
from grade.graph.model.graph import Graph
from grade.graph.model.inputs import Input, MatteFile
from grade.graph.model.picture import Matte
from grade.graph.model.wire import Wire, walk
from grade.graph.tracing.geometry import FRAME
from grade.graph.tracing.geometry import NAMES as GEOMETRY
from grade.graph.tracing.pixels import Alpha, Pixel, check_layouts
from grade.graph.tracing.spaces import WORKING_EXAMPLE, Spaces
from grade.ir.dither import Dither, reduces
from grade.ir.expression import Node, clamp, const, fma, make, rgb, select, to_float
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout, decode
from grade.ir.types import F32, I32
from grade.op import Op, Position, Window
from grade.op.matte import combined


class NodeSpaces(NamedTuple):
    """What a node does to the space of its picture: one line of ``grade explain``.

    ``space_in`` is the space it works in, ``space_out`` the one that its result is handed on in;
    ``conversion`` names the primitives that were needed to get from the picture before to
    ``space_in``, or, for an op that changes the space, to ``space_out``.
    """

    node: str
    kind: str
    space_in: str | None
    space_out: str | None
    conversion: tuple[str, ...] = ()


class Unchanged(NamedTuple):
    """What a picture was, in another space, if the ops since then did nothing."""

    colour: Node
    space: str
    condition: Node


@dataclass(frozen=True)
class TracedPicture:
    """A picture while it is traced.

    Attributes
    ----------
    colour, space
        Its numbers, and the space they are in.
    nominal
        The space it is in for an op that acts on what it gets.
    unchanged
        Kept so that ops at their defaults cost no bit although they work in another space: the
        way back then ends in the numbers from before, not in converted ones.
    """

    colour: Node
    space: str | None
    nominal: str | None
    unchanged: Unchanged | None = None


class Traced(NamedTuple):
    """A program and the spaces along its edges.

    ``inputs`` names what comes in beside the plate, in the order of the program's sources.
    """

    program: Program
    edges: tuple[NodeSpaces, ...]
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
    """Trace one output.

    Parameters
    ----------
    graph, output
        The graph, and the name of the end that is wanted.
    source, target
        How the pixels lie in memory that are read and written.
    alpha
        Whether colour is ``premultiplied``, ``straight``, or a fourth channel means nothing.
    inputs
        How the pixels of other inputs lie in memory, by their names; float planes if not given.
    dither
        Whether noise hides the steps of a target with fewer bits; see :mod:`grade.ir.dither`.

    Raises
    ------
    GraphError, DomainError
        If the look cannot be traced; the message has the remedy.
    """
    check_layouts(source, target, alpha)
    tracer = Tracer(graph, inputs or {})
    pixel = Pixel(source, alpha)
    wire = graph.outputs[output]
    end = tracer.output(wire, output, pixel.colour())
    noise_of = None
    if dither != "none" and reduces(source.code, target.code):
        noise_of = tracer.frame_number
    stage = Stage(pixel.stored(end.colour, target, noise_of))
    sources = (source, *tracer.layouts.values())
    program = Program(sources, (target,), tuple(tracer.uniforms), (stage,))
    return Traced(verify(program), tuple(tracer.edges), end.nominal, tuple(tracer.layouts))


def program_of(
    graph: Graph,
    output: str,
    source: Layout,
    target: Layout,
    alpha: Alpha,
    inputs: Mapping[str, Layout] | None = None,
    dither: Dither = "none",
) -> Program:
    """The traced program of an output, kept until the graph changes; see :func:`trace`."""
    key = ("program", output, source, target, alpha, tuple((inputs or {}).items()), dither)
    return graph.memory.remember(
        key, lambda: trace(graph, output, source, target, alpha, inputs, dither).program
    )


def spaces_along(graph: Graph, output: str) -> list[NodeSpaces]:
    """What each node on the way to an output does to the space of its picture, source first."""
    pixels = Layout(3)
    return list(trace(graph, output, pixels, pixels, "none").edges)


def trace_matte(
    graph: Graph,
    wire: Wire,
    source: Layout,
    target: Layout,
    alpha: Alpha = "none",
    inputs: Mapping[str, Layout] | None = None,
) -> Traced:
    """Trace a matte as a grey picture: what a preview shows.

    The parameters are those of :func:`trace`. The grey is not multiplied by alpha.
    """
    check_layouts(source, target, alpha)
    tracer = Tracer(graph, inputs or {})
    grey = tracer.matte_of(cast(Matte, wire), Pixel(source, alpha).colour())
    stage = Stage(Pixel(source, "none").stored(rgb(grey, grey, grey), target))
    sources = (source, *tracer.layouts.values())
    program = Program(sources, (target,), tuple(tracer.uniforms), (stage,))
    return Traced(verify(program), tuple(tracer.edges), None, tuple(tracer.layouts))


class Tracer:
    """Traces pictures of one look, and remembers uniforms and edges."""

    def __init__(self, graph: Graph, inputs: Mapping[str, Layout]) -> None:
        self.graph = graph
        self.given = inputs
        self.layouts: dict[str, Layout] = {}
        self.spaces = Spaces(graph)
        self.names = graph.names
        self.name_of = {id(op): name for name, op in self.names.ops.items()}
        self.uniforms: list[Uniform] = []
        self.edges: list[NodeSpaces] = []
        self._leaves: dict[str, Node] = {}

    def output(self, picture: Wire, name: str, colour: Node) -> TracedPicture:
        """The value of an output, in its nominal space."""
        end = cast(TracedPicture, self._values(picture, name, colour)[picture])
        arrived, conversion = self.to(end, end.nominal)
        self.edges.append(NodeSpaces(name, "output", arrived.space, arrived.space, conversion))
        return arrived

    def matte_of(self, matte: Matte, colour: Node) -> Node:
        """The expression of a matte."""
        return cast(Node, self._values(matte, "preview", colour)[matte])

    def _values(self, end: Wire, name: str, colour: Node) -> dict[Wire, TracedPicture | Node]:
        """What every wire on the way to ``end`` carries: pictures a value, mattes one number."""
        values: dict[Wire, Any] = {}
        for step in walk([end]):
            label = self.names.places.get(step, f"outputs.{name}")
            inputs = [values[given] for given in step.inputs]
            if isinstance(step, Matte):
                values[step] = self.matte(step, label, inputs)
            elif step.op is None:
                values[step] = self.plate(colour)
            elif isinstance(step.op, Input):
                values[step] = self.other_plate(step.op, label)
            else:
                matte = None if step.matte is None else values[step.matte]
                values[step] = self.step(step.op, label, inputs, matte)
        return values

    # --- mattes -----------------------------------------------------------------------------------

    def matte(self, wire: Matte, label: str, inputs: list[Any]) -> Node:
        """The expression of a matte, from the pictures or mattes it is made of."""
        op = wire.op
        if op is None:
            return cast(Node, combined(str(wire.operator), inputs))
        if not op.values["enable"]:
            return cast(Node, inputs[0] if op.takes == "matte" else const(1.0))
        if isinstance(op, MatteFile):
            loaded = self._loaded(op, label, Layout(1, planar=True))[0]
            held = clamp(loaded, 0.0, 1.0)
            amount = self._uniforms_of(op)(f"{label}.amount", 0.0, 1.0)
            return cast(Node, held * amount)
        uniform = self._uniforms_of(op)
        if op.takes == "matte":
            given: Any = inputs[0]
            working = self.spaces.working(None)
        elif isinstance(op, Window):
            given, working = self.position, self.spaces.working(None)
        else:
            space = self.spaces.of_op(op, label, inputs[0].nominal)
            arrived, conversion = self.to(inputs[0], space)
            self.edges.append(NodeSpaces(label, op.kind, space, None, conversion))
            given, working = arrived.colour, self.spaces.working(space)
        return cast(Node, op.trace_matte(given, uniform, working=working))  # type: ignore[attr-defined]

    @property
    def position(self) -> Position:
        """The pixel's place, from its coordinates and the frame's geometry."""
        across, down, left, top = map(self._frame_uniform, GEOMETRY)
        column, row = (to_float(make("coordinate", (), (I32, axis))) for axis in "xy")
        return Position(fma(column, across, left), fma(row, -down, top), across, down)

    @property
    def frame_number(self) -> Node:
        """The number of the frame, for what is random."""
        if FRAME not in self._leaves:
            self._leaves[FRAME] = make("uniform", (), (I32, len(self.uniforms)))
            self.uniforms.append(Uniform(FRAME, I32))
        return self._leaves[FRAME]

    def _frame_uniform(self, name: str) -> Node:
        if name not in self._leaves:
            low, high = (-1e6, 1e6) if name in GEOMETRY[2:] else (1e-6, 1e3)
            self._leaves[name] = make("uniform", (), (F32, len(self.uniforms)))
            self.uniforms.append(Uniform(name, F32, low, high))
        return self._leaves[name]

    # --- pictures ---------------------------------------------------------------------------------

    def other_plate(self, op: Op, label: str) -> TracedPicture:
        """A picture from another file, in the space that the node states."""
        red, green, blue = self._loaded(op, label, Layout(3, planar=True))[:3]
        plate = self.plate(rgb(red, green, blue), label)
        stated = op.values["space"]
        if stated is None or plate.nominal is None:
            return plate
        space = str(self.graph.configuration.space(stated).name)
        self.edges[-1] = NodeSpaces(label, op.kind, space, space)
        return TracedPicture(plate.colour, space, plate.nominal)

    def _loaded(self, op: Op, label: str, usual: Layout) -> list[Node]:
        """The channels of an input, which becomes one more source of the program."""
        layout = self.layouts.setdefault(label, self.given.get(label, usual))
        number = 1 + list(self.layouts).index(label)
        raw = [make("load", (), (layout.raw_type, number, c)) for c in range(layout.channels)]
        return [decode(layout.storage, value) for value in raw]

    def plate(self, colour: Node, label: str = "source") -> TracedPicture:
        """The picture that comes in."""
        graph = self.graph
        if graph.input == "auto":
            raise GraphError(
                'the look takes input="auto", which each file decides;'
                ' fix it first, as in look.with_input("ACES2065-1")'
            )
        plate, nominal = graph.input or graph.working, graph.working or graph.input
        if plate is not None and nominal is not None:
            plate = str(graph.configuration.space(plate).name)
            nominal = str(graph.configuration.space(nominal).name)
        self.edges.append(NodeSpaces(label, "source", plate, plate))
        return TracedPicture(colour, plate, nominal)

    def step(
        self, op: Op, label: str, inputs: list[TracedPicture], matte: Node | None
    ) -> TracedPicture:
        """What an op makes of its pictures."""
        if not op.values["enable"]:
            return inputs[0]
        if op.changes_space:
            if matte is not None:
                raise GraphError(
                    f"{label}.matte: a conversion is done as a whole, because half of one is in no"
                    " space; grade.mix blends two pictures"
                )
            return self._change(op, label, inputs[0])
        nominal = inputs[0].nominal
        if any(value.nominal != nominal for value in inputs):
            spaces = " and ".join(str(value.nominal) for value in inputs)
            raise DomainError(
                f"{label}: its pictures are in {spaces}; bring them to one space with Convert"
            )
        space = self.spaces.of_op(op, label, nominal)
        arrived, conversions = zip(*(self.to(value, space) for value in inputs), strict=True)
        uniform = self._uniforms_of(op)
        others = (value.colour for value in arrived[1:])
        working = self.spaces.working(space)
        colour = op.trace(arrived[0].colour, uniform, *others, matte=matte, working=working)
        self.edges.append(NodeSpaces(label, op.kind, space, space, sum(conversions, ())))
        kept = self._kept(inputs[0], arrived[0], op, matte) if len(inputs) == 1 else None
        return self._settled(TracedPicture(colour, space, nominal, kept))

    def _kept(
        self, before: TracedPicture, arrived: TracedPicture, op: Op, matte: Node | None
    ) -> Unchanged | None:
        """How the result can still be what came in, seen from another space."""
        unchanged = op.unchanged(self._uniforms_of(op), matte)
        if before.space == arrived.space:
            if arrived.unchanged is None:
                return None
            condition = arrived.unchanged.condition & unchanged
            return arrived.unchanged._replace(condition=condition)
        assert before.space is not None
        return Unchanged(before.colour, before.space, unchanged)

    def _settled(self, value: TracedPicture) -> TracedPicture:
        """Back in the nominal space at once where the way back and forth would leave a trace."""
        space, nominal = value.space, value.nominal
        if space is None or nominal is None or self.spaces.lossless(space, nominal):
            return value
        return self.to(value, nominal)[0]

    def to(self, value: TracedPicture, target: str | None) -> tuple[TracedPicture, tuple[str, ...]]:
        """The same picture in another space, and the primitives that this took."""
        space, nominal = value.space, value.nominal
        if target == space or target is None or space is None or nominal is None:
            return value, ()
        if nominal not in (space, target) and not (
            self.spaces.lossless(space, nominal) or self.spaces.lossless(target, nominal)
        ):
            between, first = self.to(value, nominal)
            arrived, second = self.to(between, target)
            return arrived, (*first, *second)
        transform = self.spaces.transform(space, target)
        colour = transform(value.colour)
        kept = value.unchanged
        if kept is not None and kept.space == target:
            colour = select(kept.condition, kept.colour, colour)
        arrived = replace(value, colour=colour, space=target, unchanged=None)
        return arrived, tuple(transform.operations)

    def _change(self, op: Op, label: str, value: TracedPicture) -> TracedPicture:
        """The picture in the space that a conversion leads to."""
        stated = op.values.get("src")
        if stated is not None:
            stated = str(self.graph.configuration.space(stated).name)
            if value.nominal is None:
                value = replace(value, space=stated, nominal=stated)
            value, _ = self.to(value, value.nominal)
            value = replace(value, space=stated, nominal=stated, unchanged=None)
        if value.space is None or value.nominal is None:
            raise DomainError(
                f"{label}: the look does not say which space its numbers are in; give src=, as in"
                f' {type(op).__name__}(..., src="ACEScct"), or {WORKING_EXAMPLE}'
            )
        if value.space != value.nominal and not self.spaces.lossless(value.space, value.nominal):
            value, _ = self.to(value, value.nominal)
        assert value.space is not None
        transform, space = self.spaces.changed(op, label, value.space)
        operations = tuple(transform.operations)
        self.edges.append(NodeSpaces(label, op.kind, value.space, space, operations))
        colour, kept = transform(value.colour), value.unchanged
        if kept is not None and kept.space == space and "dst" in op.values:
            # Home again, and nothing was done on the way: the very numbers that set out.
            colour = select(kept.condition, kept.colour, colour)
        return TracedPicture(colour, space, space)

    def _uniforms_of(self, op: Op):  # type: ignore[no-untyped-def]
        """The leaves of an op: one per number, shared by every place where the op stands."""
        node = self.name_of[id(op)]

        def uniform(path: str, low: float, high: float) -> Node:
            name = f"{node}.{path.partition('.')[2]}"
            if name not in self._leaves:
                self._leaves[name] = make("uniform", (), (F32, len(self.uniforms)))
                self.uniforms.append(Uniform(name, F32, low, high))
            return self._leaves[name]

        return uniform
