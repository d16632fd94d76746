"""The names of the nodes of a look, and the nodes in their places."""

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
        Wire to the name of its node, in serial order. An op in two places has two of them. Mattes
        that the algebra makes are among them where they were given a name.
    ops
        Name to op. A node is addressed by it: ``look["trim"]``, ``look.set({"trim.slope": 1.1})``.
    unnamed
        Ops whose name was made up, because their kind alone would not tell them apart.
    """

    places: dict[Wire, str]
    ops: dict[str, Op]
    unnamed: dict[str, Op]

    def of(self, op: Op) -> str:
        """The name that the op has as a node."""
        return next(name for name, known in self.ops.items() if known is op)

    def exchanged(self, wires: Mapping[Wire, Wire], ops: Mapping[int, Op | None]) -> Names:
        """The same names for other wires, and for ops that took the place of some, by ``id``."""

        def now(op: Op) -> Op:
            return ops.get(id(op)) or op

        return Names(
            {wires[wire]: name for wire, name in self.places.items()},
            {name: now(op) for name, op in self.ops.items()},
            {name: now(op) for name, op in self.unnamed.items()},
        )


class Placed(NamedTuple):
    """A node in its place: its name, its op, the names of what it takes, its matte in words."""

    name: str
    op: Op
    inputs: tuple[str, ...]
    matte: str | None = None


def list_pictures(names: Names) -> list[Placed]:
    """The nodes that make pictures, in serial order."""
    return [_node_at(names, w, n) for w, n in names.places.items() if isinstance(w, Picture)]


def list_mattes(names: Names) -> list[Placed]:
    """Windows, keys and mattes from files, in serial order."""
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

    A named op keeps its name. A sole op of its kind is called by its kind; further ones are counted
    from 2, which serves until the look is saved.

    Parameters
    ----------
    wires
        The nodes, without the source, in serial order; mattes of the algebra included.

    Raises
    ------
    GraphError
        If two ops have one name, or an op has a name that is taken.
    """
    every = list(wires)
    nodes = [wire for wire in every if wire.op is not None]
    distinct = {id(p.op): p.op for p in nodes if p.op is not None}
    ops: dict[str, Op] = {}
    for op in distinct.values():
        if op.name == SOURCE:
            raise GraphError(f"a node cannot be called {SOURCE}: that is the picture that comes in")
        if op.name is not None and ops.setdefault(op.name, op) is not op:
            raise GraphError(
                f"two nodes are called {op.name}: {ops[op.name]!r} and {op!r}; rename one, or place"
                " one op object twice if they shall share their settings"
            )
    labels = {p.label for p in nodes if p.label is not None}
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
    name_of = {id(op): name for name, op in ops.items()}
    places: dict[Wire, str] = {}
    taken = {*ops, *labels}
    owners: dict[int, Wire] = {}  # the place that bears the op's own name
    for picture in nodes:
        known = owners.setdefault(id(picture.op), picture)
        if known.label is not None and picture.label is None:
            owners[id(picture.op)] = picture
    for picture in nodes:
        own = name_of[id(picture.op)]
        if owners[id(picture.op)] is picture:
            places[picture] = own
        elif picture.label is None:
            places[picture] = free_name(own, taken)
        elif picture.label in ops or picture.label in places.values():
            raise GraphError(f"two nodes are called {picture.label}; rename one")
        else:
            places[picture] = picture.label
        taken.add(places[picture])
    return places


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or with the first number from 2 that is free."""
    used = {*taken, SOURCE}
    number, name = 1, wanted
    while name in used:
        number += 1
        name = f"{wanted}_{number}"
    return name
