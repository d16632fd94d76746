"""``Graph``: the nodes, spaces and outputs of a look, everything that decides a picture."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, InitVar, dataclass, field, replace
from typing import Any, Literal, Self

from grade.color.tags.encoding import RGBEncoding
from grade.graph.errors import GraphError, UnknownName
from grade.graph.model.configuration import open_configuration
from grade.graph.model.inputs import Input
from grade.graph.model.memory import Memory
from grade.graph.model.naming import Names, Placed, list_mattes, list_pictures, name_nodes
from grade.graph.model.outputs import Outputs, is_delivery
from grade.graph.model.picture import Picture, register
from grade.graph.model.plate_input import AUTO, InputView, PlateInput, read_input
from grade.graph.model.wire import Wire, walk
from grade.op import Op
from grade.suggestion import suggest

Time = Literal["frame", "shot"]


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """The graph of a look. :class:`grade.Look` describes its parameters and adds its methods.

    Its fields do not change. Outputs, knobs and versions may be added, and keys may be set. Code
    that changes something calls :meth:`mark_changed`, because names, hash and programs are kept.

    Attributes
    ----------
    pinned
        The resolved config of a look from a file. Another config is refused.
    text
        The text of the file that the look comes from.
    source
        The input picture.
    ends
        The first outputs, not checked.
    memory
        Results that are kept until the graph changes.
    """

    name: str
    input: PlateInput | None = None
    working: str | None = None
    config: str | os.PathLike[str] | None = None
    intent: str = ""
    time: Time = "frame"
    rate: float | None = None
    _: KW_ONLY
    untagged: PlateInput | None = None
    knobs: dict[str, str] = field(default_factory=dict)
    versions: dict[str, dict[str, Any]] = field(default_factory=dict)
    pinned: str | None = None
    text: str | None = None
    source: Picture = field(default_factory=Picture)
    ends: InitVar[Mapping[str, Any] | None] = None
    outputs: Outputs = field(init=False)
    memory: Memory = field(init=False, default_factory=Memory)

    def __post_init__(self, ends: Mapping[str, Any] | None) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise GraphError(f"look name {self.name!r}: takes a text, such as night")
        if self.working is not None and not isinstance(self.working, str):
            raise GraphError(f"working = {self.working!r}: takes the name of a space, or None")
        plates = {label: read_input(label, getattr(self, label)) for label in ("input", "untagged")}
        if plates["untagged"] is not None and (
            plates["input"] != AUTO or plates["untagged"] == AUTO
        ):
            raise GraphError(
                f"untagged = {plates['untagged']}: says what plates without a tag are, where input"
                f" is auto; input is {plates['input']}"
            )
        for label, plate in plates.items():
            if isinstance(plate, InputView | RGBEncoding) and self.working is None:
                raise GraphError(
                    f"{label} = {plate}: it is taken to the working space; give"
                    ' working=, as in working="ACEScct"'
                )
        if self.time not in ("frame", "shot"):
            raise GraphError(f"time = {self.time!r}: takes frame or shot")
        if self.rate is not None and not 1 <= self.rate <= 1000:
            raise GraphError(f"rate = {self.rate!r}: takes frames per second, 1 to 1000")
        canonical: dict[str, Any] = {
            **plates,
            "config": None if self.config is None else os.fspath(self.config),
            "rate": None if self.rate is None else float(self.rate),
            "outputs": Outputs(self.source, self.mark_changed, ends),
        }
        for label, value in canonical.items():
            object.__setattr__(self, label, value)  # as a frozen dataclass does
        register(self)

    def derive(self, ends: Mapping[str, Wire] | None = None, **fields: Any) -> Self:
        """Copy the graph with other fields, or with other outputs of the same source.

        The outputs (``ends``) are not checked. One may be a matte, for a preview. Another ``input``
        than auto leaves nothing ``untagged``.
        """
        if fields.get("input", AUTO) != AUTO:
            fields = {"untagged": None, **fields}
        new = replace(
            self,
            ends=self.outputs if ends is None else ends,
            knobs=dict(self.knobs),
            versions=dict(self.versions),
            **fields,
        )
        opened = self.memory.get("config")
        if opened is not None and (self.config, self.pinned) == (new.config, new.pinned):
            new.memory.keep("config", opened)
        return new

    def mark_changed(self) -> None:
        """Drop kept results, and refuse a second node of the same name as soon as it is added."""
        self.memory.forget()
        self.names  # noqa: B018  names the nodes, and raises

    # --- queries ----------------------------------------------------------------------------------

    @property
    def output(self) -> Picture:
        """The first output. Setting it sets the only output of the look.

        Raises
        ------
        UnknownName
            If there is no output yet.
        GraphError
            If it is set and there are several outputs, or the picture belongs to another look.
        """
        return self.outputs[self.output_name(None)]

    @output.setter
    def output(self, picture: Picture) -> None:
        if len(self.outputs) > 1:
            raise GraphError(
                f"look.output: the look {self.name} has the outputs {', '.join(self.outputs)}; name"
                f' the one to set, as in look.outputs["{next(iter(self.outputs))}"] = ...'
            )
        self.outputs[next(iter(self.outputs), "master")] = picture

    def output_name(self, output: str | None) -> str:
        """The name of an output; None is the first output.

        Raises
        ------
        UnknownName
            If there is no output, or none of this name.
        """
        wanted = next(iter(self.outputs), "master") if output is None else output
        self.outputs[wanted]
        return wanted

    @property
    def names(self) -> Names:
        """The names of nodes."""

        def make() -> Names:
            wires = list(walk(self.outputs.values()))
            inner = {given for wire in wires for given in wire.all_inputs}
            return name_nodes(w for w in wires if w in inner or not is_delivery(w))

        return self.memory.remember("names", make)

    def nodes(self) -> list[Placed]:
        """The nodes that make pictures, in serial order, other inputs included.

        A conversion that only delivers an output in its space is not included.
        """
        return list_pictures(self.names)

    def notes(self) -> list[str]:
        """What the ops of nodes say of their settings, as ``node: note``, such as what is lost."""
        found = [(placed.name, placed.op) for placed in self.nodes()]
        return [f"{name}: {n}" for name, op in found if hasattr(op, "notes") for n in op.notes()]

    def mattes(self) -> list[Placed]:
        """The windows, qualifiers and mattes from files, in serial order."""
        return list_mattes(self.names)

    def wires(self, output: str) -> list[Wire]:
        """Every wire that an output depends on, in serial order."""
        return self.memory.remember(("wires", output), lambda: list(walk([self.outputs[output]])))

    def inputs(self, output: str | None = None) -> dict[str, Input]:
        """The other inputs of an output by name, in the order of a program's sources.

        A matte that is switched off is not read, and is not included.
        """
        places = self.names.places
        return {
            places[wire]: wire.op
            for wire in self.wires(self.output_name(output))
            if isinstance(wire.op, Input) and (wire.op.enable or isinstance(wire, Picture))
        }

    def op(self, node: str) -> Op:
        """The op of a node.

        Raises
        ------
        UnknownName
            Naming the nearest node.
        """
        names = self.names
        if node in names.ops:
            return names.ops[node]
        for picture, name in names.places.items():
            if name == node and picture.op is not None:
                return picture.op
        raise UnknownName(
            f"the look {self.name} has no node {node!r}.{_nearest(node, names, self.knobs)}"
        )

    def __contains__(self, node: object) -> bool:
        return node in self.names.ops or node in self.names.places.values()

    def __repr__(self) -> str:
        chain = " >> ".join(placed.name for placed in self.nodes())
        kind, ends = type(self).__name__, ", ".join(self.outputs) or "nowhere"
        return f"{kind}({self.name}: {chain or 'no nodes'} -> {ends})"

    def knob_path(self, name: str) -> str:
        """A dotted name; a knob at its head is replaced by the parameter that it stands for."""
        head, mark, rest = name.partition(".")
        if not mark:
            head, mark, rest = head.partition("@")
        if head in self.knobs and head not in self:
            return f"{self.knobs[head]}{mark}{rest}"
        return name

    @property
    def assumed_input(self) -> PlateInput | None:
        """What a plate is that says nothing: ``input``, or ``untagged`` where that is auto."""
        return self.input if self.input != AUTO else self.untagged

    @property
    def animated(self) -> bool:
        """Whether any parameter has keyframes."""
        return any(op.animated() for op in self.names.ops.values())

    @property
    def keyed_by_frame(self) -> tuple[str, ...]:
        """The parameters with keys at frames; keys at timecodes use the timecode of the picture."""
        return tuple(
            f"{node}.{field}"
            for node, op in self.names.ops.items()
            for field in op.animated()
            if op.values[field].rate is None
        )

    @property
    def configuration(self) -> Any:
        """The opened OpenColorIO config, a :class:`grade.color.config.config.Config`.

        Raises
        ------
        GraphError
            If the look is pinned to one config and ``$OCIO`` names another.
        ConfigError
            If the config cannot be found or read.
        """

        def make() -> Any:
            stated = None if self.config is None else os.fspath(self.config)
            return open_configuration(self.name, stated, self.pinned)

        return self.memory.remember("config", make)


def _nearest(node: str, names: Names, knobs: Iterable[str]) -> str:
    """The nearest node or knob; a knob may be named where a node may, and a node by its op."""
    known = {*names.ops, *names.places.values(), *knobs}
    by_op: dict[str, list[str]] = {}
    for name, op in names.ops.items():
        for word in (op.kind, *op.known_as):
            by_op.setdefault(word, []).append(name)
    only = {word: nodes[0] for word, nodes in by_op.items() if len(nodes) == 1}
    return suggest(node, known, only) if known else " It has none."
