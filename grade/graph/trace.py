"""The tracer: one output of a look becomes one program.

A picture is carried in whatever space it was last needed in. It is converted when the next op needs
another one, and only then: two linear ops in a log working space share one way in and one way out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from grade.graph.errors import DomainError, GraphError
from grade.graph.picture import Picture, walk
from grade.graph.pixels import Alpha, Pixel, check
from grade.graph.spaces import Spaces, changes_space
from grade.ir.expression import Node, make, select
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout
from grade.ir.types import F32
from grade.op import Op

if TYPE_CHECKING:
    from grade.graph.look import Look


class Edge(NamedTuple):
    """What a node does to the space of its picture.

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
class Value:
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
    """A program and the spaces along its edges."""

    program: Program
    edges: tuple[Edge, ...]
    space: str | None


def trace(look: Look, output: str, source: Layout, target: Layout, alpha: Alpha) -> Traced:
    """Trace one output.

    Parameters
    ----------
    look, output
        The graph, and the name of the end that is wanted.
    source, target
        How the pixels lie in memory that are read and written.
    alpha
        Whether colour is ``premultiplied``, ``straight``, or a fourth channel means nothing.

    Raises
    ------
    GraphError, DomainError
        If the look cannot be traced; the message has the remedy.
    """
    check(source, target, alpha)
    tracer = Tracer(look)
    pixel = Pixel(source, alpha)
    end = tracer.output(look.outputs[output], output, pixel.colour())
    stage = Stage(pixel.stored(end.colour, target))
    program = Program((source,), (target,), tuple(tracer.uniforms), (stage,))
    return Traced(verify(program), tuple(tracer.edges), end.nominal)


class Tracer:
    """Traces pictures of one look, and remembers uniforms and edges."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.spaces = Spaces(look)
        self.names = look.names
        self.name_of = {id(op): name for name, op in self.names.ops.items()}
        self.uniforms: list[Uniform] = []
        self.edges: list[Edge] = []
        self._leaves: dict[str, Node] = {}

    def output(self, picture: Picture, name: str, colour: Node) -> Value:
        """The value of an output, in its nominal space."""
        values: dict[Picture, Value] = {}
        for step in walk([picture]):
            if step.op is None:
                values[step] = self.plate(colour)
            else:
                inputs = [values[given] for given in step.inputs]
                label = self.names.places.get(step, f"outputs.{name}")
                values[step] = self.step(step.op, label, inputs)
        end = values[picture]
        arrived, conversion = self.to(end, end.nominal)
        self.edges.append(Edge(name, "output", arrived.space, arrived.space, conversion))
        return arrived

    def plate(self, colour: Node) -> Value:
        """The picture that comes in."""
        look = self.look
        if look.input == "auto":
            raise GraphError(
                'the look takes input="auto", which each file decides;'
                ' fix it first, as in look.with_input("ACES2065-1")'
            )
        plate, nominal = look.input or look.working, look.working or look.input
        if plate is not None and nominal is not None:
            plate = str(look.configuration.space(plate).name)
            nominal = str(look.configuration.space(nominal).name)
        self.edges.append(Edge("source", "source", plate, plate))
        return Value(colour, plate, nominal)

    def step(self, op: Op, label: str, inputs: list[Value]) -> Value:
        """What an op makes of its pictures."""
        if not op.values["enable"]:
            return inputs[0]
        if changes_space(op):
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
        colour = op.trace(arrived[0].colour, uniform, *others, working=working)
        self.edges.append(Edge(label, op.kind, space, space, sum(conversions, ())))
        kept = self._kept(inputs[0], arrived[0], op) if len(inputs) == 1 else None
        return self._settled(Value(colour, space, nominal, kept))

    def _kept(self, before: Value, arrived: Value, op: Op) -> Unchanged | None:
        """How the result can still be what came in, seen from another space."""
        if before.space == arrived.space:
            if arrived.unchanged is None:
                return None
            condition = arrived.unchanged.condition & op.unchanged(self._uniforms_of(op))
            return arrived.unchanged._replace(condition=condition)
        assert before.space is not None
        return Unchanged(before.colour, before.space, op.unchanged(self._uniforms_of(op)))

    def _settled(self, value: Value) -> Value:
        """Back in the nominal space at once where the way back and forth would leave a trace."""
        space, nominal = value.space, value.nominal
        if space is None or nominal is None or self.spaces.lossless(space, nominal):
            return value
        return self.to(value, nominal)[0]

    def to(self, value: Value, target: str | None) -> tuple[Value, tuple[str, ...]]:
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

    def _change(self, op: Op, label: str, value: Value) -> Value:
        """The picture in the space that a conversion leads to."""
        stated = op.values.get("src")
        if stated is not None:
            stated = str(self.look.configuration.space(stated).name)
            if value.nominal is None:
                value = replace(value, space=stated, nominal=stated)
            value, _ = self.to(value, value.nominal)
            value = replace(value, space=stated, nominal=stated, unchanged=None)
        if value.space is None or value.nominal is None:
            raise DomainError(
                f"{label}: the look does not say which space its numbers are in; give src=, as in"
                f' {type(op).__name__}(..., src="ACEScct"), or Look(..., working="ACEScct")'
            )
        if value.space != value.nominal and not self.spaces.lossless(value.space, value.nominal):
            value, _ = self.to(value, value.nominal)
        assert value.space is not None
        transform, space = self.spaces.changed(op, label, value.space)
        operations = tuple(transform.operations)
        self.edges.append(Edge(label, op.kind, value.space, space, operations))
        return Value(transform(value.colour), space, space)

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
