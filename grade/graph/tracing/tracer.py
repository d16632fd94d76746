"""The tracer: what each node makes of its pictures, as expressions.

A picture is carried in the space in which it was last needed. It is converted when the next op
needs another space, and only then: two linear ops in a log working space share one conversion to
linear and one back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple, cast

from grade.color.tags.encoding import RGBEncoding
from grade.graph.errors import DomainError, GraphError
from grade.graph.model.configuration import configuration_of
from grade.graph.model.graph import Graph
from grade.graph.model.inputs import Input, MatteFile
from grade.graph.model.picture import Matte
from grade.graph.model.plate_input import InputView
from grade.graph.model.wire import Wire, walk
from grade.graph.tracing.spaces import WORKING_EXAMPLE, Spaces, given_space
from grade.graph.tracing.traced_picture import TracedPicture, Unchanged
from grade.graph.tracing.uniform_nodes import UniformNodes
from grade.ir.expression import Node, clamp, const, make, rgb
from grade.ir.program import Program, Stage, verify
from grade.ir.storage import Layout, decode
from grade.op import Op, Window
from grade.op.matte_ops import combine_mattes
from grade.op.space_change import find_part


class NodeSpaces(NamedTuple):
    """The spaces of a node: one line of ``grade explain``.

    ``space_in`` is the space that the op works in, ``space_out`` the space of its result.
    ``conversion`` names the primitives that convert the picture before the node to ``space_in``;
    for an op that changes the space, to ``space_out``.
    """

    node: str
    kind: str
    space_in: str | None
    space_out: str | None
    conversion: tuple[str, ...] = ()


class Tracer:
    """Traces the wires of one graph.

    Parameters
    ----------
    graph
        The graph.
    layouts
        How the pixels of other inputs lie in memory, by name; float planes if not given.

    Attributes
    ----------
    inputs
        The layout of every input that was traced, in the order of the program's sources.
    uniforms
        The uniforms of the program.
    node_spaces
        The spaces of every node that was traced.
    """

    def __init__(self, graph: Graph, layouts: Mapping[str, Layout]) -> None:
        self.graph = graph
        self.layouts = layouts
        self.inputs: dict[str, Layout] = {}
        self.spaces = Spaces(graph)
        self.uniforms = UniformNodes(graph.names)
        self.node_spaces: list[NodeSpaces] = []

    def trace_picture(self, picture: Wire, name: str, source: Node) -> TracedPicture:
        """Trace a picture as the output ``name``; the result is in its nominal space.

        ``source`` is the color of the source of the look.
        """
        end = cast(TracedPicture, self._trace_wires(picture, name, source)[picture])
        converted, conversion = self._convert(end, end.nominal)
        space = converted.space
        self.node_spaces.append(NodeSpaces(name, "output", space, space, conversion))
        return converted

    def trace_matte(self, matte: Matte, source: Node) -> Node:
        """Trace a matte: one number, 0..1."""
        return cast(Node, self._trace_wires(matte, "preview", source)[matte])

    def trace_key_input(self, key: Matte, source: Node) -> tuple[Node, str | None]:
        """Trace the color that a key sees; with the space that it works in."""
        picture, label = key.inputs[0], self.graph.names.places.get(key, "preview")
        traced = cast(TracedPicture, self._trace_wires(picture, label, source)[picture])
        return self._trace_key_input(cast(Op, key.op), label, traced)

    def program(self, source: Layout, target: Layout, stored: tuple[Node, ...]) -> Program:
        """The program that stores these values, with every input and uniform traced so far."""
        sources = (source, *self.inputs.values())
        uniforms = tuple(self.uniforms.declared)
        return verify(Program(sources, (target,), uniforms, (Stage(stored),)))

    def _trace_wires(self, end: Wire, name: str, source: Node) -> dict[Wire, TracedPicture | Node]:
        """The traced picture or matte of every wire that ``end`` depends on."""
        traced: dict[Wire, Any] = {}
        for wire in walk([end]):
            label = self.graph.names.places.get(wire, f"outputs.{name}")
            inputs = [traced[given] for given in wire.inputs]
            if isinstance(wire, Matte):
                traced[wire] = self._trace_matte_node(wire, label, inputs)
            elif wire.op is None:
                traced[wire] = self._trace_plate(source, "source")
            elif isinstance(wire.op, Input):
                traced[wire] = self._trace_other_plate(wire.op, label)
            else:
                matte = None if wire.matte is None else traced[wire.matte]
                traced[wire] = self._trace_node(wire.op, label, inputs, matte)
        return traced

    # --- mattes -----------------------------------------------------------------------------------

    def _trace_matte_node(self, wire: Matte, label: str, inputs: list[Any]) -> Node:
        """The expression of a matte, from its pictures or mattes."""
        op = wire.op
        if op is None:
            return cast(Node, combine_mattes(str(wire.operator), inputs))
        if not op.values["enable"]:
            return cast(Node, inputs[0] if op.takes == "matte" else const(1.0))
        if isinstance(op, MatteFile):
            channel = clamp(self._load_input(label, Layout(1, planar=True))[0], 0.0, 1.0)
            amount = self.uniforms.of_op(op)(f"{label}.amount", 0.0, 1.0)
            return cast(Node, channel * amount)
        uniform = self.uniforms.of_op(op)
        if op.takes == "matte":
            given: Any = inputs[0]
            working = self.spaces.working(None)
        elif isinstance(op, Window):
            given, working = self.uniforms.position(op.in_pixels), self.spaces.working(None)
        else:
            given, space = self._trace_key_input(op, label, inputs[0])
            working = self.spaces.working(space)
        return cast(Node, op.trace_matte(given, uniform, working=working))  # type: ignore[attr-defined]

    def _trace_key_input(
        self, op: Op, label: str, picture: TracedPicture
    ) -> tuple[Node, str | None]:
        """The color that a key sees, and the space of it."""
        space = self.spaces.space_of_op(op, label, picture.nominal)
        converted, conversion = self._convert(picture, space)
        self.node_spaces.append(NodeSpaces(label, op.kind, space, None, conversion))
        return converted.color, space

    # --- inputs -----------------------------------------------------------------------------------

    def _trace_plate(self, color: Node, label: str) -> TracedPicture:
        """A plate, in the input space of the look, or taken back through the view that made it."""
        graph = self.graph
        stated = graph.assumed_input
        if stated is None and graph.input is not None:
            raise GraphError(
                'the look takes input="auto", so each file decides its space; choose one first, as'
                ' in look.with_input("ACES2065-1") or --input, or let the look say what is'
                ' untagged="ACES2065-1"'
            )
        if isinstance(stated, InputView | RGBEncoding):
            return self._take_back(color, label, stated)
        plate, nominal = stated or graph.working, graph.working or stated
        if plate is not None and nominal is not None:
            plate = str(graph.configuration.space(plate).name)
            nominal = str(graph.configuration.space(nominal).name)
        self.node_spaces.append(NodeSpaces(label, "source", plate, plate))
        return TracedPicture(color, plate, nominal)

    def _take_back(
        self, color: Node, label: str, made_by: InputView | RGBEncoding
    ) -> TracedPicture:
        """A plate that a view made, or that has an encoding of its own, in the working space."""
        config = self.graph.configuration
        working = str(config.space(self.graph.working).name)
        if isinstance(made_by, InputView):
            transform = config.display(made_by.display, made_by.view, working, inverse=True)
        else:
            transform = config.encoded(made_by, working)
        operations = tuple(transform.operations)
        self.node_spaces.append(NodeSpaces(label, "source", str(made_by), working, operations))
        return TracedPicture(transform(color), working, working)

    def _trace_other_plate(self, op: Op, label: str) -> TracedPicture:
        """A picture from another file, in the space that the node states."""
        red, green, blue = self._load_input(label, Layout(3, planar=True))[:3]
        color = rgb(red, green, blue)
        plate = self._trace_plate(color, label)
        stated = op.values["space"]
        if stated is None or plate.nominal is None:
            return plate
        space = str(self.graph.configuration.space(stated).name)
        self.node_spaces[-1] = NodeSpaces(label, op.kind, space, space)
        return TracedPicture(color, space, plate.nominal)

    def _load_input(self, label: str, default: Layout) -> list[Node]:
        """The channels of an input, which becomes one more source of the program."""
        layout = self.inputs.setdefault(label, self.layouts.get(label, default))
        number = 1 + list(self.inputs).index(label)
        raw = [make("load", (), (layout.raw_type, number, c)) for c in range(layout.channels)]
        return [decode(layout.storage, value) for value in raw]

    # --- nodes ------------------------------------------------------------------------------------

    def _trace_node(
        self, op: Op, label: str, inputs: list[TracedPicture], matte: Node | None
    ) -> TracedPicture:
        """The picture that an op makes of its pictures."""
        if not op.values["enable"]:
            return inputs[0]
        if op.changes_space:
            if matte is not None:
                raise GraphError(
                    f"{label}.matte: a conversion is done as a whole, because half of one is in no"
                    " space; grade.mix blends two pictures"
                )
            field = find_part(op)
            if field is not None:
                raise GraphError(
                    f"{label}.{field} = {op.values[field]!r}: a conversion is done as a whole,"
                    " because half of one is in no space; grade.mix blends two pictures"
                )
            if "src" in op.values:
                return self._change_space(op, label, inputs[0])
            return self._give_space(op, label, inputs[0])
        nominal = inputs[0].nominal
        if any(picture.nominal != nominal for picture in inputs):
            spaces = " and ".join(str(picture.nominal) for picture in inputs)
            raise DomainError(
                f"{label}: its pictures are in {spaces}; bring them to one space with Convert"
            )
        space = self.spaces.space_of_op(op, label, nominal)
        converted, conversions = zip(*(self._convert(one, space) for one in inputs), strict=True)
        others = (picture.color for picture in converted[1:])
        color = op.trace(
            converted[0].color, self.uniforms.of_op(op), *others,
            matte=matte, working=self.spaces.working(space),
        )  # fmt: skip
        self.node_spaces.append(NodeSpaces(label, op.kind, space, space, sum(conversions, ())))
        unchanged = None
        if len(inputs) == 1:
            unchanged = self._keep_unchanged(inputs[0], converted[0], op, matte)
        return self._return_if_lossy(TracedPicture(color, space, nominal, unchanged))

    def _keep_unchanged(
        self, before: TracedPicture, converted: TracedPicture, op: Op, matte: Node | None
    ) -> Unchanged | None:
        """The picture before an op, for when the op changes nothing."""
        condition = op.unchanged(self.uniforms.of_op(op), matte)
        if before.space == converted.space:
            earlier = converted.unchanged
            if earlier is None:
                return None
            return earlier._replace(condition=earlier.condition & condition)
        assert before.space is not None
        return Unchanged(before.color, before.space, condition)

    def _return_if_lossy(self, picture: TracedPicture) -> TracedPicture:
        """The picture; in its nominal space at once, if a conversion there and back loses bits."""
        space, nominal = picture.space, picture.nominal
        if space is None or nominal is None or space == nominal:
            return picture
        if self.spaces.is_lossless(space, nominal):
            return picture
        return self._convert(picture, nominal)[0]

    # --- spaces -----------------------------------------------------------------------------------

    def _convert(
        self, picture: TracedPicture, target: str | None
    ) -> tuple[TracedPicture, tuple[str, ...]]:
        """The same picture in another space, and the primitives of the conversion."""
        space, nominal = picture.space, picture.nominal
        if target == space or target is None or space is None or nominal is None:
            return picture, ()
        if nominal not in (space, target) and not (
            self.spaces.is_lossless(space, nominal) or self.spaces.is_lossless(target, nominal)
        ):
            between, first = self._convert(picture, nominal)
            converted, second = self._convert(between, target)
            return converted, (*first, *second)
        transform = self.spaces.transform(space, target)
        color = picture.restore(target, transform(picture.color))
        converted = replace(picture, color=color, space=target, unchanged=None)
        return converted, tuple(transform.operations)

    def _change_space(self, op: Op, label: str, picture: TracedPicture) -> TracedPicture:
        """The picture in the space of a conversion, which becomes its nominal space."""
        stated = op.values.get("src")
        if stated is not None:
            config = configuration_of(op, lambda: self.graph.configuration)
            stated = str(config.space(stated).name)
            if picture.nominal is None:
                picture = replace(picture, space=stated, nominal=stated)
            picture, _ = self._convert(picture, picture.nominal)
            picture = replace(picture, space=stated, nominal=stated, unchanged=None)
        if picture.space is None or picture.nominal is None:
            raise DomainError(
                f"{label}: the look does not say which space its numbers are in; give src=, as in"
                f' {type(op).__name__}(..., src="ACEScct"), or {WORKING_EXAMPLE}'
            )
        picture = self._return_if_lossy(picture)
        assert picture.space is not None
        transform, space = self.spaces.conversion(op, picture.space)
        operations = tuple(transform.operations)
        self.node_spaces.append(NodeSpaces(label, op.kind, picture.space, space, operations))
        color = transform(picture.color)
        if "dst" in op.values:
            color = picture.restore(space, color)
        return TracedPicture(color, space, space)

    def _give_space(self, op: Op, label: str, picture: TracedPicture) -> TracedPicture:
        """The picture behind an op that leads into another space, as a show LUT does."""
        source = self.spaces.space_of_op(op, label, picture.nominal)
        converted, conversion = self._convert(picture, source)
        space = given_space(self.graph, op)
        self.node_spaces.append(NodeSpaces(label, op.kind, source, space, conversion))
        working = self.spaces.working(source)
        color = op.trace(converted.color, self.uniforms.of_op(op), working=working)
        return TracedPicture(color, space, space)
