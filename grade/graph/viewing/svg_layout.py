"""The places of nodes in a drawing of a graph: rows from the source down, and lanes.

A chain of pictures keeps its lane; branches stand to the right, mattes to the left. A connection
runs down a lane in which no node is in its way, so no line passes behind a node.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from grade.graph.model.picture import Matte
from grade.graph.model.wire import Wire, walk


@dataclass(frozen=True)
class Connection:
    """A connection from a node to a node that takes it.

    Attributes
    ----------
    start, end
        The node that is taken, and the node that takes it.
    lane
        The lane that the connection runs down.
    limits
        Whether ``start`` is the matte that limits ``end``, and not one of its inputs.
    """

    start: Wire
    end: Wire
    lane: int
    limits: bool = False


@dataclass
class Arrangement:
    """Rows and lanes by node, and connections; lane 0 has the first output, mattes are below 0."""

    rows: dict[Wire, int] = field(default_factory=dict)
    lanes: dict[Wire, int] = field(default_factory=dict)
    connections: list[Connection] = field(default_factory=list)
    _taken: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def take(self, first: int, last: int, wanted: Iterable[int]) -> int:
        """Take the first of the wanted lanes in which these rows are free."""
        for lane in wanted:
            if all(last < low or first > high for low, high in self._taken.get(lane, [])):
                self._taken.setdefault(lane, []).append((first, last))
                return lane
        raise AssertionError("lanes have no end")


def arrange(ends: Iterable[Wire]) -> Arrangement:
    """Give every node that ``ends`` depend on its row and lane, and connect them."""
    ends = list(ends)
    wires = list(walk(ends))
    found = Arrangement(rows=_assign_rows(wires))
    users: dict[Wire, list[Wire]] = {wire: [] for wire in wires}
    for wire in wires:
        for given in dict.fromkeys(wire.all_inputs):
            users[given].append(wire)
    for chain in _find_chains(wires, ends):
        _place_chain(found, chain, users)
    for wire in wires:
        for number, given in enumerate(wire.all_inputs):
            limits = number == len(wire.inputs)
            found.connections.append(_connect(found, given, wire, users, limits))
    return found


def _assign_rows(wires: list[Wire]) -> dict[Wire, int]:
    """The row of every node: below its inputs; for a matte, right above the first that takes it."""
    rows: dict[Wire, int] = {}
    for wire in wires:
        rows[wire] = 1 + max((rows[given] for given in wire.all_inputs), default=-1)
    least: dict[Wire, int] = {}
    for wire in reversed(wires):
        if isinstance(wire, Matte) and wire in least:
            rows[wire] = least[wire] - 1
        for given in wire.all_inputs:
            least[given] = min(least.get(given, rows[wire]), rows[wire])
    return rows


def _find_chains(wires: list[Wire], ends: list[Wire]) -> list[list[Wire]]:
    """The nodes in chains along first inputs, the chains of outputs first."""
    seen: set[Wire] = set()
    chains: list[list[Wire]] = []
    for wire in [*ends, *reversed(wires)]:
        chain: list[Wire] = []
        node: Wire | None = wire
        while node is not None and node not in seen:
            seen.add(node)
            chain.append(node)
            before = node.inputs[0] if node.inputs else None
            node = before if before is not None and _same_kind(before, node) else None
        if chain:
            chains.append(chain[::-1])
    order = {wire: (wire not in ends, number) for number, wire in enumerate(wires)}
    return sorted(chains, key=lambda chain: (order[chain[-1]][0], order[chain[0]][1]))


def _same_kind(a: Wire, b: Wire) -> bool:
    return isinstance(a, Matte) == isinstance(b, Matte)


def _place_chain(found: Arrangement, chain: list[Wire], users: dict[Wire, list[Wire]]) -> None:
    """Give a chain a lane that is free from its input to the last node that takes it."""
    rows, head, tail = found.rows, chain[0], chain[-1]
    first = rows[head.inputs[0]] + 1 if head.inputs else rows[head]
    last = max([rows[tail], *(rows[user] - 1 for user in users[tail])])
    side = -1 if isinstance(head, Matte) else 1
    start = side if side < 0 else 0
    lane = found.take(first, last, range(start, side * (len(rows) + 2) * 4, side))
    found.lanes.update(dict.fromkeys(chain, lane))


def _connect(
    found: Arrangement, given: Wire, wire: Wire, users: dict[Wire, list[Wire]], limits: bool
) -> Connection:
    """A connection in its lane: the lane of either end if that is free, else another one."""
    rows, lanes = found.rows, found.lanes
    own = not any(
        lanes[user] == lanes[given] and user.inputs[:1] == (given,) for user in users[given]
    )
    leads = wire.inputs[:1] == (given,) and not limits
    if leads and lanes[wire] == lanes[given]:
        return Connection(given, wire, lanes[wire], limits)
    if leads and not _continues(found, wire):
        return Connection(given, wire, lanes[wire], limits)
    if own or rows[wire] == rows[given] + 1:
        return Connection(given, wire, lanes[given], limits)
    side = -1 if limits or isinstance(wire, Matte) else 1
    wanted = range(side, side * (len(rows) + 2) * 8, side)
    return Connection(given, wire, found.take(rows[given] + 1, rows[wire] - 1, wanted), limits)


def _continues(found: Arrangement, wire: Wire) -> bool:
    """Whether a node stands in the lane of its first input."""
    return bool(wire.inputs) and found.lanes[wire.inputs[0]] == found.lanes[wire]
