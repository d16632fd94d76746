"""Names of the nodes of a look, and the nodes in the order of the graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from grade.graph.errors import GraphError
from grade.graph.model.matte_text import expression_of
from grade.graph.model.picture import Matte, Picture
from grade.graph.model.wire import Wire
from grade.op import Op

SOURCE = "source"


@dataclass(frozen=True, eq=False)
class Names:
    """Names of places and of ops.

    Attributes
    ----------
    places
        Wire to the name of its node, in serial order. An op in two places has two names. Combined
        mattes are included if they have a name.
    ops
        Name to op. A node is addressed by it: ``look["trim"]``, ``look.set({"trim.slope": 1.1})``.
    unnamed
        Ops without a name whose kind is taken or is not theirs alone. A file needs a name for each.
    """

    places: dict[Wire, str]
    ops: dict[str, Op]
    unnamed: dict[str, Op]

    def of(self, op: Op) -> str:
        """The name of an op."""
        return next(name for name, known in self.ops.items() if known is op)

    def carry_over(self, wires: Mapping[Wire, Wire], ops: Mapping[int, Op | None]) -> Names:
        """The same names for the wires and ops that replace these; ops by ``id``."""

        def new(op: Op) -> Op:
            return ops.get(id(op)) or op

        return Names(
            {wires[wire]: name for wire, name in self.places.items()},
            {name: new(op) for name, op in self.ops.items()},
            {name: new(op) for name, op in self.unnamed.items()},
        )


class Placed(NamedTuple):
    """A node in its place: its name, its op, the names of its inputs, its matte as text."""

    name: str
    op: Op
    inputs: tuple[str, ...]
    matte: str | None = None


def list_pictures(names: Names) -> list[Placed]:
    """The nodes that make pictures, in serial order."""
    return [_node_at(names, w, n) for w, n in names.places.items() if isinstance(w, Picture)]


def list_mattes(names: Names) -> list[Placed]:
    """The windows, qualifiers and mattes from files, in serial order."""
    return [
        _node_at(names, wire, name)
        for wire, name in names.places.items()
        if isinstance(wire, Matte) and wire.op is not None
    ]


def _node_at(names: Names, wire: Wire, name: str) -> Placed:
    places = names.places
    taken = tuple(
        expression_of(given, places) if isinstance(given, Matte) else places.get(given, SOURCE)
        for given in wire.inputs
    )
    assert wire.op is not None
    return Placed(
        name, wire.op, taken, None if wire.matte is None else expression_of(wire.matte, places)
    )


def name_nodes(wires: Iterable[Wire]) -> Names:
    """Give every node its name.

    An op with a name keeps it. The first op of a kind without a name is called by its kind; further
    ones get a number from 2 on, until the look is saved: a file needs names.

    Parameters
    ----------
    wires
        The nodes without the source, in serial order, combined mattes included.

    Raises
    ------
    GraphError
        If two nodes have the same name, or a node is called ``source``.
    """
    every = list(wires)
    nodes = [wire for wire in every if wire.op is not None]
    distinct = {id(w.op): w.op for w in nodes if w.op is not None}
    ops: dict[str, Op] = {}
    for op in distinct.values():
        if op.name == SOURCE:
            raise GraphError(f"a node cannot be called {SOURCE}: that name is the input picture")
        if op.name is not None and ops.setdefault(op.name, op) is not op:
            raise GraphError(
                f"two nodes are called {op.name}: {ops[op.name]!r} and {op!r}; rename one, or place"
                " one op object twice if both are to share their settings"
            )
    labels = {w.label for w in nodes if w.label is not None}
    for wire in every:
        if wire.op is None and wire.label is not None:
            if wire.label in {*ops, *labels, SOURCE}:
                raise GraphError(f"two nodes are called {wire.label}; rename one")
            labels.add(wire.label)
    unnamed: dict[str, Op] = {}
    by_kind: dict[str, list[Op]] = {}
    for op in distinct.values():
        if op.name is None:
            by_kind.setdefault(op.kind, []).append(op)
    for kind, several in by_kind.items():
        for op in several:
            name = free_name(kind, {*ops, *labels})
            ops[name] = op
            if len(several) > 1 or name != kind:
                unnamed[name] = op
    places = _name_places(nodes, ops, labels)
    places |= {w: w.label for w in every if w.op is None and w.label is not None}
    return Names({w: places[w] for w in every if w in places}, ops, unnamed)


def _name_places(nodes: list[Wire], ops: dict[str, Op], labels: set[str]) -> dict[Wire, str]:
    """The name of every place: the op's own where it stands first or without a label."""
    name_of = {id(op): name for name, op in ops.items()}
    places: dict[Wire, str] = {}
    taken = {*ops, *labels}
    owners: dict[int, Wire] = {}  # the place that has the op's own name
    for wire in nodes:
        known = owners.setdefault(id(wire.op), wire)
        if known.label is not None and wire.label is None:
            owners[id(wire.op)] = wire
    for wire in nodes:
        own = name_of[id(wire.op)]
        if owners[id(wire.op)] is wire:
            places[wire] = own
        elif wire.label is None:
            places[wire] = free_name(own, taken)
        elif wire.label in ops or wire.label in places.values():
            raise GraphError(f"two nodes are called {wire.label}; rename one")
        else:
            places[wire] = wire.label
        taken.add(places[wire])
    return places


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or ``wanted_2`` and so on if it is taken."""
    used = {*taken, SOURCE}
    number, name = 1, wanted
    while name in used:
        number += 1
        name = f"{wanted}_{number}"
    return name
